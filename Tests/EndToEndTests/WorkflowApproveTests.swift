import Foundation
import Glibc
import Testing

/// `mlops-hook approve`: who may, with what, and what is left when not.
@Suite("Approve") struct WorkflowApproveTests {
  private let branch = WorkflowScene.branch

  private func proposed(_ policy: String? = WorkflowScene.policy(), directory: String? = nil) throws -> WorkflowScene {
    let scene = try WorkflowScene(policy: policy, directory: directory)
    expectDone(
      try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    return scene
  }

  private func approvals(_ scene: WorkflowScene) throws -> [String] {
    try scene.sandbox.refs().keys.filter { $0.hasPrefix("refs/mlops-approvals/") }.sorted()
  }

  @Test("`--show` shows all and signs nothing") func show() throws {
    let scene = try proposed()
    let aiko = try scene.aiko
    let output = try aiko.untouched { try aiko.mlops("approve", branch, "--show") }
    expectDone(
      output, "-    version: v1.0.0", "+    version: v1.1.0", "silhouette_score", ">0.45", "ml-opsリード",
      "Jun Mori <jun@example.com>")
    #expect(try approvals(scene).isEmpty)
    // Nor where the proposal is old, and what would be promoted is nowhere yet.
    try scene.hostCommit("Write", ["README.md": "new\n"])
    let later = try aiko.untouched { try aiko.mlops("approve", branch, "--show") }
    expectDone(later, "+    version: v1.1.0")
    #expect(!later.out.contains("README.md"))
    // And the same from a folder of the clone.
    try aiko.write("notes/x.txt", "x\n")
    let below = try scene.sandbox.mlops(["approve", branch, "--show"], in: aiko.path + "/notes")
    #expect(below.out == later.out, "\(below.out)\(below.err)")
    for flag in ["--push", "--withdraw"] {
      #expect(try aiko.untouched { try aiko.mlops("approve", branch, "--show", flag) }.status == 2)
    }
  }

  @Test("an approval is stored below its statement's digest and its key, and pushed when asked") func stored() throws {
    let scene = try proposed()
    let aiko = try scene.aiko
    expectDone(try aiko.mlops("approve", branch), "approved: \(branch)", "hint: send it")
    #expect(try approvals(scene).isEmpty)
    let ref = try aiko.git("for-each-ref", "--format=%(refname)", "refs/mlops-approvals/")
    let text = try aiko.git("cat-file", "blob", ref)
    let commit = try aiko.git("rev-parse", "origin/\(branch)")
    var statement = try HandStatement(scene.sandbox, in: aiko.path, from: scene.base, to: commit)
    let expires = try #require(text.split(separator: "\n").first { $0.hasPrefix("expires: ") })
    statement.expires = String(expires.dropFirst(9))
    #expect(text.hasPrefix(statement.text), "\(text)")
    let digest = try scene.sandbox.run(["sha256sum"], in: scene.sandbox.root, input: Array(statement.text.utf8)).out
    #expect(ref.hasPrefix("refs/mlops-approvals/\(digest.prefix(64))/"), "\(ref)")
    try aiko.git("push", "--quiet", "origin", ref)
    expectDone(try scene.jun.mlops("status"), "waiting")
    try scene.jun.refused("promote", branch, saying: ["Aiko Tanaka <aiko@example.com>: signed", "lacks approvals"])
  }

  @Test("who signs again replaces what was signed before, here and on the host") func again() throws {
    let scene = try proposed()
    let aiko = try scene.aiko
    expectDone(try aiko.mlops("approve", branch, "--push"))
    let first = try approvals(scene)
    expectDone(try aiko.mlops("approve", branch, "--valid-for", "3d", "--push"))
    #expect(try approvals(scene).count == 1 && approvals(scene) != first)
    #expect(try aiko.git("for-each-ref", "refs/mlops-approvals/").isEmpty, "what was pushed is the remote's")
    #expect(try aiko.git("for-each-ref", "refs/mlops-remote/").split(separator: "\n").count == 1)
    expectDone(try aiko.mlops("approve", branch, "--valid-for", "5d"), "hint: send it")
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try aiko.mlops("approve", branch, "--valid-for", "4d", "--push"))
    expectDone(try scene.jun.mlops("promote", branch, "--push"))
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(message.components(separatedBy: "\nApproval-Signature: aiko@").count == 2, "\(message)")
  }

