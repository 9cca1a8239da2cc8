import Foundation
import Testing

/// `mlops-hook replay`, asked of real repositories.
@Suite("Replay") struct ReplayTests {
  private let path = Deployment().path
  private static let asked =
    "production: {approvals: {required: true}, metrics: {silhouette_score: \">0.45\"}}\nstaging: {}"

  /// Writes a policy to be tried and gives its folder.
  private func policy(
    _ scene: Scene, _ spec: String = "", environments: String = asked, directory: String? = Fixtures.directory
  ) throws -> String {
    try scene.sandbox.write("tried/policy.yaml", Fixtures.policy(spec, environments: environments))
    if let directory { try scene.sandbox.write("tried/approvers.yaml", directory) }
    return scene.sandbox.root + "/tried"
  }

  private func replay(_ scene: Scene, _ folder: String, _ arguments: String...) throws -> PastAsked {
    try PastAsked(scene.sandbox, ["replay", "--policy", folder] + arguments, in: scene.sandbox.host)
  }

  /// The refused commits with the checks that refused them, the newest first.
  private func refused(_ asked: PastAsked) -> [String] {
    asked.list("refused").map { step in
      let checks = Set(step.list("problems").compactMap { $0["check"] as? String }).sorted()
      return "\(step["commit"] ?? "") \(checks.joined(separator: ","))"
    }
  }

  private func at(_ version: String, _ change: (inout Deployment) -> Void = { _ in }) -> String {
    Deployment(version: version).with(change).yaml
  }

  /// A past of which the policy refuses two steps; gives the commits.
  private func past(_ scene: Scene) throws -> [String] {
    let weak: (inout Deployment) -> Void = { $0.metrics[0].1 = "\">0.30\"" }
    let commits = [
      try scene.clone.commit(Fixtures.approved("Promote"), [path: at("v1.1.0")]),
      try scene.clone.commit("Promote in a hurry", [path: at("v1.2.0")]),
      try scene.clone.commit("Write", ["README.md": "x\n"]),
      try scene.clone.commit(Fixtures.approved("Be lenient"), [path: at("v1.2.0", weak)]),
      try scene.clone.commit(Fixtures.approved("Be strict again"), [path: at("v1.1.0")]),
    ]
    try scene.land()
    return commits
  }

