import Foundation
import Testing

/// Ways around the judgement that an adversary found.
@Suite("Ways around the judgement") struct JudgementRegressionTests {
  private static let literal = "Approved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n"
  private static let free = Deployment(required: false, approvers: [])
  private static let freeProduction =
    "production: {approvals: {required: false}, promote_from: staging, metrics: {silhouette_score: \">0.45\"}}\nstaging: {}"
  private static let evil = Deployment(name: "evil", endpoint: "/v1/evil", required: false, approvers: [])

  @Test("a policy that comes with the push does not decide who guards it") func secondPolicy() throws {
    let scene = try Scene(Fixtures.plain())
    try scene.clone.commit(
      "Policy\n\n\(Self.literal)",
      ["policies/policy.yaml": Fixtures.policy(), "policies/approvers.yaml": Fixtures.directory])
    try scene.clone.commit(
      "Again\n\nApproved-by: Root <root@example.com>\n",
      ["policies/policy.yaml": Fixtures.policy("approvals: {exclude: []}")])
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", at: "policies/policy.yaml", exactly: false)
  }

  @Test("a policy that comes with the push does not do without approvals in it") func turnedOff() throws {
    let scene = try Scene(Fixtures.plain())
    try scene.clone.commit(
      "Policy\n\n\(Self.literal)",
      [
        "policies/policy.yaml": Fixtures.policy(environments: "production: {approvals: {required: false}}"),
        "policies/approvers.yaml": Fixtures.directory,
      ])
    try scene.clone.commit("Evil", [Self.evil.path: Self.evil.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: Self.evil.path, exactly: false)
  }

  @Test("a manifest weaker than a floor is refused where the old evidence lacks the metric") func floor() throws {
    var files = Fixtures.people(
      policy: Fixtures.policy(environments: Self.freeProduction), deployment: Self.free)
    for version in ["v1.0.0", "v1.1.0", "v1.2.0", "v9.0.0"] { files[Fixtures.evidencePath(version)] = nil }
    let scene = try Scene(files)
    let weak = Self.free.with { $0.metrics[0].1 = "\">0.1\"" }
    try scene.clone.commit(
      "Weaker",
      [Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", silhouette: "0.2"), weak.path: weak.yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/floor", at: weak.path, exactly: false)
  }

  @Test("audit mode takes no change of `policies/` that the gate would refuse", arguments: ["root", "tree", "commit"])
  func auditMode(kind: String) throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.mode", "audit")
    let push = AttackPush(scene)
    let lax = Fixtures.policy(environments: "production: {approvals: {required: false}}")
    let tree = try push.tree(["policies/policy.yaml": lax])
    let author = "Dev <dev@example.com> 1700000000 +0000"
    var headers = ["author \(author)", "committer \(author)"]
    var pushed = tree
    let objects = HostileObjects(scene.clone)
    switch kind {
    case "root": pushed = try objects.tree(try objects.entries(tree).reversed())
    case "tree":
      let folder = try objects.tree(try objects.entries("\(tree):policies").reversed())
      pushed = try objects.tree(tree, replacing: ["policies"], by: folder)
    default: headers.append("encoding latin1")
    }
    let result = try push.raw(
      tree: pushed, headers: headers, message: Array("Lax\n\nApproved-by: Root <root@example.com>\n".utf8))
    #expect(result.moved.isEmpty && !result.report.checks.isEmpty, "\(result.transcript)")
  }

  @Test("a model's name in another normal form is no second model") func normalForms() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let own = Deployment(model: decomposed)
    func evidence(_ version: String, _ model: String, _ silhouette: String = "0.47") -> [String: String] {
      [Fixtures.evidencePath(version, model: model): Fixtures.evidence(version, model: model, silhouette: silhouette)]
    }
    let scene = try Scene(
      Fixtures.people(deployment: own, more: evidence("v1.0.0", composed).merging(evidence("v1.1.0", composed)) { $1 }))
    try scene.clone.commit("Shadow", evidence("v1.0.0", decomposed, "0.01").mapValues { Optional($0) })
    expectRefused(
      try scene.clone.checkAndPush(), "manifest/location", at: "models/\(decomposed)", exactly: false)

    // An approval of other evidence is not carried by a merge.
    let promoted = own.with { $0.version = "v1.2.0" }
    var side: Clone.Changes = [promoted.path: promoted.yaml]
    for (path, text) in evidence("v1.2.0", composed, "0.60") { side[path] = text }
    let approved = try scene.clone.commit(Fixtures.approved("Promote"), side, on: "side", from: scene.base)
    for (path, text) in evidence("v1.2.0", composed, "0.451") { side[path] = text }
    try scene.clone.commit("Merge", side, from: scene.base, merge: [approved])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path, exactly: false)