  @Test("an approval is taken back where it lies, here and on the host") func withdraw() throws {
    let scene = try proposed()
    let (aiko, ken) = (try scene.aiko, try scene.ken)
    expectDone(try aiko.mlops("approve", branch))
    expectDone(try aiko.mlops("approve", branch, "--withdraw"), "withdrawn here: ")
    #expect(try aiko.git("for-each-ref", "refs/mlops-approvals/").isEmpty)
    try aiko.refused("approve", branch, "--withdraw", saying: ["there is no approval"])

    expectDone(try aiko.mlops("approve", branch, "--push"))
    expectDone(try ken.mlops("approve", branch, "--push"))
    #expect(try approvals(scene).count == 2)
    try aiko.refused("approve", branch, "--withdraw", saying: ["is on `origin`", "\(branch) --withdraw --push`"])
    #expect(try approvals(scene).count == 2)
    expectDone(try aiko.mlops("approve", branch, "--withdraw", "--push"), "withdrawn on `origin`: ")
    #expect(try approvals(scene).count == 1)
    #expect(try aiko.git("for-each-ref", "refs/mlops-remote/").split(separator: "\n").count == 1, "ken's is left")
    try scene.jun.refused(
      "promote", branch, "--push", saying: ["lacks approvals", "Ken Sato <ken@example.com>: signed"])
  }

