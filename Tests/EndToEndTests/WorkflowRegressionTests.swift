import Foundation
import Testing

/// What an adversary found in signed approvals and in the verbs around them (`docs/regressions.md`).
@Suite("Signed approvals, once wrong") struct WorkflowRegressionTests {
  private let path = Deployment().path
  private let branch = WorkflowScene.branch

  @Test("an approval over a new file is used up, whatever number of empty commits stands between")
  func padded() throws {
    let scene = try WorkflowScene()
    let file = "deployments/production/segmentation-ab.yaml"
    let canary = Fixtures.routing(routes: [("80", "v1.0.0", "a"), ("20", "v1.1.0", "b")])
    let signed = try scene.commit(HandApproval(changes: [file: canary]))
    expectAccepted(try scene.clone.checkAndPush())
    let message = try scene.clone.git("log", "-1", "--format=%B", signed)
    try scene.clone.commit("Roll back", [file: nil])
    expectAccepted(try scene.clone.checkAndPush())
    // A thousand empty commits at once.
    let tree = try scene.clone.git("rev-parse", "main^{tree}")
    var stream = "reset refs/heads/main\nfrom \(try scene.clone.tip())\n\n"
    for index in 0..<1005 {
      stream +=
        "commit refs/heads/main\ncommitter Dev <dev@example.com> \(1_700_100_000 + index) +0000\ndata 5\nEmpty\n\n"
    }
    try scene.clone.git("fast-import", "--quiet", "--date-format=raw", input: Array(stream.utf8))
    let tip = try scene.clone.git("rev-parse", "refs/heads/main")
    #expect(try scene.clone.git("rev-parse", "\(tip)^{tree}") == tree)
    try scene.clone.set("main", to: tip)
    try scene.clone.commit(message, [file: canary])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/unsigned", at: file)
  }