    // What is removed does not come back changed under the other form.
    try scene.clone.commit(
      "Remove", [Fixtures.evidencePath("v1.1.0", model: composed): nil], from: scene.base)
    try scene.clone.commit("Back", evidence("v1.1.0", decomposed, "0.9").mapValues { Optional($0) })
    expectRefused(try scene.clone.checkAndPush(), ["model/immutable"], exactly: false)
  }

  @Test("a host's protected tags stay protected where the repository's policy cannot be read") func brokenPolicy()
    throws
  {
    let scene = try Scene(Fixtures.people(policy: "x: [\n"))
    try scene.sandbox.hostPolicy(
      Fixtures.policy("protected_refs: [refs/heads/main, \"refs/tags/prod-*\"]"), approvers: Fixtures.directory)
    try scene.sandbox.git(["update-ref", "refs/tags/prod-1", scene.base])
    let result = try scene.clone.push(":refs/tags/prod-1")
    expectRefused(result, "policy/invalid")
    #expect(try scene.sandbox.tip("refs/tags/prod-1") == scene.base)
  }

  @Test("what was rolled back, and what stands again at the end, is asked for its order") func order() throws {
    let staging = Self.free.with { $0.environment = "staging" }
    let scene = try Scene(
      Fixtures.people(
        policy: Fixtures.policy(environments: Self.freeProduction), deployment: Self.free,
        more: [staging.path: staging.yaml]))
    let other = Self.free.with { ($0.name, $0.endpoint) = ("other", "/v1/other") }
    try scene.clone.commit("Rename", [Self.free.path: nil, other.path: other.yaml])
    try scene.clone.commit("Back", [Self.free.path: Self.free.yaml])
    expectRefused(try scene.clone.checkAndPush(), "promotion/order", at: other.path, exactly: false)

    try scene.clone.set("main", to: scene.base)
    for (deployment, version) in [
      (staging, "v1.1.0"), (Self.free, "v1.1.0"), (Self.free, "v1.0.0"), (staging, "v1.0.0"),
    ] {
      let next = deployment.with { $0.version = version }
      try scene.clone.commit("\(next.path) \(version)", [next.path: next.yaml])
      expectAccepted(try scene.clone.push())
    }
    let again = Self.free.with { $0.version = "v1.1.0" }
    try scene.clone.commit("Again", [again.path: again.yaml])
    expectRefused(try scene.clone.checkAndPush(), "promotion/order", at: again.path)
  }

  @Test("a merge does not carry an approval where it replaces the evidence of a route without requests")
  func idleRoute() throws {
    var files = Fixtures.people()
    files[Fixtures.evidencePath("v1.1.0")] = nil
    let scene = try Scene(files)
    let routing = Fixtures.routing(name: "segmentation", routes: [("100", "v1.0.0", "a"), ("0", "v1.1.0", "b")])
    var side: Clone.Changes = [
      Deployment().path: Deployment().yaml + "---\n" + routing,
      Fixtures.evidencePath("v1.1.0"): Fixtures.evidence("v1.1.0"),
    ]
    let approved = try scene.clone.commit(Fixtures.approved("Route"), side, on: "side", from: scene.base)
    side[Fixtures.evidencePath("v1.1.0")] = Fixtures.evidence("v1.1.0", silhouette: "0.2")
    try scene.clone.commit("Merge", side, from: scene.base, merge: [approved])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: Deployment().path, exactly: false)
  }
}