  @Test("the steps that a policy would have refused are told with their problems, the others are not")
  func someRefused() throws {
    let scene = try Scene()
    let commits = try past(scene)
    let asked = try replay(scene, try policy(scene))
    #expect(asked.status == 1)
    #expect(refused(asked) == ["\(commits[3]) metric/floor", "\(commits[1]) approval/missing"], "\(asked.transcript)")
    #expect(asked.object["steps"] as? Int == 6 && asked.object["refused_steps"] as? Int == 2)
    let newest = try #require(asked.list("refused").first)
    #expect(newest["subject"] as? String == "Be lenient" && newest["author"] as? String == "Dev <dev@example.com>")
    #expect(newest["date"] as? String == "2023-11-14T22:18:20Z")
    let problem = try #require(newest.list("problems").first)
    #expect(problem["path"] as? String == path && problem["line"] as? Int == 26, "\(problem)")
    #expect("\(problem["message"] ?? "")".contains("weaker than the policy's floor") && problem["policy"] == nil)
    let text = try scene.sandbox.mlops(["replay", "--policy", "tried", "--repo", "host.git"], in: scene.sandbox.root)
    #expect(text.status == 1 && text.out.contains(commits[1]) && !text.out.contains(commits[0]), "\(text.out)")
    #expect(text.out.contains("error: \(path):26:7: "), "\(text.out)")
    #expect(
      text.out.hasSuffix("6 steps judged, 2 would have been refused: approval/missing 1, metric/floor 1\n"),
      "\(text.out)")
    #expect(text.out.contains("pusher, freeze and expiry are not known"))
  }

  @Test("a policy that refuses nothing ends with 0, whatever the repository's own asks") func noneRefused() throws {
    let scene = try Scene()
    _ = try past(scene)
    let strict = Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.99\"}}\nstaging: {}")
    try scene.clone.commit(PolicyTests.root, ["policies/policy.yaml": strict])
    try scene.clone.commit(Fixtures.approved("Promote"), [path: at("v1.2.0")])
    try scene.land()
    let lenient = Fixtures.directory.replacingOccurrences(of: "[ken@", with: "[dev@example.com, ken@")
    let folder = try policy(
      scene, "approvals: {exclude: []}", environments: "production: {}\nstaging: {}", directory: lenient)
    let asked = try replay(scene, folder, "--since", try scene.clone.git("rev-parse", "main~3"))
    #expect(asked.status == 0 && asked.object["steps"] as? Int == 3, "\(asked.transcript)")
    #expect(asked.list("refused").isEmpty && asked.list("checks").isEmpty)
  }

  @Test("the same problem is told of each step that has it") func repeated() throws {
    let scene = try Scene()
    let commits = try ["v1.1.0", "v1.2.0", "v1.1.0"].map { try scene.clone.commit("Change", [path: at($0)]) }
    try scene.land()
    let asked = try replay(scene, try policy(scene))
    #expect(refused(asked) == commits.reversed().map { "\($0) approval/missing" }, "\(asked.transcript)")
    let checks = asked.list("checks").map { "\($0["check"] ?? "") \($0["steps"] ?? "")" }
    #expect(checks == ["approval/missing 3"])
  }

  @Test("a step is compared with its own parent: order") func order() throws {
    let staging = Deployment(environment: "staging")
    let scene = try Scene()
    let hasty = try scene.clone.commit(Fixtures.approved("Promote"), [path: at("v1.1.0")])
    try scene.clone.commit(
      Fixtures.approved("Stage"), [staging.path: staging.with { $0.version = "v1.2.0" }.yaml])
    try scene.clone.commit(Fixtures.approved("Promote"), [path: at("v1.2.0")])
    try scene.land()
    let asked = try replay(
      scene, try policy(scene, environments: "production: {promote_from: staging}\nstaging: {}"))
    #expect(refused(asked) == ["\(hasty) promotion/order"], "\(asked.transcript)")
  }

  @Test("the roles that manifests name are looked up in the directory of the policy that is tried") func directory()
    throws
  {
    let scene = try Scene()
    let commits = try past(scene)
    let others = Fixtures.directory.replacingOccurrences(of: "[ken@example.com, ", with: "[paz@example.com, ")
    let asked = try replay(scene, try policy(scene, environments: "production: {}\nstaging: {}", directory: others))
    #expect(refused(asked).count == 4 && refused(asked).allSatisfy { $0.contains("approval/") }, "\(asked.transcript)")
    #expect(refused(asked).last?.hasPrefix(commits[0]) == true)
  }

  @Test("a policy that says `approvers: repository` asks the repository's directory before each step")
  func borrowedDirectory() throws {
    let scene = try Scene()
    let commits = try past(scene)
    let folder = try policy(scene, "approvers: repository", environments: "production: {}\nstaging: {}", directory: nil)
    #expect(try refused(replay(scene, folder)) == ["\(commits[1]) approval/missing"])
    let others = Fixtures.directory.replacingOccurrences(of: "[ken@example.com, ", with: "[paz@example.com, ")
    try scene.clone.commit(PolicyTests.root, ["policies/approvers.yaml": others])
    let late = try scene.clone.commit(Fixtures.approved("Promote"), [path: at("v1.2.0")])
    try scene.land()
    let asked = try replay(scene, folder)
    #expect(refused(asked).map { $0.prefix(40) } == [late[...], commits[1][...]], "\(asked.transcript)")
  }

  @Test("--since takes a commit, whose followers are judged, or a time") func since() throws {
    let scene = try Scene()
    let commits = try past(scene)
    let folder = try policy(scene)
    for since in [commits[1], String(commits[1].prefix(12)), "main~3", "2023-11-14T22:17:00Z"] {
      let asked = try replay(scene, folder, "--since", since)
      #expect(refused(asked) == ["\(commits[3]) metric/floor"], "\(since): \(asked.transcript)")
      #expect(asked.object["steps"] as? Int == 3)
    }
    #expect(try replay(scene, folder, "--since", "2023-11-14").object["steps"] as? Int == 6)
    let none = try replay(scene, folder, "--since", "2023-11-15")
    #expect(none.status == 0 && none.object["steps"] as? Int == 0)
    #expect(try replay(scene, folder, "--since", "main").object["steps"] as? Int == 0)
  }

  @Test("the first commit of all is judged as a first push") func firstCommit() throws {
    let scene = try Scene(Fixtures.people(deployment: Deployment(version: "v9.0.0")))
    let asked = try replay(scene, try policy(scene))
    #expect(refused(asked) == ["\(scene.base) metric/threshold"], "approvals are not asked: \(asked.transcript)")
    #expect("\(asked.object["notes"] ?? "")".contains("first push"))
  }

  @Test("each step is judged as the gate judged its push under the same policy") func asTheGate() throws {
    let scene = try Scene(Fixtures.plain())
    let spec = "approvals: {exclude: [author]}\nmodels: {publishers: [publishers]}"
    let folder = try policy(scene, spec, environments: "production: {max_weight_step: 30}\nstaging: {}")
    try scene.sandbox.configure("mlops.policy", folder)
    let routing = "deployments/production/segmentation-ab.yaml"
    func routes(_ weight: Int) -> String {
      Fixtures.routing(routes: [("\(100 - weight)", "v1.0.0", "one"), ("\(weight)", "v1.1.0", "two")])
    }
    let changes: [(String, Clone.Changes)] = [
      (Fixtures.approved("Canary"), [routing: routes(20)]), ("Canary", [routing: routes(40)]),
      (Fixtures.approved("Canary"), [routing: routes(90)]), (Fixtures.approved("Back"), [routing: routes(20)]),
      (Fixtures.approved("Bad"), [path: at("v9.0.0")]), (Fixtures.approved("Undo"), [path: at("v1.0.0")]),
      (Fixtures.approved("Typo"), [path: at("v1.0.0").replacingOccurrences(of: "replicas", with: "replica")]),
      (Fixtures.approved("Mend"), [path: at("v1.0.0")]), (Fixtures.approved("Stray"), ["deployments/x.txt": "x"]),
      (Fixtures.approved("Tidy"), ["deployments/x.txt": nil]),
      ("Rewrite", [Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", silhouette: "0.5")]),
      ("Remove\n\nApproved-by: Aiko Tanaka <aiko@example.com>", [path: nil, routing: nil]),
      (Fixtures.approved("Look alike"), ["Models/x": "x\n"]), ("Write", ["README.md": "y\n"]),
    ]
    var expected: [String] = []
    for (message, files) in changes {
      let commit = try scene.clone.commit(message, files)
      let result = try scene.clone.push("main")
      let checks = Set(result.report.problems.map(\.check)).sorted()
      if result.status != 0 { expected.append("\(commit) \(checks.joined(separator: ","))") }
      try scene.land()
    }
    #expect(expected.count == 11, "\(expected)")
    let asked = try replay(scene, folder, "--since", scene.base)
    #expect(refused(asked) == expected.reversed(), "\(asked.transcript)")
  }

  @Test("a rollback is known for one among other changes, as at the gate") func rollbacks() throws {
    let scene = try Scene(Fixtures.plain())
    let folder = try policy(
      scene, environments: "production: {rollback: {approvals: waived}, max_weight_step: 60}\nstaging: {}")
    try scene.sandbox.configure("mlops.policy", folder)
    let routing = "deployments/production/segmentation-ab.yaml"
    let canary = Fixtures.routing(routes: [("70", "v1.0.0", "one"), ("30", "v1.1.0", "two")])
    let other = Deployment(name: "segmentation-two", endpoint: "/v1/two")
    let changes: [(String, Clone.Changes)] = [
      (Fixtures.approved("Canary"), [routing: canary]), (Fixtures.approved("Other"), [other.path: other.yaml]),
      ("Back", [routing: nil]), ("Forth", [routing: canary]), ("Back again", [routing: nil]),
      (Fixtures.approved("Canary"), [routing: canary]), (Fixtures.approved("Other"), [other.path: nil]),
      (Fixtures.approved("Other"), [other.path: other.yaml]), ("Far back", [path: at("v1.0.0"), routing: nil]),
      (Fixtures.approved("Jump"), [path: at("v1.2.0")]), ("Write", ["README.md": "y\n"]),
      ("Land", [path: at("v1.0.0")]),
    ]
    var expected: [String] = []
    for (message, files) in changes {
      let commit = try scene.clone.commit(message, files)
      let result = try scene.clone.push("main")
      let checks = Set(result.report.problems.map(\.check)).sorted()
      if result.status != 0 { expected.append("\(commit) \(checks.joined(separator: ","))") }
      try scene.land()
    }
    let asked = try replay(scene, folder, "--since", scene.base)
    #expect(refused(asked) == expected.reversed(), "\(asked.transcript)")
    #expect(expected.contains { $0.hasSuffix("approval/missing") } && expected.count < 5, "\(expected)")
  }

  @Test("a policy's folder that is not there is called so, with where the shipped ones are") func noFolder() throws {
    let scene = try Scene()
    let output = try scene.sandbox.mlops(["replay", "--policy", "policies/strict"], in: scene.clone.path)
    #expect(output.status == 2 && output.err.contains("there is no folder `policies/strict`"), "\(output.err)")
    #expect(output.err.contains("share/mlops-hook/policies/") && !output.err.contains("host"), "\(output.err)")
  }

  @Test("a policy that cannot be used, and what is no commit, end with 2 and say what to do") func invalid() throws {
    let scene = try Scene()
    _ = try past(scene)
    let side = try scene.clone.commit("Side", ["README.md": "z\n"], on: "side", from: scene.base)
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "side:side"])
    let folder = try policy(scene)
    try scene.sandbox.write("typo/policy.yaml", Fixtures.policy("protected_reff: [x]"))
    try scene.sandbox.write("typo/approvers.yaml", Fixtures.directory)
    try scene.sandbox.write("alone/policy.yaml", Fixtures.policy())
    try scene.sandbox.write("empty/.keep", "")
    try scene.sandbox.write("people/approvers.yaml", Fixtures.directory)
    let root = scene.sandbox.root
    let cases: [([String], String)] = [
      (["--policy", root + "/typo"], "protected_refs"), (["--policy", root + "/alone"], "approvers.yaml"),
      (["--policy", root + "/empty"], "policy.yaml"), (["--policy", root + "/people"], "policy.yaml"),
      (["--policy", root + "/nowhere"], "policy.yaml"), ([], "--policy"),
      (["--policy", folder, "--since", "no-such"], "--since"), (["--policy", folder, "--since", side], "first-parent"),
      (["--policy", folder, "--since", "2026-13-01"], "month"), (["--policy", folder, "--ref", "nowhere"], "main"),
      (["--policy", folder, "--format", "junit"], "text"),
    ]
    for (arguments, hint) in cases {
      let output = try scene.sandbox.mlops(["replay"] + arguments, in: scene.sandbox.host)
      #expect(output.status == 2 && output.out.isEmpty && output.err.contains(hint), "\(arguments) \(output.err)")
    }
  }
}
