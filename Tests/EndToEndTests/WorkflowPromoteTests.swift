import Foundation
import Testing

/// `mlops-hook promote`: when the host has moved, when something changed, when approvals lack.
@Suite("Promote") struct WorkflowPromoteTests {
  private let path = Deployment().path
  private let branch = WorkflowScene.branch

  private func approved(_ policy: String = WorkflowScene.policy()) throws -> WorkflowScene {
    let scene = try WorkflowScene(policy: policy)
    expectDone(
      try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    return scene
  }

  @Test("later commits to other things are built upon, and approvals stay good") func rebases() throws {
    let scene = try approved()
    let other = try scene.hostCommit("Write", ["README.md": "new\n", "models/other/v1.0.0/notes.txt": "x\n"])
    expectDone(try scene.jun.mlops("promote", branch, "--push"))
    let promoted = try scene.tip()
    #expect(try scene.sandbox.git(["rev-parse", "\(promoted)^"]) == other)
    #expect(try scene.sandbox.git(["diff", "--name-only", other, promoted]) == path)
    #expect(try scene.hostFile("README.md") == "new\n")
  }

  @Test("a manifest that changed on the host meanwhile has to be proposed again") func movedManifest() throws {
    let scene = try approved()
    try scene.hostCommit("Scale", [path: Deployment(replicas: "5").yaml])
    try scene.jun.refused(
      "promote", branch, "--push",
      saying: ["`\(path)` was changed on `main` since `\(branch)` was made", "propose it again"])
    let old = try scene.tip("refs/heads/\(branch)")
    expectDone(
      try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"),
      "is outdated, and was replaced")
    #expect(try scene.tip("refs/heads/\(branch)") != old)
    #expect(try scene.sandbox.git(["show", "\(branch):\(path)"]).contains("replicas: 5"))
    // One that somebody else has built upon is not ours to replace.
    let aiko = try scene.aiko
    try aiko.git("fetch", "--quiet")
    try aiko.git("branch", "--quiet", branch, "origin/\(branch)")
    try aiko.commit("Look", ["notes.txt": "seen\n"], on: branch)
    try aiko.git("push", "--quiet", "origin", branch)
    try scene.hostCommit("Scale", [path: Deployment(replicas: "6").yaml])
    try scene.jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0", saying: ["is there already"])
  }

  @Test("two forms of one proposal are told apart by commit") func diverged() throws {
    let scene = try approved()
    let jun = try scene.jun
    try jun.git("switch", "--quiet", branch)
    try jun.git("commit", "--quiet", "--amend", "-m", "Promotion: another")
    try jun.git("switch", "--quiet", "main")
    let here = try jun.git("rev-parse", "--short=10", branch)
    try jun.refused(
      "promote", branch, "--push", saying: ["neither follows the other", "mlops-hook promote \(here.prefix(7))"])
    expectDone(try jun.mlops("promote", "origin/\(branch)", "--push"), "promoted")
  }

  @Test("a host that moved since the fetch refuses the push, and nothing is changed here; a second try does it")
  func pushRace() throws {
    let scene = try approved()
    let jun = try scene.jun
    _ = try jun.state()
    let other = try scene.hostCommit("Write", ["README.md": "new\n"])
    let before = try jun.state(fetching: false)
    let output = try jun.mlops("promote", branch, "--push", "--offline")
    expectNotDone(output, "not promoted", "nothing was changed here", "run it again")
    var after = try jun.state(fetching: false)
    after.objects = before.objects
    #expect(after == before, "\(output.out)\(output.err)")
    #expect(try scene.tip() == other)
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try scene.sandbox.git(["rev-parse", "main^"]) == other)
  }

