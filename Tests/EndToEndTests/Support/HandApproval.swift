import Foundation

/// One commit with approvals that are made by hand, each part of which a test can spoil.
struct HandApproval {
  /// What the commit changes.
  var changes: Clone.Changes = [Deployment().path: Deployment(version: "v1.1.0").yaml]
  /// Who approves, by the names of their keys.
  var approvers = ["aiko", "ken"]
  /// The keys that sign for them, where it is not their own.
  var keys: [String: String] = [:]
  /// What the signature is for.
  var namespace = "mlops-approval"
  /// Whether each of the two lines of an approval is written.
  var namesApprovers = true
  var isSigned = true
  /// Changes what is signed.
  var spoil: (inout HandStatement) -> Void = { _ in }
  /// Changes the Base64 of a signature.
  var garble: (String) -> String = { $0 }
  /// Who writes the commit.
  var author = "Dev <dev@example.com>"

  /// The names behind addresses.
  static let people = [
    "aiko": "Aiko Tanaka", "ken": "Ken Sato", "omar": "Omar Haddad", "jun": "Jun Mori", "eve": "Eve",
  ]

  /// The two lines of each approval of a statement.
  func lines(_ scene: WorkflowScene, over statement: HandStatement) throws -> [String] {
    var signed = statement
    spoil(&signed)
    var lines: [String] = []
    for name in approvers {
      if namesApprovers { lines.append("Approved-by: \(Self.people[name] ?? name) <\(name)@example.com>") }
      guard isSigned else { continue }
      let signature = try scene.sandbox.sign(signed.text, by: keys[name] ?? name, namespace: namespace)
      lines.append("Approval-Signature: \(name)@example.com \(signed.expires) \(garble(signature))")
    }
    return lines
  }
}

extension WorkflowScene {
  /// The statement over some changes of a branch, looked at in a commit that is thrown away.
  func statement(_ changes: Clone.Changes, from parent: String? = nil) throws -> HandStatement {
    let parent = try parent ?? clone.tip()
    let draft = try clone.commit("Draft", changes, on: "draft", from: parent)
    return try HandStatement(sandbox, in: clone.path, from: parent, to: draft)
  }

  /// Makes the commit of an approval on a branch.
  @discardableResult
  func commit(
    _ approval: HandApproval = HandApproval(), on branch: String = "main", from parent: String? = nil,
    ref: String? = nil
  ) throws -> String {
    let parent = try parent ?? clone.tip(branch)
    var statement = try statement(approval.changes, from: parent)
    statement.ref = ref ?? "refs/heads/\(branch)"
    let lines = try approval.lines(self, over: statement)
    let message = (["Promote", ""] + lines).joined(separator: "\n") + "\n"
    return try clone.commit(message, approval.changes, on: branch, from: parent, author: approval.author)
  }

  /// Pushes a commit with an approval by hand, and asks `mlops-hook check` before.
  func push(_ approval: HandApproval) throws -> PushResult {
    try commit(approval)
    return try clone.checkAndPush()
  }
}
