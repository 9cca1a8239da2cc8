import Testing

extension RegressionTests {
  /// A name and address that are meant to be somebody else's.
  static let disguises = [
    "Ai\u{200b}ko Tanaka <aiko@example.com>", "Aiko Tanaka <aiko@example.com >", "Aiko Tanaka < aiko@example.com>",
    "Aiko Tanaka <aiko@example.com\u{200b}>", "Aiko Tanaka <AIKO@EXAMPLE.COM>", "<aiko@example.com>",
    "Aiko\rTanaka <aiko@example.com>", "Aiko Tanaka <>",
  ]

  @Test("nobody approves her own change behind an odd character in her name or address", arguments: disguises)
  func disguisedAuthor(_ author: String) throws {
    let scene = try Scene()
    try scene.clone.commit("Promote", [promoted.path: promoted.yaml])
    try expectUncounted(scene, author: Array(author.utf8))
  }

  @Test("nobody approves her own change under a name in another encoding") func latinAuthor() throws {
    let scene = try Scene()
    try scene.clone.commit("Promote", [promoted.path: promoted.yaml])
    try expectUncounted(scene, author: Array("A".utf8) + [0xef] + Array("ko Tanaka <aiko@example.com>".utf8))
  }

  /// Pushes the commit at `main` once more, with another author and two approvals, one of them Aiko's.
  private func expectUncounted(_ scene: Scene, author: [UInt8]) throws {
    let tree = try scene.clone.git("rev-parse", "main^{tree}")
    let commit = try scene.clone.git(
      "hash-object", "-t", "commit", "-w", "--stdin", "--literally",
      input: Array("tree \(tree)\nparent \(scene.base)\nauthor ".utf8) + author
        + Array(
          " 1700001000 +0000\ncommitter Dev <dev@example.com> 1700001000 +0000\n\n\(Fixtures.approved("Promote"))".utf8)
    )
    try scene.clone.set("main", to: commit)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, [], exactly: false)
    #expect(!result.report.checks.isDisjoint(with: ["approval/self", "commit/malformed"]), "\(result.transcript)")
  }

  @Test("a co-author does not approve behind an odd character either", arguments: disguises.dropLast(2))
  func disguisedCoAuthor(_ author: String) throws {
    let scene = try Scene()
    try scene.clone.commit(
      "Promote\n\nCo-authored-by: \(author)\n\(Fixtures.approvals)", [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path, exactly: false)
  }

  @Test("an approval that main already holds is not brought in again, whatever the dates claim") func replayed() throws
  {
    let scene = try Scene()
    let second = Deployment(version: "v1.2.0")
    let old = try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    let tip = try scene.clone.commit(Fixtures.approved("Promote"), [second.path: second.yaml])
    // More commits than any shortcut over dates would look at, each claiming to be older than everything before them.
    let count = 600
    var stream = "reset refs/heads/main\nfrom \(tip)\n\n"
    for index in 0..<count {
      stream += "commit refs/heads/main\ncommitter Dev <dev@example.com> \(1000 + index) +0000\ndata 5\nDocs\n\n"
      stream += "M 100644 inline README.md\ndata \(String(index).utf8.count)\n\(index)\n"
    }
    try scene.clone.git("fast-import", "--quiet", "--force", "--date-format=raw", input: Array(stream.utf8))
    let docs = try scene.clone.git("rev-parse", "refs/heads/main")
    try scene.clone.set("main", to: docs)
    expectAccepted(try scene.clone.push("main"))
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], from: docs, merge: [old])
    expectRefused(try scene.clone.push("main"), "approval/missing", at: promoted.path)
    let side = try scene.clone.commit("Side", on: "side", from: old)
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], from: docs, merge: [side])
    expectRefused(try scene.clone.push("main"), "approval/missing", at: promoted.path)
  }

  @Test(
    "of very many commits that made the same manifest only the newest are asked for approvals",
    arguments: [true, false])
  func backAndForth(_ isNewest: Bool) throws {
    let scene = try Scene()
    let texts = [promoted.yaml, Deployment().yaml]
    // Every other commit makes what is merged: a few more than are asked.
    let last = 220
    var stream = "reset refs/heads/side\nfrom \(scene.base)\n\n"
    for index in 0...last {
      let text = texts[index % 2]
      let message = index == (isNewest ? last : 0) ? Fixtures.approved("Change") : "Change\n"
      stream += "commit refs/heads/side\ncommitter Dev <dev@example.com> \(1_700_001_000 + index) +0000\n"
      stream += "data \(message.utf8.count)\n\(message)\n"
      stream += "M 100644 inline \(promoted.path)\ndata \(text.utf8.count)\n\(text)\n"
    }
    try scene.clone.git("fast-import", "--quiet", "--force", "--date-format=raw", input: Array(stream.utf8))
    let side = try scene.clone.git("rev-parse", "refs/heads/side")
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], from: scene.base, merge: [side])
    let result = try scene.clone.checkAndPush()
    guard isNewest else { return expectRefused(result, "approval/missing", at: promoted.path) }
    expectAccepted(result)
    #expect(try scene.sandbox.events().count == 1)
  }

  // MARK: The host's people

  /// A directory with one role for manifests and one for the policy.
  private static func people(_ role: String, _ people: [String], admins: String) -> String {
    """
    apiVersion: mlops/v1
    kind: Approvers
    metadata: {name: approvers}
    spec:
      roles:
        \(role): [\(people.joined(separator: ", "))]
        \(admins): [root@example.com, second-root@example.com]

    """
  }

  /// A host that asks for `role` of its own people, and a repository whose manifest asks for `ops` of its people.
  private func hostAndRepository(hostRole role: String) throws -> (Scene, Deployment) {
    var standing = Deployment(approvers: ["ops"])
    standing.version = "v1.0.0"
    var files = Fixtures.people(policy: Fixtures.policy("policy_approvers: [admins]"), deployment: standing)
    files["policies/approvers.yaml"] = Self.people("ops", ["eve@example.com", "eva@example.com"], admins: "admins")
    let scene = try Scene(files)
    let rules = "production: {approvals: {required: true, approvers: [\(role)]}}\nstaging: {}"
    try scene.sandbox.hostPolicy(
      Fixtures.policy("policy_approvers: [hosts]", environments: rules),
      approvers: Self.people(role, ["hana@example.com", "hugo@example.com"], admins: "hosts"))
    return (scene, standing.with { $0.version = "v1.1.0" })
  }

  @Test("the host's role is not filled by the repository's people under the same name") func homonymousRole() throws {
    let (scene, next) = try hostAndRepository(hostRole: "ops")
    try scene.clone.commit("Promote\n\nApproved-by: eve@example.com\n", [next.path: next.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: next.path)
    try scene.clone.commit(
      "Promote\n\nApproved-by: eve@example.com\nApproved-by: hana@example.com\n", [next.path: next.yaml],
      from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("people whom only the host knows may approve for the host") func hostPeople() throws {
    let (scene, next) = try hostAndRepository(hostRole: "host-ops")
    let message = "Promote\n\nApproved-by: eve@example.com\nApproved-by: hana@example.com\n"
    try scene.clone.commit(message, [next.path: next.yaml], author: "Hana <hana@example.com>")
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: next.path, exactly: false)
    try scene.clone.commit(message, [next.path: next.yaml], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }
}