  @Test("a proposal that changes after it was approved has lost its approvals, and says in which file") func stale()
    throws
  {
    let scene = try approved()
    let jun = try scene.jun
    try jun.commit("Scale up", [path: Deployment(version: "v1.1.0", replicas: "9").yaml], on: branch)
    try jun.git("push", "--quiet", "origin", branch)
    try jun.refused(
      "promote", branch, "--push",
      saying: [
        "Aiko Tanaka <aiko@example.com>: given for an earlier form of `\(path)`; approve again", "lacks approvals",
      ])
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try scene.hostFile(path) == Deployment(version: "v1.1.0", replicas: "9").yaml)
  }

  @Test("an approver who changes the proposal is a co-author, and may not approve it") func coAuthor() throws {
    let scene = try approved()
    let aiko = try scene.aiko
    try aiko.git("fetch", "--quiet")
    try aiko.git("branch", "--quiet", branch, "origin/\(branch)")
    try aiko.commit("Scale up", [path: Deployment(version: "v1.1.0", replicas: "9").yaml], on: branch)
    try aiko.git("push", "--quiet", "origin", branch)
    try aiko.refused("approve", branch, "--push", saying: ["your approval would not count: aiko@example.com is "])
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    try scene.jun.refused("promote", branch, "--push", saying: ["lacks approvals", "Omar Haddad"])
    let omar = try scene.teammate("omar", "Omar Haddad")
    expectDone(try omar.mlops("approve", branch, "--push"))
    expectDone(try scene.jun.mlops("promote", branch, "--push"))
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(message.contains("\nCo-authored-by: Aiko Tanaka <aiko@example.com>\n"), "\(message)")
    #expect(!message.contains("Approved-by: Aiko"), "\(message)")
  }

  @Test("one approval of two changes nothing: no ref, no object, no file") func lacking() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    try jun.refused("promote", branch, saying: ["lacks approvals", "Aiko Tanaka", "Ken Sato"])
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    try jun.write(path, "half an edit\n")
    try jun.refused(
      "promote", branch, "--push",
      saying: ["Ken Sato <ken@example.com>: signed, until", "role `ml-opsリード`: open", "approve \(branch) --push"])
    // Naming an approver by hand is no signature.
    try jun.refused(
      "promote", branch, "--push", "--approved-by", "Aiko Tanaka <aiko@example.com>", saying: ["Aiko Tanaka"])
  }

  @Test("the branch that is checked out does not move under its files") func checkedOut() throws {
    let scene = try approved()
    let jun = try scene.jun
    try jun.git("switch", "--quiet", branch)
    let before = try jun.git("rev-parse", "HEAD")
    expectDone(try jun.mlops("promote", branch), "was left as it is")
    #expect(try jun.git("rev-parse", "HEAD") == before)
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try jun.git("status", "--porcelain").isEmpty)
    try jun.refused(
      "promote", branch, "--push", saying: ["already", "git branch -D \(branch)", "git push origin --delete \(branch)"])
  }

  @Test("what is no proposal says what there is") func unknown() throws {
    let scene = try approved()
    let jun = try scene.jun
    try jun.refused("promote", "promote/segmentation-v1.1.0-prod", status: 2, saying: ["`\(branch)`"])
    try jun.refused("promote", "main", status: 2, saying: ["is the branch that promotions go to", "mlops-hook status"])
    try jun.refused("promote", "a b..c", status: 2, saying: ["there is no branch or commit `a b..c`"])
    let commit = try jun.git("rev-parse", branch)
    expectDone(try jun.mlops("promote", commit, "--push"), "promoted: commit")
  }

  @Test("whoever did not approve it may promote it, and an approver may not") func anybody() throws {
    let scene = try approved()
    try scene.ken.refused(
      "promote", branch, "--push",
      saying: [
        "ken@example.com is the committer of the change\n",
        "hint: Jun Mori, or anybody who approved nothing, promotes it: `mlops-hook promote \(branch) --push`",
      ])
    let omar = try scene.teammate("omar", "Omar Haddad")
    expectDone(try omar.mlops("promote", branch, "--push"), "promoted: commit")
    #expect(try scene.sandbox.git(["log", "-1", "--format=%an, %cn", "main"]) == "Jun Mori, Omar Haddad")
  }

  @Test("approvals by a key that the directory has lost meanwhile do not count") func lostKey() throws {
    let scene = try approved()
    let directory = try WorkflowScene.directory().replacingOccurrences(
      of: SSHKey.of("ken").open, with: SSHKey.of("eve").open)
    try scene.hostCommit("Change a key", ["policies/approvers.yaml": directory])
    try scene.jun.refused("promote", branch, "--push", saying: ["Ken Sato", "not by a key that the directory lists"])
  }
}
