import GitObjects

/// The approvals that a proposal has so far: `collect_approvals` of the seed.
struct ApprovalCollection {
  /// The lines that the promotion's message needs for them.
  private(set) var trailers: [(key: String, value: String)] = []
  /// What is known of each, in words.
  private(set) var words: [String] = []

  private let bench: Workbench
  private let proposal: Proposal
  private var verified = 0
  /// The most stored approvals of one proposal that are verified: anybody may write some.
  private static let maximumStored = 200

  /// Collects what the branch's messages say, what was signed, and what is given by hand.
  init(_ proposal: Proposal, in bench: Workbench, byHand: [String] = []) throws {
    self.bench = bench
    self.proposal = proposal
    let policies = try bench.policies()
    try collectFromCommits(keys: policies.flatMap(\.policy.approvals.trailers))
    for policy in policies { try collectSigned(policy) }
    for approver in byHand {
      let identity = PersonIdentity(approver.utf8)
      if let problem = identity.problem {
        throw LocalCheck.CannotSay("`--approved-by \(Text.cut(approver))`: \(problem.message)", fix: problem.fix)
      }
      for policy in policies { add(policy.policy.approvals.trailers.first ?? "Approved-by", approver) }
      words.append("\(Text.cut(approver)): named by you (unsigned)")
    }
  }

  /// The keys of all trailers that are approvals or belong to them.
  static func keys(_ policies: [PolicyInForce]) -> [String] {
    policies.flatMap(\.policy.approvals.trailers) + [SignatureLine.key]
  }

  /// Adds a line, unless it is there.
  mutating func add(_ key: String, _ value: String) {
    if !trailers.contains(where: { $0.key == key && $0.value == value }) { trailers.append((key, value)) }
  }

  /// Approvals in messages count from the commit on that made the change as it is.
  private mutating func collectFromCommits(keys: [String]) throws {
    let final = try entries(at: proposal.commit)
    for commit in proposal.commits.reversed() where try entries(at: commit.id) == final {
      let parsed = MessageTrailers.parse(commit.message)
      for trailer in parsed.values(forKeys: keys + [SignatureLine.key]) {
        let key = keys.first { ASCII.equalIgnoringCase($0.utf8, trailer.key) } ?? SignatureLine.key
        add(key, String(decoding: trailer.value, as: UTF8.self))
        if key != SignatureLine.key {
          words.append("\(Text.show(trailer.value)): in the message of \(commit.id.short)")
        }
      }
    }
  }

  private func entries(at commit: ObjectID) throws -> [TreeEntry?] {
    let tree = try bench.store.links(commit).tree
    return try proposal.changes.map { try bench.store.entry(at: $0.path, in: tree) }
  }

  private mutating func collectSigned(_ policy: PolicyInForce) throws {
    guard let statement = try bench.statement(of: proposal, by: policy) else { return }
    let context = try bench.judgeContext()
    for approval in try ApprovalStore(bench: bench).approvals(of: statement)
    where approval.statement.repository == statement.repository {
      let who = Text.cut(approval.approver)
      var now = statement
      now.expires = approval.statement.expires
      let differences = approval.statement.differences(from: now)
      guard differences.isEmpty else {
        words.append("\(who): stale, since \(differences.joined(separator: "; "))")
        continue
      }
      guard let expires = try? Timestamp(now.expires), expires.seconds > bench.context.now else {
        words.append("\(who): expired at \(Text.cut(now.expires))")
        continue
      }
      guard let email = PersonIdentity(approval.approver.utf8).email, try isTheirs(approval, email, policy, context)
      else {
        words.append("\(who): not good: the signature is not by a key that the directory lists for them")
        continue
      }
      add(policy.policy.approvals.trailers.first ?? "Approved-by", approval.approver)
      add(
        SignatureLine.key,
        SignatureLine.value(
          email: String(decoding: email, as: UTF8.self), expires: now.expires, signature: approval.signature))
      words.append("\(who): signed, until \(now.expires)")
    }
  }

  /// Whether a stored approval is what it says: anybody may write such a ref.
  private mutating func isTheirs(
    _ approval: StoredApproval, _ email: [UInt8], _ policy: PolicyInForce, _ context: JudgeContext
  ) throws -> Bool {
    let people = [policy.manifestDirectory, policy.directory].compactMap { $0?.person(email: email) }
    guard people.contains(where: { $0.publicKeys.contains(approval.signature.key) }),
      approval.signature.namespace.elementsEqual(ApprovalStatement.namespace.utf8),
      let verify = context.settings.verify,
      approval.signature.unsupported == nil, verified < Self.maximumStored
    else { return false }
    verified += 1
    return try verify(approval.signature, approval.statement.text) == .good
  }
}
