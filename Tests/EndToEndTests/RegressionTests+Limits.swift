import Foundation
import Testing

extension RegressionTests {
  /// The judgement of a commit that an unprotected branch already holds, with its report byte for byte.
  private func judge(_ commit: String, _ scene: Scene, environment: [String: String] = [:]) throws -> Output {
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "+\(commit):refs/heads/wip"])
    return try scene.sandbox.hook(
      "pre-receive", input: Array("\(scene.base) \(commit) refs/heads/main\n".utf8), environment: environment)
  }

  @Test("a report of very many problems is bounded, as text and as JSON") func boundedReports() throws {
    let scene = try Scene()
    var changes: Clone.Changes = [:]
    for index in 0..<80 {
      var deployment = Self.free.with { $0.name = "d\(index)" }
      deployment.endpoint = "/v1/\(index)"
      deployment.metrics = (0..<6).map { ("missing_metric_\(index)_\($0)", "\">0.5\"") }
      changes[deployment.path] = deployment.yaml
    }
    let commit = try scene.clone.commit("Many", changes, on: "many", from: scene.base)
    let text = try judge(commit, scene)
    expectRefused(text, "metric/missing")
    #expect(text.standardError.count <= 17 << 10 && Report.plain(text.err).problems.count <= 50, "\(text.err.count)")
    let json = try judge(
      commit, scene,
      environment: ["GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": "mlops.format=json"])
    let bytes = json.standardError.isEmpty ? json.standardOutput : json.standardError
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let problems = try #require(object["problems"] as? [[String: Any]])
    #expect(object["verdict"] as? String == "refused")
    #expect((1...50).contains(problems.count), "\(problems.count)")
    #expect(bytes.count <= 17 << 10, "\(bytes.count)")
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.base)
  }

  @Test("a problem that names very many approvers is still shown") func manyApprovers() throws {
    let standing = Deployment(approvers: (0..<1500).map { "approver-number-\($0)" })
    let scene = try Scene(Fixtures.plain(deployment: standing))
    try scene.clone.commit("Promote", [standing.path: standing.with { $0.version = "v1.1.0" }.yaml])
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", at: standing.path)
    #expect(result.report.text.utf8.count <= 17 << 10, "\(result.report.text.utf8.count)")
  }

  /// A folder with more than 10^9 paths in a few small trees.
  private func bomb(_ scene: Scene, at path: [String]) throws -> String {
    let objects = HostileObjects(scene.clone)
    var folder = try objects.tree([.init("100644", "f", objects.blob("x"))])
    for _ in 0..<9 { folder = try objects.tree((0..<10).map { .init("40000", "d\($0)", folder) }) }
    let tree = try objects.tree("\(scene.base)^{tree}", replacing: path, by: folder)
    return try objects.commit(tree: tree, parents: [scene.base], message: "Boom\n")
  }

  /// Where very many paths may lie, and what has to be said about them there.
  private static let bombs = [
    (["deployments", "dev"], "manifest/location"),
    (["deployments", "production", "segmentation"], "manifest/location"),
    (["models", "bomb"], nil), (["models", "bomb", "v1.0.0"], nil),
  ]

  @Test("small trees of very many paths take neither much time nor much memory", arguments: bombs)
  func treeBomb(_ path: [String], _ check: String?) throws {
    let scene = try Scene()
    try scene.sandbox.wrapHook("pre-receive", "ulimit -v 500000\nexec REAL\n")
    try scene.sandbox.configure("mlops.timeout", "15")
    try scene.clone.set("main", to: try bomb(scene, at: path))
    let result = try scene.clone.push("main")
    guard let check else { return expectAccepted(result) }
    expectRefused(result, check, exactly: false)
    #expect(result.report.checks.isDisjoint(with: ["host/timeout", "host/internal"]), "\(result.transcript)")
  }

  @Test("very many stray files in an environment are refused before time runs out") func strayFiles() throws {
    let scene = try Scene()
    let objects = HostileObjects(scene.clone)
    let blob = try objects.blob("x")
    let folder = try objects.tree((10_000..<15_000).map { .init("100644", "f\($0).yaml", blob) })
    let tree = try objects.tree("\(scene.base)^{tree}", replacing: ["deployments", "dev"], by: folder)
    try scene.clone.set("main", to: try objects.commit(tree: tree, parents: [scene.base], message: "Stray\n"))
    let result = try scene.clone.push("main")
    expectRefused(result, "manifest/schema", exactly: false)
    #expect(result.report.checks.isDisjoint(with: ["host/timeout", "host/internal"]), "\(result.transcript)")
  }

  @Test("many deployments may join an environment that holds many") func manyAdded() throws {
    func some(_ prefix: String) -> [String: String] {
      var files: [String: String] = [:]
      for index in 0..<600 {
        let one = Self.free.with {
          $0.name = "\(prefix)\(index)"
          $0.endpoint = "/v1/\(prefix)\(index)"
        }
        files[one.path] = one.yaml
      }
      return files
    }
    let scene = try Scene(Fixtures.people(more: some("old")))
    try scene.sandbox.configure("mlops.timeout", "10")
    try scene.clone.commit("Add many", some("new").mapValues { Optional($0) })
    expectAccepted(try scene.clone.push("main"))
    let data = try scene.sandbox.events().first?["data"] as? [String: Any]
    #expect((data?["changes"] as? [Any])?.count == 600)
  }

  @Test(
    "a protected ref whose record's name would be too long is refused, a shorter one has its event",
    arguments: [(600, true), (1009, true), (1010, false), (1023, false)])
  func longRef(_ length: Int, _ isTaken: Bool) throws {
    let policy = Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")
    let scene = try Scene(Fixtures.people(policy: policy))
    // No part is longer than a file system lets it be.
    let parts = Array(repeating: String(repeating: "q", count: 100), count: 11).joined(separator: "/")
    let name = "refs/heads/release/\(parts)".prefix(length)
    let result = try scene.clone.push("main:\(name)")
    guard isTaken else { return expectRefused(result, "push/malformed", exactly: false) }
    expectAccepted(result)
    #expect(try scene.sandbox.events().count == 1)
  }
}
