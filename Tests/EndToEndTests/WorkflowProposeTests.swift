import Foundation
import Testing

/// `mlops-hook propose`: what it changes, and when it says no.
@Suite("Propose") struct WorkflowProposeTests {
  private let path = Deployment().path

  private func propose(_ who: Teammate, _ flags: String...) throws -> Output {
    try who.mlops(["propose", "segmentation", "--to", "production", "--version", "v1.1.0"] + flags)
  }

  @Test("a dirty work tree, a staged change and a detached head are left exactly as they are") func dirty() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    try jun.git("checkout", "--quiet", "--detach")
    try jun.write(path, "half an edit\n")
    try jun.write("README.md", "staged\n")
    try jun.git("add", "README.md")
    try jun.write("README.md", "and more\n")
    try jun.write("new.txt", "untracked\n")
    let before = try jun.state()
    expectDone(try propose(jun, "--push"))
    expectDone(try jun.mlops("approve", WorkflowScene.branch, "--show"))
    var after = try jun.state(fetching: false)
    #expect(after.refs != before.refs && after.objects != before.objects)
    (after.refs, after.objects) = (before.refs, before.objects)
    #expect(after == before)
    expectDone(try scene.aiko.mlops("approve", WorkflowScene.branch, "--push"))
    expectDone(try scene.ken.mlops("approve", WorkflowScene.branch, "--push"))
    expectDone(try jun.mlops("promote", WorkflowScene.branch, "--push"))
    expectDone(
      try jun.mlops("rollback", "segmentation", "--env", "production", "--reason", "latency", "--push"))
    after = try jun.state(fetching: false)
    (after.refs, after.objects) = (before.refs, before.objects)
    #expect(after == before)
  }

  /// One manifest whose text is not as we write it, and what the proposal leaves of it.
  struct Odd: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var edit: @Sendable (String) -> String
    /// What stands for the old and the new version.
    var old = "version: v1.0.0"
    var new = "version: v1.1.0"
  }

  static let odd: [Odd] = [
    Odd(testDescription: "Windows line ends") { $0.replacingOccurrences(of: "\n", with: "\r\n") },
    Odd(testDescription: "comments in odd places") {
      $0.replacingOccurrences(
        of: "    version: v1.0.0", with: "    # version: v1.0.0 is good\n    version: v1.0.0 # v1.0.0, not v1.1.0"
      )
      .replacingOccurrences(of: "spec:", with: "# anchors: &a, *b\nspec:   # version: v1.0.0")
    },
    Odd(
      testDescription: "a quoted version", edit: { $0.replacingOccurrences(of: "v1.0.0", with: "\"v1.0.0\"") },
      old: "\"v1.0.0\"", new: "\"v1.1.0\""),
    Odd(testDescription: "the old version in a label") {
      $0.replacingOccurrences(of: "spec:\n", with: "  labels: {from: v1.0.0}\nspec:\n")
    },
    Odd(testDescription: "no line end at the end") { String($0.dropLast()) },
  ]

  @Test("nothing but the version changes in a manifest with", arguments: odd) func surgical(_ odd: Odd) throws {
    let text = odd.edit(Deployment().yaml)
    let scene = try WorkflowScene(more: [path: text])
    expectDone(try propose(scene.jun))
    let changed = try scene.sandbox.run(
      ["git", "show", "\(WorkflowScene.branch):\(path)"], in: scene.jun.path
    ).out
    let lines = text.components(separatedBy: "\n")
    let now = changed.components(separatedBy: "\n")
    try #require(lines.count == now.count, "\(changed)")
    let differing = zip(lines, now).filter { $0.utf8.elementsEqual($1.utf8) == false }
    #expect(differing.count == 1, "\(differing)")
    let (was, becomes) = try #require(differing.first)
    let range = try #require(was.range(of: odd.old))
    #expect(becomes == was.replacingCharacters(in: range, with: odd.new))
  }

  @Test("a file with two documents keeps its routing, whose route follows the version") func twoDocuments() throws {
    let routing = Fixtures.routing(routes: [("100", "v1.0.0", "all")])
    let scene = try WorkflowScene(more: [path: Deployment().yaml + "---\n" + routing])
    expectDone(try propose(scene.jun), "the route of `v1.0.0`", "leads to `v1.1.0`")
    let changed = try scene.jun.git("show", "\(WorkflowScene.branch):\(path)") + "\n"
    let wanted = Deployment(version: "v1.1.0").yaml + "---\n" + Fixtures.routing(routes: [("100", "v1.1.0", "all")])
    #expect(changed == wanted)
    expectDone(try scene.jun.mlops("approve", WorkflowScene.branch, "--show"))
  }

  @Test("a second proposal for one deployment is refused, and `--beside` makes it all the same") func beside() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    expectDone(try propose(jun, "--push"))
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.2.0",
      saying: ["`\(WorkflowScene.branch)` proposes another change of `segmentation` in `production`", "--beside"])
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0",
      saying: ["`\(WorkflowScene.branch)` is there already"])
    // Whoever has only the remote's branch hears the same.
    try scene.ken.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.2.0", saying: ["--beside"])
    expectDone(
      try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.2.0", "--beside"), "-> v1.2.0")
  }

  @Test("a canary and a promotion of one deployment are two proposals of it, in whatever files") func canaryBeside()
    throws
  {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    expectDone(try propose(jun, "--weight", "20", "--push"))
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.2.0",
      saying: ["`\(WorkflowScene.branch)-20` proposes another change of `segmentation`", "--beside"])
    expectDone(try jun.mlops("propose", "segmentation", "--to", "dev", "--from", "staging"))
  }

  @Test("a version that is registered here, and not on the host, has to be pushed first") func unpushed() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    let file = Fixtures.evidencePath("v1.4.0")
    try jun.write(file, Fixtures.evidence("v1.4.0"))
    try jun.git("add", file)
    try jun.git("commit", "--quiet", "-m", "Register")
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.4.0",
      saying: ["`v1.4.0` of `segmentation` is not registered on `main` of `origin`", "git push origin main"])
  }

  @Test("what cannot be proposed leaves no trace, and says what can") func refusals() throws {
    let scene = try WorkflowScene(
      policy: WorkflowScene.policy(environments: "production: {promote_from: staging}\nstaging: {}\ndev: {}"))
    let jun = try scene.jun
    func say(_ arguments: [String], status: Int32 = 1, _ words: String..., line: Int = #line) throws {
      let output = try jun.untouched { try jun.mlops(["propose"] + arguments) }
      expectNotDone(output, status: status)
      for word in words {
        #expect((output.out + output.err).contains(word), "\(line): no `\(word)`: \(output.out)\(output.err)")
      }
    }
    try say(
      ["segmentation", "--to", "production", "--version", "v7.7.7"],
      "`v7.7.7` of `segmentation` is not registered on `main`", "mlops-hook register segmentation v7.7.7")
    try say(["segmentation", "--to", "production", "--version", "v1.1.1"], "did you mean `v1.1.0`?")
    try say(["segmentation", "--to", "production", "--version", "v1.2.0"], "promotion/order", "staging")
    try say(["segmentation", "--to", "production", "--version", "v9.0.0"], "metric/threshold")
    try say(["segmentation", "--to", "production", "--version", "v1.0.0"], "`v1.0.0` is what", "names already")
    try say(
      ["segmentation", "--to", "prodction", "--version", "v1.1.0"], "no environment `prodction`",
      "did you mean `production`?")
    try say(
      ["segmentation", "--to", "canary", "--version", "v1.1.0"], "no environment `canary`",
      "`production` or `staging`")
    try say(
      ["segmentation", "--to", "production", "--from", "stagin"], "no environment `stagin`", "did you mean `staging`?")
    try say(
      ["segmentatoin", "--to", "production", "--version", "v1.1.0"], "no model `segmentatoin`",
      "did you mean `segmentation`?")
    try say(["ranker", "--to", "production", "--version", "v1.1.0"], "no model `ranker`", "mlops-hook register")
    try say(["segmentation", "--to", "production", "--from", "dev"], "does not stand in `dev`")
    try say(["segmentatoin", "--to", "production"], "does not stand in `staging`", "did you mean `segmentation`?")
    try say(["segmentation", "--to", "production", "--version", "1.x"], status: 2, "--version", "1.x")
    try say(["segmentation", "--to", "production", "--version", "v1..0"], status: 2, "--version")
    try say(["Segmentation!", "--to", "production", "--version", "v1.1.0"], status: 2, "Segmentation!")
    try say(["../x", "--to", "production", "--version", "v1.1.0"], status: 2, "../x")
    try say(["segmentation", "--to", "pro/duction", "--version", "v1.1.0"], status: 2, "pro/duction")
    try say(["segmentation", "--to", "staging"], status: 2, "--version", "--from")
  }

  @Test("a usage error ends with 2 and changes nothing") func usage() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    for arguments in [
      ["segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "101"],
      ["segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "many"],
      ["segmentation", "--version", "v1.1.0"], ["--to", "production"],
    ] {
      let output = try jun.untouched { try jun.mlops(["propose"] + arguments) }
      #expect(output.status == 2 && !output.err.isEmpty, "\(arguments): \(output.status) \(output.err)")
    }
  }

  @Test("outside of a repository, without a remote and without a name it says so") func surroundings() throws {
    let scene = try WorkflowScene()
    let (jun, sandbox) = (try scene.jun, scene.sandbox)
    let arguments = ["propose", "segmentation", "--to", "production", "--version", "v1.1.0"]
    expectNotDone(try sandbox.mlops(arguments, in: sandbox.root + "/home"), status: 2, "no git repository")

    try sandbox.write("gitconfig", "[init]\n  defaultBranch = main\n[user]\n  useConfigOnly = true\n")
    try jun.git("config", "--unset", "user.name")
    try jun.git("config", "--unset", "user.email")
    let nobody = try jun.untouched { try jun.mlops(arguments) }
    expectNotDone(nobody, status: 2, "git config user.email")
    try jun.git("config", "user.name", "Jun Mori")
    try jun.git("config", "user.email", "jun@example.com")

    try jun.git("remote", "set-url", "origin", sandbox.root + "/gone.git")
    let gone = try jun.mlops(arguments)
    expectNotDone(gone, status: 2, "--offline")
    expectDone(try jun.mlops(arguments + ["--offline"]))
    try jun.git("branch", "-D", WorkflowScene.branch)
    try jun.git("remote", "remove", "origin")
    expectNotDone(try jun.mlops(arguments), status: 2, "remote")
  }

  @Test("the digest follows the version, and has to be named where there are two artifacts") func digest() throws {
    func artifact(_ file: String, _ digit: Character) -> String {
      "{\"path\": \"\(file)\", \"sha256\": \"\(String(repeating: digit, count: 64))\", \"size\": 2}"
    }
    let folder = "models/segmentation"
    let more: [String: String?] = [
      path: Deployment(digest: "sha256:" + String(repeating: "a", count: 64)).yaml,
      Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", artifacts: "[\(artifact("old.onnx", "a"))]"),
      Fixtures.evidencePath("v1.1.0"): Fixtures.evidence("v1.1.0", artifacts: "[\(artifact("new.onnx", "b"))]"),
      Fixtures.evidencePath("v1.2.0"): Fixtures.evidence(
        "v1.2.0", artifacts: "[\(artifact("one.onnx", "c")), \(artifact("two.onnx", "d"))]"),
      "\(folder)/v1.0.0/old.onnx": "x\n", "\(folder)/v1.1.0/new.onnx": "x\n", "\(folder)/v1.2.0/one.onnx": "x\n",
      "\(folder)/v1.2.0/two.onnx": "x\n",
    ]
    let scene = try WorkflowScene(more: more)
    let jun = try scene.jun
    expectDone(try propose(jun), "`spec.model.digest` is that of `new.onnx`")
    let text = try jun.git("show", "\(WorkflowScene.branch):\(path)") + "\n"
    #expect(text == Deployment(version: "v1.1.0", digest: "sha256:" + String(repeating: "b", count: 64)).yaml)
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.2.0", "--beside",
      saying: ["lists 2", "--artifact"])
    expectDone(
      try jun.mlops(
        "propose", "segmentation", "--to", "production", "--version", "v1.2.0", "--beside", "--artifact", "two.onnx"),
      "is that of `two.onnx`")
  }

  @Test("a new deployment is made from another environment's, or from a template") func newDeployment() throws {
    let scene = try WorkflowScene(more: [
      Fixtures.evidencePath("v1.0.0", model: "ranker"): Fixtures.evidence("v1.0.0", model: "ranker")
    ])
    let jun = try scene.jun
    expectDone(
      try jun.mlops("propose", "segmentation", "--to", "dev", "--from", "staging", "--push"), "nothing -> v1.1.0")
    let copied = try jun.git("show", "promote/segmentation-v1.1.0-dev:deployments/dev/segmentation.yaml") + "\n"
    #expect(copied == WorkflowScene.staging.with { ($0.environment, $0.namespace) = ("dev", "dev") }.yaml)

    try jun.refused("propose", "ranker", "--to", "dev", "--version", "v1.0.0", status: 2, saying: ["--registry"])
    expectDone(
      try jun.mlops(
        "propose", "ranker", "--to", "dev", "--version", "v1.0.0", "--registry", "s3://ml-models/company/", "--push"),
      "asks for no metric and no approval itself")
    let made = try jun.git("show", "promote/ranker-v1.0.0-dev:deployments/dev/ranker.yaml")
    #expect(made.contains("registry: s3://ml-models/company/") && made.contains("version: v1.0.0"), "\(made)")
    expectDone(try jun.mlops("promote", "promote/ranker-v1.0.0-dev", "--push"))
    #expect(try scene.hostFile("deployments/dev/ranker.yaml") == made + "\n")
  }
}
