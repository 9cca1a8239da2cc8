import Foundation
import Testing

/// `mlops-hook check`: the same verdict beforehand, and what it can be asked.
@Suite("mlops-hook check") struct CheckCommandTests {
  let promoted = Deployment(version: "v1.1.0")

  /// A scene whose clone has a work tree.
  private func workScene(_ files: [String: String] = Fixtures.people()) throws -> Scene {
    let scene = try Scene(files)
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    return scene
  }

  private func check(_ scene: Scene, _ arguments: String...) throws -> Output {
    try scene.sandbox.mlops(["check"] + arguments, in: scene.clone.path)
  }

  @Test("text names the problem at its place; the exit codes are 0 and 1") func text() throws {
    let scene = try workScene()
    #expect(try check(scene).status == 0)
    try scene.clone.commit("Evil", [promoted.path: promoted.with { $0.replicas = "-1" }.yaml])
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    let output = try check(scene)
    #expect(output.status == 1)
    let report = Report.plain(output.err + output.out)
    #expect(report.checks == ["approval/missing", "manifest/value"], "\(report.text)")
    let line = place(promoted.path, of: "replicas", in: promoted.yaml)
    #expect(report.problems.contains { $0.check == "manifest/value" && $0.text.hasPrefix(line) }, "\(report.text)")
  }

  @Test("a clone that is merely behind has nothing to push, and hears how to catch up") func behind() throws {
    let scene = try workScene()
    let old = scene.base
    try scene.clone.commit("Write", ["README.md": "new\n"])
    try scene.clone.git("push", "--quiet", "origin", "main")
    try scene.clone.git("reset", "--quiet", "--hard", old)
    let output = try check(scene)
    #expect(output.status == 0, "\(output.err)")
    #expect((output.out + output.err).contains("git pull --ff-only"), "\(output.out)\(output.err)")
    try scene.clone.git("commit", "--quiet", "--allow-empty", "-m", "Elsewhere")
    let apart = try check(scene)
    #expect(apart.status == 1 && (apart.out + apart.err).contains("history/rewrite"), "\(apart.out)\(apart.err)")
  }

  @Test("as a hook it says nothing of a push that brings no manifest") func silentHook() throws {
    let scene = try workScene()
    let other = try scene.clone.commit("Notes", ["notes.md": "x\n"])
    func ask(_ new: String) throws -> Output {
      let lines = "refs/heads/main \(new) refs/heads/main \(scene.base)\n"
      return try scene.sandbox.run(
        [GitSandbox.products + "/mlops-hook", "check", "--pre-push", "origin"], in: scene.clone.path,
        input: Array(lines.utf8))
    }
    let silent = try ask(other)
    #expect(silent.status == 0 && silent.out.isEmpty && silent.err.isEmpty, "\(silent.out)\(silent.err)")
    let evil = try scene.clone.commit("Evil", [promoted.path: promoted.with { $0.replicas = "-1" }.yaml])
    #expect(try ask(evil).status == 1)
  }

  @Test("JSON has the contract's fields") func json() throws {
    let scene = try workScene()
    let tip = try scene.clone.commit("Evil", [promoted.path: promoted.with { $0.version = "v9.0.0" }.yaml])
    let output = try check(scene, "--format", "json")
    #expect(output.status == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output.standardOutput)) as? [String: Any])
    #expect(object["schema"] as? Int == 1 && object["verdict"] as? String == "refused")
    let update = try #require((object["updates"] as? [[String: Any]])?.first)
    #expect(update["ref"] as? String == "refs/heads/main")
    #expect(update["old"] as? String == scene.base && update["new"] as? String == tip)
    #expect(update["commits"] as? Int == 1 && update["manifests"] as? Int == 1)
    let problems = try #require(object["problems"] as? [[String: Any]])
    let metric = try #require(problems.first { $0["check"] as? String == "metric/threshold" })
    #expect(metric["severity"] as? String == "error")
    #expect(["built-in", "repository", "host"].contains(metric["policy"] as? String))
    #expect(metric["commit"] as? String == tip && metric["path"] as? String == promoted.path)
    #expect(metric["line"] is Int && metric["column"] is Int)
    #expect(metric["field"] as? String == "spec.promotion_criteria.evaluation_metrics.silhouette_score")
    #expect((metric["message"] as? String)?.contains("0.41") == true && !((metric["fix"] as? String) ?? "").isEmpty)
  }

