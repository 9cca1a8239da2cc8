import Testing

/// Merges, carried approvals and rollbacks.
@Suite("Merges and rollbacks") struct MergeTests {
  let promoted = Deployment(version: "v1.1.0")

  @Test("a merge carries the approvals of the commit that made the blob") func carriedApproval() throws {
    let scene = try Scene()
    let side = try scene.clone.commit(
      Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "side", from: scene.base)
    try scene.clone.commit("Unrelated", ["README.md": "main\n"])
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], merge: [side])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a merge of an unapproved change needs the approvals itself") func approvedMerge() throws {
    let scene = try Scene()
    let side = try scene.clone.commit("Promote", [promoted.path: promoted.yaml], on: "side", from: scene.base)
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], from: scene.base, merge: [side])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
    try scene.clone.commit(Fixtures.approved("Merge"), [promoted.path: promoted.yaml], from: scene.base, merge: [side])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("an approver may press Merge") func approverMerges() throws {
    let scene = try Scene()
    let side = try scene.clone.commit(
      Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "side", from: scene.base)
    try scene.clone.commit(
      "Merge", [promoted.path: promoted.yaml], from: scene.base, merge: [side],
      author: "Aiko Tanaka <aiko@example.com>")
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("who wrote a part of the change on the side branch may not approve the merge") func coWriter() throws {
    let scene = try Scene()
    let draft = promoted.with { $0.replicas = "5" }
    try scene.clone.commit(
      "Draft", [promoted.path: draft.yaml], on: "side", from: scene.base, author: "Aiko Tanaka <aiko@example.com>")
    let side = try scene.clone.commit("Finish", [promoted.path: promoted.yaml], on: "side")
    try scene.clone.commit(Fixtures.approved("Merge"), [promoted.path: promoted.yaml], from: scene.base, merge: [side])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/self", at: promoted.path)
  }

  @Test("an approval of an earlier blob on the side branch does not carry") func staleApproval() throws {
    let scene = try Scene()
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "side", from: scene.base)
    let changed = promoted.with { $0.replicas = "30" }
    let side = try scene.clone.commit("More", [promoted.path: changed.yaml], on: "side")
    try scene.clone.commit("Merge", [promoted.path: changed.yaml], from: scene.base, merge: [side])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path, exactly: false)
  }

  @Test("an empty commit on the side branch that holds the blob carries its approvals") func approvalOnTop() throws {
    let scene = try Scene()
    try scene.clone.commit("Promote", [promoted.path: promoted.yaml], on: "side", from: scene.base)
    let side = try scene.clone.commit(
      Fixtures.approved("Approve"), on: "side", author: "Aiko Tanaka <aiko@example.com>")
    try scene.clone.commit("Merge", [promoted.path: promoted.yaml], from: scene.base, merge: [side])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a merge the wrong way round is a foxtrot") func foxtrot() throws {
    let scene = try Scene()
    let feature = try scene.clone.commit(
      Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "feature", from: scene.base)
    let mine = try scene.clone.commit("Mine", ["README.md": "mine\n"])
    expectAccepted(try scene.clone.push("main"))
    try scene.clone.commit("Merge main", ["README.md": "mine\n"], from: feature, merge: [mine])
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "history/foxtrot", at: "refs/heads/main", exactly: false)
    #expect(result.report.text.contains("git pull --rebase"), "\(result.transcript)")
  }

  @Test("an evil merge is a change of its own") func evilMerge() throws {
    let scene = try Scene()
    let side = try scene.clone.commit("Docs", ["docs.md": "x\n"], on: "side", from: scene.base)
    try scene.clone.commit("Merge", ["docs.md": "x\n", promoted.path: promoted.yaml], merge: [side])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
  }

  @Test("a merge that drops the side's change changes nothing") func oursMerge() throws {
    let scene = try Scene()
    let side = try scene.clone.commit("Wild", [promoted.path: promoted.yaml], on: "side", from: scene.base)
    try scene.clone.commit("Merge -s ours", merge: [side])
    expectAccepted(try scene.clone.checkAndPush())
    #expect(try scene.sandbox.events().isEmpty, "no governed manifest changed")
  }

  // MARK: Rollback

  private func rollbackScene(_ settings: String) throws -> Scene {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy(environments: "production: {rollback: {\(settings)}}\nstaging: {}")))
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectAccepted(try scene.clone.push("main"))
    return scene
  }

  @Test("a rollback passes without approvals where the policy waives them") func waivedRollback() throws {
    let scene = try rollbackScene("approvals: waived")
    try scene.clone.commit("Roll back", [promoted.path: Deployment().yaml])
    expectAccepted(try scene.clone.checkAndPush())
    // Undoing a rollback is no rollback.
    try scene.clone.commit("Forward again", [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
  }

  @Test("a rollback needs approvals by default") func requiredRollback() throws {
    let scene = try rollbackScene("approvals: required")
    let tip = try scene.clone.commit("Roll back", [promoted.path: Deployment().yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
    _ = tip
  }

  @Test("what changes another field as well is no rollback") func notOnlyRollback() throws {
    let scene = try rollbackScene("approvals: waived")
    try scene.clone.commit("Roll back and scale", [promoted.path: Deployment(replicas: "30").yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
  }

  @Test("a rollback goes back one version, or as many as the policy's depth") func rollbackDepth() throws {
    for (depth, accepted) in [(1, false), (2, true)] {
      let scene = try rollbackScene("approvals: waived, depth: \(depth)")
      let third = Deployment(version: "v1.2.0")
      try scene.clone.commit(Fixtures.approved("Promote"), [third.path: third.yaml])
      expectAccepted(try scene.clone.push("main"))
      try scene.clone.commit("Roll back by two", [promoted.path: Deployment().yaml])
      let result = try scene.clone.checkAndPush()
      if accepted { expectAccepted(result) } else { expectRefused(result, "approval/missing", at: promoted.path) }
    }
  }

  @Test("a rollback is exempt from the freeze and from thresholds") func rollbackInFreeze() throws {
    let worse = Deployment(version: "v9.0.0", metrics: [("silhouette_score", "\">0.40\"")])
    let scene = try Scene(
      Fixtures.people(
        policy: Fixtures.policy(
          environments: """
            production: {rollback: {approvals: waived}, freeze: [{from: "2020-01-01T00:00:00Z", until: "2120-01-01T00:00:00Z", reason: always}]}
            staging: {}
            """), deployment: worse))
    // The past is made behind the gate's back: the freeze would not let it in.
    let next = worse.with { $0.version = "v1.1.0" }
    let commit = try scene.clone.commit("Promote", [next.path: next.yaml])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "+refs/heads/main:refs/heads/main"])
    try scene.clone.git("fetch", "--quiet")
    try scene.clone.commit("Roll back", [next.path: worse.yaml])
    expectAccepted(try scene.clone.checkAndPush())
    _ = commit
  }
}
