import Foundation
import Testing

extension RegressionTests {
  /// What the events say, in the order of their files.
  private func data(_ scene: Scene) throws -> [[String: Any]] {
    try scene.sandbox.events().compactMap { $0["data"] as? [String: Any] }
  }

  @Test("a deployment that cycles through its versions has its event, and the next one too") func cycling() throws {
    let scene = try Scene(Fixtures.people(more: [Self.free.path: Self.free.yaml]))
    let texts = ["v1.0.0", "v1.1.0", "v1.2.0"].map { version in Self.free.with { $0.version = version }.yaml }
    var stream = "reset refs/heads/main\nfrom \(scene.base)\n\n"
    for index in 1...121 {
      stream +=
        "commit refs/heads/main\ncommitter Dev <dev@example.com> \(1_700_001_000 + index) +0000\ndata 6\nCycle\n\n"
      stream += "M 100644 inline \(Self.free.path)\ndata \(texts[index % 3].utf8.count)\n\(texts[index % 3])\n"
    }
    try scene.clone.git("fast-import", "--quiet", "--force", "--date-format=raw", input: Array(stream.utf8))
    let tip = try scene.clone.git("rev-parse", "refs/heads/main")
    try scene.clone.set("main", to: tip)
    expectAccepted(try scene.clone.push("main"))
    #expect(try data(scene).map { $0["after"] as? String } == [tip])
    let next = try scene.clone.commit("Scale", [Self.free.path: Self.free.with { $0.replicas = "9" }.yaml])
    expectAccepted(try scene.clone.push("main"))
    #expect(try Set(data(scene).map { $0["after"] as? String }) == [tip, next])
  }

  @Test("a protected ref outside of refs/heads has its events") func otherNamespace() throws {
    let policy = Fixtures.policy("protected_refs: [refs/heads/main, \"refs/deploy/*\"]")
    let scene = try Scene(Fixtures.people(policy: policy, more: [Self.free.path: Self.free.yaml]))
    let tip = try scene.clone.commit("Promote", [Self.free.path: Self.free.with { $0.version = "v1.1.0" }.yaml])
    let result = try scene.clone.push("main:refs/deploy/prod")
    expectAccepted(result)
    let events = try data(scene)
    #expect(events.map { $0["ref"] as? String } == ["refs/deploy/prod"])
    #expect(events.first?["after"] as? String == tip)
  }

  @Test("a long history that nobody approved has its event when it first comes") func largeImport() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    var stream = "reset refs/heads/main\n\n"
    var clock = 1_700_001_000
    func commit(_ files: [(String, String)]) {
      clock += 1
      stream += "commit refs/heads/main\ncommitter Dev <dev@example.com> \(clock) +0000\ndata 7\nImport\n\n"
      for (path, text) in files { stream += "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n" }
    }
    commit([(Fixtures.evidencePath("v1.0.0"), Fixtures.evidence("v1.0.0"))])
    for index in 0..<1000 { commit([("README.md", "\(index)\n")]) }
    commit(
      (0..<300).map { index in
        let one = Deployment(name: "d\(index)", endpoint: "/v1/\(index)")
        return (one.path, one.yaml)
      })
    try clone.git("fast-import", "--quiet", "--force", "--date-format=raw", input: Array(stream.utf8))
    let start = Date()
    expectAccepted(try clone.push("main"))
    let data = try sandbox.events().first?["data"] as? [String: Any]
    #expect((data?["changes"] as? [Any])?.count == 300)
    #expect(Date().timeIntervalSince(start) < 10)
  }

  @Test("the record of a ref that is gone is not in the way of one below its name") func recordInTheWay() throws {
    func policy(_ pattern: String) -> String {
      Fixtures.policy("protected_refs: [refs/heads/main, \"\(pattern)\"]")
    }
    let scene = try Scene(
      Fixtures.people(policy: policy("refs/heads/release*"), more: [Self.free.path: Self.free.yaml]))
    expectAccepted(try scene.clone.push("main:refs/heads/release"))
    try scene.clone.commit(PolicyTests.root, ["policies/policy.yaml": policy("refs/heads/release/*")])
    expectAccepted(try scene.clone.push("main"))
    expectAccepted(try scene.clone.push(":refs/heads/release"))
    let tip = try scene.clone.commit("Promote", [Self.free.path: Self.free.with { $0.version = "v1.1.0" }.yaml])
    let result = try scene.clone.push("main:refs/heads/release/1")
    expectAccepted(result)
    #expect(!result.transcript.contains("refs/mlops/emitted"), "\(result.transcript)")
    let files = try scene.sandbox.eventFiles()
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/release/1") == tip)
    // A ref that did not move emits nothing.
    try FileManager.default.removeItem(atPath: scene.sandbox.host + "/mlops/outbox/local")
    expectAccepted(try scene.clone.push("main:refs/heads/wip"))
    #expect(try scene.sandbox.eventFiles().isEmpty, "\(files)")
  }

  @Test("what only its form was judged of does not count as judged") func formOnly() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.gate", "ref")
    let tip = try scene.clone.commit("Promote", [promoted.path: promoted.yaml])
    let refused = try scene.clone.push("main")
    expectRefused(refused, "approval/missing", at: promoted.path)
    // The host's owner moves the branch there all the same.
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "+\(tip):refs/heads/main"])
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    let events = try data(scene)
    #expect(events.map { $0["after"] as? String } == [tip])
    #expect(events.first?["judged"] as? Bool == false, "\(events)")
  }

  // MARK: A policy and another ref in one push

  @Test("nothing lands of a push whose policy forbids what it does to another ref") func newlyProtected() throws {
    let scene = try Scene()
    try scene.clone.commit("Docs", ["README.md": "x\n"], on: "release/0", from: scene.base)
    expectAccepted(try scene.clone.push("release/0"))
    try scene.clone.commit(
      PolicyTests.root,
      ["policies/policy.yaml": Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")])
    let result = try scene.clone.push("main", "+\(scene.base):refs/heads/release/0")
    expectRefused(result, "history/rewrite", at: "refs/heads/release/0", exactly: false)
  }
}