  @Test("a folder of folders that somebody pushed costs later approvals nothing") func bomb() throws {
    let scene = try WorkflowScene()
    let blob = try scene.clone.git("hash-object", "-w", "--stdin")
    var tree = try scene.clone.git("mktree", input: Array("100644 blob \(blob)\t.gitkeep\n".utf8))
    for _ in 0..<11 {
      let entries = (0..<10).map { "040000 tree \(tree)\tf\($0)\n" }.joined()
      tree = try scene.clone.git("mktree", input: Array(entries.utf8))
    }
    let deployments = try scene.clone.git("ls-tree", "main:deployments") + "\n040000 tree \(tree)\textra\n"
    let folder = try scene.clone.git("mktree", input: Array(deployments.utf8))
    let root = try scene.clone.git("ls-tree", "main").split(separator: "\n").map { line in
      line.hasSuffix("\tdeployments") ? "040000 tree \(folder)\tdeployments" : String(line)
    }
    let whole = try scene.clone.git("mktree", input: Array((root.joined(separator: "\n") + "\n").utf8))
    let commit = try scene.clone.git("commit-tree", whole, "-p", scene.clone.tip(), "-m", "Extra")
    try scene.clone.set("main", to: commit)
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "+refs/heads/main:refs/heads/main"])
    try scene.clone.git("fetch", "--quiet", "origin")
    // The step's own statement is made from its tree, beside the folder: nothing in it is read.
    let draft = try scene.clone.commit("Draft", HandApproval().changes, on: "draft", from: commit)
    var statement = try HandStatement(scene.sandbox, in: scene.clone.path, from: commit, to: draft)
    statement.ref = "refs/heads/main"
    let lines = try HandApproval().lines(scene, over: statement)
    try scene.clone.commit("Promote\n\n" + lines.joined(separator: "\n") + "\n", HandApproval().changes, from: commit)
    expectAccepted(try scene.clone.push(["main"]))
  }

  @Test("whoever wrote a side of a proposal, or is its co-author, cannot approve what becomes of it")
  func laundered() throws {
    let scene = try WorkflowScene()
    let (jun, aiko) = (try scene.jun, try scene.aiko)
    let yaml = Deployment(version: "v1.1.0").yaml
    try aiko.git("switch", "--quiet", "--create", "side")
    try aiko.write(path, yaml)
    try aiko.git("commit", "--quiet", "--all", "-m", "Raise the version")
    try aiko.git("push", "--quiet", "origin", "side")
    try jun.git("fetch", "--quiet")
    try jun.git("switch", "--quiet", "--create", "promote/merged")
    try jun.git("merge", "--quiet", "--no-ff", "-m", "Merge the side", "origin/side")
    try jun.git("push", "--quiet", "origin", "promote/merged")
    expectNotDone(try aiko.mlops("approve", "promote/merged"), "your approval would not count", "author of")
    try jun.git("switch", "--quiet", "--create", "promote/together", "main")
    try jun.write(path, yaml)
    try jun.git(
      "commit", "--quiet", "--all", "-m", "Raise the version\n\nCo-authored-by: Aiko Tanaka <aiko@example.com>")
    try jun.git("commit", "--quiet", "--allow-empty", "-m", "Nothing more")
    try jun.git("push", "--quiet", "origin", "promote/together")
    expectNotDone(try aiko.mlops("approve", "promote/together"), "your approval would not count", "co-author")
  }

  @Test("a proposal that main was merged into stays its author's") func mainMergedIn() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    try scene.hostCommit("Write a note", ["NOTES.md": "x\n"])
    try jun.git("pull", "--quiet")
    try jun.git("switch", "--quiet", branch)
    try jun.git("merge", "--quiet", "--no-edit", "main")
    try jun.git("push", "--quiet", "origin", branch)
    try jun.git("switch", "--quiet", "main")
    expectDone(try scene.aiko.mlops("approve", branch, "--push"), "proposed by Jun Mori", "Promotion: segmentation")
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    let message = try scene.sandbox.git(["log", "-1", "--format=%an%n%B", "main"])
    #expect(message.hasPrefix("Jun Mori\nPromotion: segmentation v1.0.0 -> v1.1.0\n"), "\(message)")
    #expect(!message.contains("Co-authored-by"), "\(message)")
  }

  @Test("one key is one person, whatever two directories call them") func oneKey() throws {
    let scene = try WorkflowScene()
    let key = try SSHKey.of("aiko").open
    let directory = """
      apiVersion: mlops/v1
      kind: Approvers
      metadata: {name: host}
      spec:
        roles: {release: [a.tanaka@corp.example, zoe@corp.example]}
        people:
          a.tanaka@corp.example: {name: A. Tanaka, keys: ["\(key)"]}

      """
    let policy = WorkflowScene.policy(
      "policy_approvers: [release]",
      environments: "production: {approvals: {required: true, approvers: [release]}}\nstaging: {}")
    try scene.sandbox.hostPolicy(policy, approvers: directory)
    let statement = try scene.statement(HandApproval().changes)
    var lines = try HandApproval().lines(scene, over: statement)
    let signature = try scene.sandbox.sign(statement.text, by: "aiko")
    lines += [
      "Approved-by: A. Tanaka <a.tanaka@corp.example>",
      "Approval-Signature: a.tanaka@corp.example \(statement.expires) \(signature)",
    ]
    try scene.clone.commit(
      "Promote\n\n" + lines.joined(separator: "\n") + "\n", HandApproval().changes, from: scene.base)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, ["approval/missing"], exactly: false)
  }

  @Test("a stored approval is by whoever its key is, at the one place that it names") func storedName() throws {
    let scene = try WorkflowScene()
    let (jun, aiko) = (try scene.jun, try scene.aiko)
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    expectDone(try aiko.mlops("approve", branch, "--push"))
    let ref = try #require(try scene.sandbox.refs().keys.first { $0.hasPrefix("refs/mlops-approvals/") })
    let text = try scene.sandbox.git(["cat-file", "blob", ref]) + "\n"
    let forged = text.replacingOccurrences(of: "approved-by: Aiko Tanaka", with: "approved-by: The whole board")
    let blob = try scene.sandbox.git(["hash-object", "-w", "--stdin"], input: Array(forged.utf8))
    for name in [ref, "refs/mlops-approvals/000/0"] { try scene.sandbox.git(["update-ref", name, blob]) }
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(
      message.contains("\nApproved-by: Aiko Tanaka <aiko@example.com>\n") && !message.contains("board"), "\(message)")
  }

  @Test("proposals that nobody can judge are told as such, and what else is asked is answered") func hostileProposals()
    throws
  {
    let scene = try WorkflowScene()
    var tree = try scene.clone.git("rev-parse", "main^{tree}")
    for _ in 0..<70 { tree = try scene.clone.git("mktree", input: Array("040000 tree \(tree)\tdeep\n".utf8)) }
    let deep = try scene.clone.git("commit-tree", tree, "-p", scene.base, "-m", "Deep")
    let long = try scene.clone.git(
      "commit-tree", "main^{tree}", "-p", scene.base, "-F", "-",
      input: [UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000))
    expectAccepted(try scene.clone.push(["\(deep):refs/heads/promote/deep", "\(long):refs/heads/promote/long"]))
    let jun = try scene.jun
    let status = try jun.mlops("status", "--fetch")
    #expect(status.status == 0, "\(status.err)")
    for words in ["promote/deep", "nested more than 64 deep", "promote/long", "segmentation"] {
      #expect(status.out.contains(words), "no `\(words)`: \(status.out)")
    }
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0"))
  }

  @Test("what is approved is shown though an unguarded file calls it binary") func attributes() throws {
    let scene = try WorkflowScene()
    try scene.hostCommit("Hide", [".gitattributes": "deployments/** -diff\n"])
    let aiko = try scene.aiko
    expectDone(try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    let shown = try aiko.mlops("approve", branch, "--show")
    #expect(shown.out.contains("+    version: v1.1.0") && !shown.out.contains("Binary files"), "\(shown.out)")
  }

  @Test("where nobody asks for signatures, one that cannot be looked at refuses nothing") func claim() throws {
    let scene = try WorkflowScene(policy: WorkflowScene.policy(proof: "trailer"))
    try scene.sandbox.configure("mlops.sshKeygen", scene.sandbox.root + "/gone")
    let lines = try HandApproval().lines(scene, over: scene.statement(HandApproval().changes))
    try scene.clone.commit(
      "Promote\n\n" + lines.joined(separator: "\n") + "\n", HandApproval().changes, from: scene.base)
    let result = try scene.clone.push(["main"])
    #expect(result.status == 0 && result.report.text.contains("unsigned"), "\(result.transcript)")
  }

  @Test("a branch in the place of a folder, and one with a shell's words in its name, stop and harm nobody")
  func oddBranches() throws {
    let scene = try WorkflowScene()
    let (jun, ken) = (try scene.jun, try scene.ken)
    try ken.git("push", "--quiet", "origin", "main:refs/heads/promote/a")
    _ = try jun.mlops("status", "--fetch")
    try ken.git("push", "--quiet", "origin", ":refs/heads/promote/a")
    try ken.git("push", "--quiet", "origin", "main:refs/heads/promote/a/b")
    try scene.promote()
    expectDone(
      try jun.mlops("rollback", "segmentation", "--env", "production", "--reason", "x", "--push"), "rolled back")

    let branch = "promote/$(touch${IFS}x)"
    let path = Deployment().path
    try ken.git("fetch", "--quiet")
    try ken.git("switch", "--quiet", "-c", branch, "origin/main")
    try ken.write(path, Deployment(replicas: "9").yaml)
    try ken.git("commit", "--quiet", "-a", "-m", "Scale")
    try ken.git("push", "--quiet", "origin", branch)
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.2.0",
      saying: ["git push origin --delete '\(branch)'"])
  }

  @Test("junk beside a proposal does not keep a good signature from counting") func junk() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    let branch = WorkflowScene.branch
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    let lines = (0..<40).map { "Approval-Signature: aiko@example.com 2026-12-01T00:00:00Z U1NIU0lH\($0 + 10)" }
    try jun.commit("More\n\n" + lines.joined(separator: "\n"), [:], on: branch)
    try jun.git("push", "--quiet", "origin", branch)
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"), "promoted")
  }
}
