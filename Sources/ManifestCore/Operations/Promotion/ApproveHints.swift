import GitObjects

/// What is to be done next with a proposal, as its policies have it, in commands that a shell takes as they stand.
struct ApproveHints {
  /// The proposal's name as a word of a command.
  let name: String
  private let policies: [PolicyInForce]

  /// Creates the hints for the proposal of a name.
  init(_ name: String, _ policies: [PolicyInForce]) {
    self.name = ShellWord.quoted(name)
    self.policies = policies
  }

  /// Whether only signatures count.
  var needsSignatures: Bool { policies.contains { $0.policy.approvals.signed } }

  /// Whether something could be signed.
  var canSign: Bool { policies.contains { $0.policy.repository != nil } }

  /// How those who are asked for approve.
  var approve: String {
    let sign = "each of them: `mlops-hook approve \(name) --push`"
    if needsSignatures { return sign }
    let who = policies.allSatisfy(\.isBuiltIn) ? "APPROVER" : "Name <e-mail>"
    let named = "name who agreed: `mlops-hook promote \(name) --approved-by \(ShellWord.quoted(who)) --push`"
    return canSign ? sign + "; or " + named : named
  }

  /// How an approval that lies here alone is sent.
  var send: String { "`mlops-hook approve \(name) --push`" }

  /// Who promotes, and how: whoever does becomes the committer and pushes, which no approver may be.
  func promote(_ author: CommitIdentity?) -> String {
    let command = "`mlops-hook promote \(name) --push`"
    guard isSeparate else { return "promote it: \(command)" }
    let who =
      author.map { Text.cut(Text.show($0.name)) + ", or anybody who approved nothing," } ?? "who approved nothing"
    return "\(who) promotes it: \(command)"
  }

  /// Whether a policy lets nobody promote what they approved.
  var isSeparate: Bool {
    policies.contains { !$0.policy.approvals.exclude.isDisjoint(with: [.committer, .pusher]) }
  }
}
