import Foundation
import Testing

/// Signed approvals before the gate, in pushes that are made by hand: what is no approval of this change.
@Suite("Signed approvals") struct WorkflowGateTests {
  private let path = Deployment().path

  /// One approval that does not count.
  struct Spoiled: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What the report has to say of it.
    var words: String
    var checks = ["approval/missing", "approval/unsigned"]
    var make: @Sendable (inout HandApproval) -> Void

    init(
      _ sentence: String, _ words: String, checks: [String]? = nil,
      _ make: @escaping @Sendable (inout HandApproval) -> Void
    ) {
      testDescription = sentence
      self.words = words
      self.checks = checks ?? self.checks
      self.make = make
    }
  }

  static let spoiled: [Spoiled] = [
    Spoiled("over another path", "stale: it is not over this change") { approval in
      approval.spoil = { $0.changes = $0.changes.map { $0.replacingOccurrences(of: "production", with: "staging") } }
    },
    Spoiled("over another manifest", "stale: it is not over this change") { approval in
      approval.spoil = { statement in
        statement.changes = statement.changes.map { line in
          var words = line.split(separator: " ").map(String.init)
          words[2] = String(repeating: "a", count: 40)
          return words.joined(separator: " ")
        }
      }
    },
    Spoiled("over another ref that nothing protects", "stale: it is not over this change") { approval in
      approval.spoil = { $0.ref = "refs/heads/other" }
    },
    Spoiled("for another repository", "stale: it is not over this change") { approval in
      approval.spoil = { $0.repository = "ml-platform/others" }
    },
    Spoiled("over other evidence", "stale: it is not over this change") { approval in
      approval.spoil = { $0.evidence = [] }
    },
    Spoiled("with a past of its own", "stale: it is not over this change") { approval in
      approval.spoil = { statement in
        statement.changes = statement.changes.map { $0.dropLast(40) + String(repeating: "0", count: 40) }
      }
    },
    Spoiled("of a text without its last line end", "stale: it is not over this change") { approval in
      approval.spoil = { $0.evidence.append($0.evidence[0]) }
    },
    Spoiled("expired a second ago", "it expired at ") { approval in
      approval.spoil = { $0.expires = HandStatement.time(in: -1) }
    },
    Spoiled("expired long ago", "it expired at 2020-01-01T00:00:00Z") { approval in
      approval.spoil = { $0.expires = "2020-01-01T00:00:00Z" }
    },
    Spoiled("good for 91 days, where 90 are allowed", "at most (`max_validity`)") { approval in
      approval.spoil = { $0.expires = HandStatement.time(in: 91 * 86_400) }
    },
    Spoiled("with an expiry that is no time", "`tomorrow` is not a time of RFC 3339") { approval in
      approval.spoil = { $0.expires = "tomorrow" }
    },
    Spoiled("in git's own namespace", "it was signed in the namespace `git`, not `mlops-approval`") {
      $0.namespace = "git"
    },
    Spoiled("by a key that nobody knows", "the directory does not list that key for them") {
      $0.keys = ["aiko": "eve", "ken": "eve"]
    },
    Spoiled("by each other's keys", "the directory does not list that key for them") {
      $0.keys = ["aiko": "ken", "ken": "aiko"]
    },
    Spoiled("in garbage", "its signature is not the Base64 of an SSH signature") { approval in
      approval.garble = { _ in "U1NIU0lHAAAAAQAAADNzc2g=" }
    },
    Spoiled("in what is no Base64", "its signature is not the Base64 of an SSH signature") { approval in
      approval.garble = { "!" + $0.dropFirst() }
    },
    Spoiled("cut short", "its signature is not the Base64 of an SSH signature") { approval in
      approval.garble = { String($0.dropLast(8)) }
    },
    Spoiled("with a bit turned", "stale: it is not over this change") { approval in
      approval.garble = { text in
        var data = Data(base64Encoded: text) ?? Data()
        data[data.count - 1] ^= 1
        return data.base64EncodedString()
      }
    },
    Spoiled("by name only", "is not signed") { $0.isSigned = false },
    Spoiled(
      "by signature only", "no `Approved-by` line names that person",
      checks: ["approval/missing", "approval/malformed"]
    ) { $0.namesApprovers = false },
    Spoiled(
      "by the author of the commit", "aiko@example.com is the author of the change",
      checks: ["approval/missing", "approval/self"]
    ) {
      $0.author = "Aiko Tanaka <aiko@example.com>"
    },
    Spoiled(
      "by somebody whom no role lists", "is in none of the roles", checks: ["approval/missing", "approval/unknown"]
    ) {
      $0.approvers = ["jun", "ken"]
    },
    Spoiled("by somebody whom nobody knows", "eve", checks: ["approval/missing", "approval/unknown"]) {
      $0.approvers = ["eve", "ken"]
    },
  ]

  @Test("an approval does not count that is signed", arguments: spoiled) func refused(_ spoiled: Spoiled) throws {
    let scene = try WorkflowScene()
    var approval = HandApproval()
    spoiled.make(&approval)
    let result = try scene.push(approval)
    expectRefused(result, spoiled.checks, at: path)
    #expect(result.report.text.contains(spoiled.words), "no `\(spoiled.words)`: \(result.transcript)")
  }

  @Test("two signatures over exactly this change are enough, a bad one beside them does no harm") func accepted() throws
  {
    let scene = try WorkflowScene()
    var bad = HandApproval()
    bad.spoil = { $0.expires = "2020-01-01T00:00:00Z" }
    let statement = try scene.statement(bad.changes)
    let lines = try bad.lines(scene, over: statement) + HandApproval().lines(scene, over: statement)
    try scene.clone.commit("Promote\n\n" + lines.joined(separator: "\n") + "\n", bad.changes)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("more signatures than are read are told by their number") func tooManySignatures() throws {
    let scene = try WorkflowScene()
    let approval = HandApproval()
    let lines = try approval.lines(scene, over: scene.statement(approval.changes))
    let other = "Approval-Signature: eve@example.com 2030-01-01T00:00:00Z U1NIU0lH"
    let message = ["Promote", ""] + Array(repeating: other, count: 32) + lines
    try scene.clone.commit(message.joined(separator: "\n") + "\n", approval.changes)
    let result = try scene.clone.checkAndPush()
    #expect(result.status != 0, "\(result.transcript)")
    let words =
      "of the 34 `Approval-Signature` lines of the message only the first 32 are read, and none of those is theirs"
    #expect(result.report.text.contains(words), "\(result.transcript)")
  }

  @Test("an approval for a release branch is none for main, and says which ref it was for") func otherRef() throws {
    let scene = try WorkflowScene(
      policy: WorkflowScene.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]"))
    try scene.sandbox.git(["update-ref", "refs/heads/release/1", scene.base])
    try scene.clone.git("fetch", "--quiet", "origin")
    let commit = try scene.commit(on: "release/1", from: scene.base)
    try scene.clone.set("main", to: commit)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", "approval/unsigned", at: path)
    #expect(result.report.text.contains("stale: the ref was `refs/heads/release/1`"), "\(result.transcript)")
    expectAccepted(try scene.clone.checkAndPush("release/1"))
  }

  @Test("an approval of one version is none of another") func otherVersion() throws {
    let scene = try WorkflowScene()
    let lines = try HandApproval().lines(scene, over: scene.statement(HandApproval().changes))
    try scene.clone.commit(
      "Promote\n\n" + lines.joined(separator: "\n") + "\n", [path: Deployment(version: "v1.2.0").yaml], from: scene.base
    )
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/unsigned", at: path)
  }

  @Test("an approval is used up by a rollback, and names the commit since") func afterRollback() throws {
    let scene = try WorkflowScene()
    let promoted = try scene.commit()
    expectAccepted(try scene.clone.checkAndPush())
    let message = try scene.clone.git("log", "-1", "--format=%B", promoted)
    let back = try scene.clone.commit("Roll back", [path: Deployment().yaml])
    expectAccepted(try scene.clone.checkAndPush())
    try scene.clone.commit(message, HandApproval().changes)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", "approval/unsigned", at: path)
    #expect(result.report.text.contains("was changed since, by \(back.prefix(10))"), "\(result.transcript)")
  }

  @Test("an approval is over the evidence as it was, where evidence may change") func evidence() throws {
    let scene = try WorkflowScene(policy: WorkflowScene.policy("models: {immutable: false}"))
    let lines = try HandApproval().lines(scene, over: scene.statement(HandApproval().changes))
    let better = Fixtures.evidence("v1.1.0", silhouette: "0.99")
    try scene.clone.commit("Measure again", [Fixtures.evidencePath("v1.1.0"): better], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
    try scene.clone.commit("Promote\n\n" + lines.joined(separator: "\n") + "\n", HandApproval().changes)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", "approval/unsigned", at: path)
    try scene.commit(from: try scene.clone.git("rev-parse", "main~1"))
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a key counts from the push after the one that brings it") func newKey() throws {
    let scene = try WorkflowScene()
    let directory = try WorkflowScene.directory(more: [SSHKey.of("eve").open])
    var bringing = HandApproval(changes: ["policies/approvers.yaml": directory], approvers: ["aiko", "omar"])
    let brought = try scene.commit(bringing)
    bringing = HandApproval(keys: ["aiko": "eve"])
    try scene.commit(bringing)
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", "approval/unsigned", at: path)
    #expect(result.report.text.contains("the directory does not list that key for them"), "\(result.transcript)")
    try scene.clone.set("main", to: brought)
    expectAccepted(try scene.clone.checkAndPush())
    try scene.commit(bringing)
    expectAccepted(try scene.clone.checkAndPush())
  }
}