  @Test("taking one approval back leaves that of another proposal of the same file") func besides() throws {
    let scene = try proposed()
    expectDone(
      try scene.jun.mlops(
        "propose", "segmentation", "--to", "production", "--version", "v1.2.0", "--beside", "--push"))
    let other = "promote/segmentation-v1.2.0-production"
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.aiko.mlops("approve", other, "--push"))
    expectDone(try scene.aiko.mlops("approve", branch, "--withdraw", "--push"))
    #expect(try approvals(scene).count == 1)
    expectDone(try scene.ken.mlops("approve", other, "--push"))
    expectDone(try scene.jun.mlops("promote", other, "--push"))
    try scene.jun.refused("promote", branch, "--push", saying: ["was changed on `main` since", "propose it again"])
  }

  @Test("who may not approve hears why, and nothing is signed") func refusals() throws {
    let scene = try proposed()
    try scene.jun.refused(
      "approve", branch, "--push",
      saying: ["error: your approval would not count: jun@example.com is the author of the change\n"])
    let aiko = try scene.aiko
    try aiko.git("config", "user.email", "eve@example.com")
    try aiko.refused(
      "approve", branch, "--push", saying: ["does not know `eve@example.com`", "policies/approvers.yaml"])
    try aiko.git("config", "user.email", "mina@example.com")
    try aiko.refused("approve", branch, "--push", saying: ["is not one that the directory lists for Mina Ito"])
    try aiko.git("config", "user.email", "aiko@example.com")
    try aiko.git("config", "user.signingKey", try scene.sandbox.writeKey(of: "eve"))
    try aiko.refused(
      "approve", branch, "--push", saying: ["is not one that the directory lists for Aiko Tanaka", "user.signingKey"])
    try aiko.git("config", "user.signingKey", scene.sandbox.root + "/keys/gone.pub")
    try aiko.refused("approve", branch, "--push", saying: ["could not sign", "ssh-add"])
    try aiko.refused("approve", branch, "--valid-for", "400d", saying: ["90 days", "max_validity"])
    try aiko.refused("approve", branch, "--valid-for", "soon", status: 2, saying: ["--valid-for"])
    try aiko.refused(
      "approve", "promote/segmentation-v1.1.0-prodction", status: 2, saying: ["did you mean `\(branch)`"])
    try aiko.refused("approve", "main", status: 2, saying: ["is the branch that promotions go to"])
    try aiko.git("config", "--unset", "user.signingKey")
    try aiko.refused(
      "approve", branch, "--push",
      saying: ["signing is not configured", "git config gpg.format ssh", "user.signingKey"])
  }

  @Test("a key in an agent signs; without it nothing is half done") func agent() throws {
    let scene = try proposed()
    let (aiko, sandbox) = (try scene.aiko, scene.sandbox)
    try aiko.git("config", "user.signingKey", "key::" + SSHKey.of("aiko").open)
    let socket = sandbox.root + "/agent"
    aiko.environment["SSH_AUTH_SOCK"] = socket
    try aiko.refused(
      "approve", branch, "--push", saying: ["the key of `user.signingKey` could not sign", "ssh-add -l"])
    // In the foreground, so that its process is ours to end.
    let agent = try sandbox.start(["ssh-agent", "-D", "-a", socket], in: sandbox.root)
    defer { kill(agent.pid, SIGTERM) }
    try #require(sandbox.eventually { FileManager.default.fileExists(atPath: socket) })
    try aiko.refused(
      "approve", branch, "--push", saying: ["the key of `user.signingKey` could not sign", "ssh-add <key>"])
    let added = try sandbox.run(
      ["ssh-add", "-q", sandbox.root + "/keys/aiko"], in: aiko.path, environment: aiko.environment)
    try #require(added.status == 0, "\(added.err)")
    expectDone(try aiko.mlops("approve", branch, "--push"), "approved: \(branch)")
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try scene.jun.mlops("promote", branch, "--push"))
  }

  @Test("without a key a trailer is printed where the policy takes one, and promotes") func trailer() throws {
    let scene = try proposed(WorkflowScene.policy(proof: "trailer"))
    let (jun, aiko) = (try scene.jun, try scene.aiko)
    try aiko.git("config", "--unset", "user.signingKey")
    let output = try aiko.untouched { try aiko.mlops("approve", branch) }
    expectDone(
      output, "signing is not configured", "\nApproved-by: Aiko Tanaka <aiko@example.com>\n",
      "mlops-hook promote \(branch) --approved-by 'Aiko Tanaka <aiko@example.com>' --push`")
    try jun.refused(
      "promote", branch, "--approved-by", "Aiko Tanaka <aiko@example.com>", saying: ["lacks approvals", "Ken Sato"])
    try jun.refused("promote", branch, "--approved-by", "Aiko <<aiko>", status: 2, saying: ["--approved-by"])
    for (name, words) in [
      ("aik", ["the directory has nobody with this login or name", "did you mean `aiko`?"]),
      ("Nobody", ["the directory has nobody with this login or name", "`Name <e-mail>`"]),
    ] {
      try jun.refused("promote", branch, "--approved-by", name, status: 2, saying: words)
    }
    try jun.refused(
      "promote", branch, "--push",
      saying: [
        "hint: each of them: `mlops-hook approve \(branch) --push`; or name who agreed: ", "'Name <e-mail>' --push",
      ])
    // By the login and by the name, where each is one person's.
    expectDone(try jun.mlops("promote", branch, "--push", "--approved-by", "aiko", "--approved-by", "Ken Sato"))
    #expect(try scene.tip() != scene.base)
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(message.contains("\nApproved-by: Aiko Tanaka <aiko@example.com>\n"), "\(message)")
  }

  @Test("where there is no policy, the manifest's own words are the trailers") func literal() throws {
    let scene = try proposed(nil)
    let (jun, aiko) = (try scene.jun, try scene.aiko)
    let output = try aiko.untouched { try aiko.mlops("approve", branch) }
    expectDone(output, "\nApproved-by: ml-opsリード\n", "\nApproved-by: ビジネスユニットLG\n", "--approved-by ml-opsリード ")
    expectDone(
      try jun.mlops(
        "promote", branch, "--push", "--approved-by", "ml-opsリード", "--approved-by", "ビジネスユニットLG"))
    #expect(try scene.tip() != scene.base)
  }
}