  @Test("the server reports in the same JSON when the pusher asks for it") func pushedJSON() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    let result = try scene.clone.push(["main"], options: ["-o", "mlops.format=json"])
    #expect(result.status != 0 && result.moved.isEmpty)
    let object = try JSONSerialization.jsonObject(with: Data(result.report.text.utf8)) as? [String: Any]
    #expect(object?["verdict"] as? String == "refused", "\(result.transcript)")
  }

  @Test("nothing to say, nowhere to look: status 2") func cannotSay() throws {
    let scene = try workScene()
    #expect(try scene.sandbox.mlops(["check"], in: scene.sandbox.root).status == 2, "not a repository")
    #expect(try check(scene, "--no-such-option").status == 2)
    #expect(try check(scene, "--range", "no-such..main").status == 2)
    #expect(try check(scene, "--policy", scene.sandbox.root + "/nowhere").status == 2)
    #expect(try check(scene, "--format", "yaml").status == 2)
    #expect(try check(scene, "deployments/production/none.yaml").status == 2)
  }

  @Test("a detached or unborn HEAD is answered, not crashed on") func strangeHeads() throws {
    let scene = try workScene()
    try scene.clone.git("checkout", "--quiet", "--detach", "main")
    let detached = try check(scene)
    #expect(detached.status == 2 || detached.status == 0, "\(detached.err)")
    #expect(!(detached.out + detached.err).isEmpty)
    let empty = scene.sandbox.root + "/unborn"
    try scene.sandbox.git(["init", "--quiet", empty], in: scene.sandbox.root)
    let unborn = try scene.sandbox.mlops(["check"], in: empty)
    #expect(unborn.status == 2, "\(unborn.err)")
    #expect(!unborn.err.isEmpty)
  }

  @Test("--range judges the commits between two points") func range() throws {
    let scene = try workScene()
    let good = try scene.clone.commit(Fixtures.approved("Good"), [promoted.path: promoted.yaml])
    let evil = try scene.clone.commit("Evil", [promoted.path: Deployment(version: "v1.2.0").yaml])
    #expect(try check(scene, "--range", "\(scene.base)..\(good)").status == 0)
    let refused = try check(scene, "--range", "\(good)..\(evil)")
    #expect(refused.status == 1 && (refused.out + refused.err).contains("approval/missing"), "\(refused.err)")
  }

  @Test("the first commit of a range is judged as a first push, not by a policy that came after it")
  func rangeFromTheBeginning() throws {
    let scene = try workScene()
    let strict = Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.99\"}}\nstaging: {}")
    try scene.clone.commit(PolicyTests.root, ["policies/policy.yaml": strict])
    let zero = String(repeating: "0", count: 40)
    let output = try check(scene, "--range", "\(zero)..main")
    #expect(output.status == 0, "\(output.out)\(output.err)")
  }

  @Test("--ref names the branch that is pushed to") func ref() throws {
    let scene = try workScene()
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    #expect(try check(scene, "--ref", "refs/heads/main").status == 1)
    #expect(try check(scene, "--ref", "refs/heads/wip").status == 0, "nobody protects it")
  }

  @Test("--staged judges the index, --worktree the files, and neither asks for approvals not given yet to be there")
  func uncommitted() throws {
    let scene = try workScene()
    let bad = promoted.with { $0.replicas = "-1" }.yaml
    try scene.sandbox.write("clone/" + promoted.path, bad)
    let plain = try check(scene)
    #expect(
      plain.status == 0 && (plain.out + plain.err).contains(promoted.path),
      "uncommitted changes are named: \(plain.out)\(plain.err)")
    #expect(try check(scene, "--staged").status == 0, "nothing is staged")
    let tree = try check(scene, "--worktree")
    #expect(tree.status == 1 && (tree.out + tree.err).contains("manifest/value"), "\(tree.err)")
    try scene.clone.git("add", ".")
    let staged = try check(scene, "--staged")
    #expect(staged.status == 1 && (staged.out + staged.err).contains("manifest/value"), "\(staged.err)")
  }

  @Test("FILE judges form and evidence only") func files() throws {
    let scene = try workScene()
    try scene.sandbox.write("clone/" + promoted.path, promoted.yaml)
    #expect(try check(scene, promoted.path).status == 0, "approvals are not asked")
    try scene.sandbox.write("clone/" + promoted.path, promoted.with { $0.version = "v9.0.0" }.yaml)
    let output = try check(scene, promoted.path)
    #expect(output.status == 1 && (output.out + output.err).contains("metric/threshold"), "\(output.err)")
  }

  @Test("--all judges the whole tree at HEAD") func all() throws {
    let bad = Deployment(name: "bad", version: "v9.0.0", endpoint: "/v1/bad")
    let scene = try workScene(Fixtures.people(more: [bad.path: bad.yaml]))
    let output = try check(scene, "--all")
    #expect(output.status == 1, "\(output.out)")
    #expect(Report.plain(output.out + output.err).problems.allSatisfy { $0.text.hasPrefix(bad.path) }, "\(output.err)")
    #expect(try check(try workScene(), "--all").status == 0)
  }

  @Test("--policy judges by a host's policy too") func policy() throws {
    let scene = try workScene()
    try scene.clone.commit(Fixtures.approved("Good"), [promoted.path: promoted.yaml])
    #expect(try check(scene).status == 0)
    try scene.sandbox.write(
      "strict/policy.yaml",
      Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.46\"}}\nstaging: {}"))
    try scene.sandbox.write("strict/approvers.yaml", Fixtures.directory)
    let output = try check(scene, "--policy", scene.sandbox.root + "/strict")
    #expect(output.status == 1 && (output.out + output.err).contains("metric/floor"), "\(output.err)")
  }

  @Test("without an upstream the same branch of origin is compared, as new if absent") func withoutUpstream() throws {
    let scene = try workScene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")))
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml], on: "release/1", from: scene.base)
    try scene.clone.git("checkout", "--quiet", "release/1")
    let output = try check(scene)
    #expect(output.status == 1 && (output.out + output.err).contains("approval/missing"), "\(output.err)")
  }

  @Test("explain shows the page of every check") func explain() throws {
    let scene = try workScene()
    for name in [
      "metric/threshold", "push/malformed", "approval/missing", "history/foxtrot", "host/internal", "policy/guard",
    ] {
      let output = try scene.sandbox.mlops(["explain", name], in: scene.sandbox.root)
      #expect(output.status == 0 && output.out.contains(name), "\(name): \(output.err)")
    }
    #expect(try scene.sandbox.mlops(["explain", "no/such"], in: scene.sandbox.root).status == 2)
  }

  @Test("on GitLab each line begins as GitLab wants it") func gitlab() throws {
    let scene = try Scene()
    let next = try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    let line = Array("\(scene.base) \(next) refs/heads/main\n".utf8)
    let output = try scene.sandbox.hook("pre-receive", input: line, environment: ["GL_PROTOCOL": "ssh"])
    let lines = output.err.split(separator: "\n")
    #expect(output.status == 1 && !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("GL-HOOK-ERR: ") }, "\(output.err)")
  }
}
