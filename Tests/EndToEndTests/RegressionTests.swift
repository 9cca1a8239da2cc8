import Testing

/// What once went through the gate, or was lost behind it, and may never again: `docs/regressions.md` tells how each
/// was found.
@Suite("Regressions") struct RegressionTests {
  let promoted = Deployment(version: "v1.1.0")

  /// A deployment that nobody has to approve.
  static let free = Deployment(environment: "dev").with {
    $0.required = false
    $0.approvers = []
  }

  // MARK: Files

  @Test("a manifest may not turn into a link or a program in a later commit", arguments: ["100755", "120000"])
  func changedMode(_ mode: String) throws {
    let scene = try Scene()
    try scene.clone.commit("Add", [Self.free.path: Self.free.yaml])
    try scene.clone.commit("Change the mode only", [Self.free.path: Self.free.yaml], modes: [Self.free.path: mode])
    expectRefused(try scene.clone.checkAndPush(), "manifest/location", at: Self.free.path, exactly: false)
  }

  /// A change beside a folder that has the deployment's name.
  static let besideFolder: [Refusal] = [
    Refusal(
      "a second routing", "routing/owner",
      [secondRouting: ManifestRefusalTests.ab("80", "20").replacingOccurrences(of: "-ab", with: "-canary")],
      files: withFolder),
    Refusal(
      "a deployment that goes and leaves its routing", "routing/owner", [Deployment().path: nil], files: withFolder),
    Refusal(
      "a criterion that the routed version does not meet", "metric/threshold",
      [Deployment().path: Deployment(metrics: [("silhouette_score", "\">0.45\""), ("f1", "\">0.5\"")]).yaml],
      files: withFolder.merging([
        Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0").replacingOccurrences(
          of: "\"silhouette_score\"", with: "\"f1\": 0.6, \"silhouette_score\""),
        Fixtures.evidencePath("v1.1.0"): Fixtures.evidence("v1.1.0").replacingOccurrences(
          of: "\"silhouette_score\"", with: "\"f1\": 0.4, \"silhouette_score\""),
      ]) { $1 }),
  ]
  static let secondRouting = "deployments/production/segmentation-canary.yaml"
  static let withFolder = Fixtures.people(more: [
    "deployments/production/segmentation/.gitkeep": "",
    ManifestRefusalTests.abPath: ManifestRefusalTests.ab("80", "20"),
  ])

  @Test("a folder of the deployment's name does not hide its routing", arguments: besideFolder)
  func hiddenRouting(_ refusal: Refusal) throws {
    try refusal.run()
  }

  // MARK: Evidence

  @Test("where evidence may change, a deployed version's may not fall below its criteria") func worsenedEvidence()
    throws
  {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy("models: {immutable: false}")))
    let path = Fixtures.evidencePath("v1.0.0")
    try scene.clone.commit("Worsen", [path: Fixtures.evidence("v1.0.0", silhouette: "0.1")])
    expectRefused(try scene.clone.checkAndPush(), "metric/threshold")
    try scene.clone.commit("Better", [path: Fixtures.evidence("v1.0.0", silhouette: "0.9")], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("where evidence may change, a deployed version may not be removed") func removedEvidence() throws {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy("models: {immutable: false}")))
    try scene.clone.commit("Remove", [Fixtures.evidencePath("v1.0.0"): nil])
    expectRefused(try scene.clone.checkAndPush(), "model/missing")
    try scene.clone.commit("Remove another", [Fixtures.evidencePath("v9.0.0"): nil], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  /// The deployment that stands, and one of the same model under another name and of a worse version.
  private func renamed() -> (Deployment, Deployment) {
    let standing = Self.free.with { $0.metrics = [("silhouette_score", "\">=baseline\"")] }
    return (
      standing,
      standing.with {
        $0.name = "segmentation-next"
        $0.endpoint = "/v1/next"
        $0.version = "v9.0.0"
      }
    )
  }

  @Test("a deployment renamed in two commits is compared with what stood, as in one") func renamedInSteps() throws {
    let (standing, next) = renamed()
    let policy = Fixtures.policy(environments: "production: {}\nstaging: {}\ndev: {max_weight_step: 10}")
    let scene = try Scene(Fixtures.people(policy: policy, more: [standing.path: standing.yaml]))
    try scene.clone.commit("Rename", [next.path: next.yaml, standing.path: nil])
    let atOnce = try scene.clone.checkAndPush()
    expectRefused(atOnce, "metric/threshold", "routing/step", at: next.path)
    try scene.clone.commit("Add", [next.path: next.yaml], from: scene.base)
    try scene.clone.commit("Remove", [standing.path: nil])
    expectRefused(try scene.clone.checkAndPush(), "metric/threshold", "routing/step", at: next.path)
  }

  @Test("a manifest that leans on the baseline may be touched again above a fixed floor") func baselineAboveFloor()
    throws
  {
    let leaning = Self.free.with { $0.metrics = [("silhouette_score", "\">=baseline\"")] }
    let policy = Fixtures.policy(
      environments: "production: {}\nstaging: {}\ndev: {metrics: {silhouette_score: \">0.4\"}}")
    let scene = try Scene(Fixtures.people(policy: policy, more: [leaning.path: Self.free.yaml]))
    try scene.clone.commit("Promote", [leaning.path: leaning.with { $0.version = "v1.1.0" }.yaml])
    expectAccepted(try scene.clone.checkAndPush())
    let scaled = leaning.with {
      $0.version = "v1.1.0"
      $0.replicas = "5"
    }
    try scene.clone.commit("Scale", [leaning.path: scaled.yaml])
    expectAccepted(try scene.clone.checkAndPush())
  }

  // MARK: History

  @Test("a parent that only we would see is no parent") func misplacedParent() throws {
    let scene = try Scene()
    let objects = HostileObjects(scene.clone)
    try scene.clone.commit("Docs", ["README.md": "x\n"])
    let tree = try scene.clone.git("rev-parse", "main^{tree}")
    let who = "Dev <dev@example.com> 1700001000 +0000"
    let commit = try objects.commit(
      headers: ["tree \(tree)", "author \(who)", "parent \(scene.base)", "committer \(who)"],
      message: Array("Cut history off\n".utf8))
    try scene.clone.set("main", to: commit)
    let result = try scene.clone.push("+main")
    expectRefused(result, [], exactly: false)
    #expect(!result.report.checks.isDisjoint(with: ["commit/malformed", "history/rewrite"]), "\(result.transcript)")
  }
}
