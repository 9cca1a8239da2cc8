import GitObjects

/// The approvals that a proposal has so far: `collect_approvals` of the seed.
struct ApprovalCollection {
  /// The lines that the promotion's message needs for them.
  private(set) var trailers: [(key: String, value: String)] = []
  /// What is known of each, in words.
  private(set) var words: [String] = []

  private let bench: Workbench
  private let proposal: Proposal
  private var verified: [SSHPublicKey: Int] = [:]
  /// The most stored approvals that are verified for one key: anybody may write some.
  private static let maximumVerified = 8
  /// The most stored approvals that are told of though they are no good.
  private static let maximumTold = 20

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
    let store = ApprovalStore(bench: bench)
    if try store.isCut { words.append("others: there are more approvals than are read; old ones should be deleted") }
    var told = 0
    for approval in try store.approvals(of: statement)
    where approval.statement.repository == statement.repository {
      // Who it is, the key says: what stands beside it anybody may have written.
      guard let person = Self.owner(of: approval.signature.key, policy) else {
        told += 1
        if told <= Self.maximumTold {
          words.append(
            "\(Text.cut(approval.approver)): not good: the signature is not by a key that the directory lists for them")
        }
        continue
      }
      let (isGood, words) = try judge(approval, statement, context)
      if isGood {
        add(policy.policy.approvals.trailers.first ?? "Approved-by", person.shown)
        let expires = approval.statement.expires
        add(
          SignatureLine.key,
          SignatureLine.value(email: person.email, expires: expires, signature: approval.signature))
      }
      told += 1
      if isGood || told <= Self.maximumTold { self.words.append("\(Text.cut(person.shown)): \(words)") }
    }
    if told > Self.maximumTold { words.append("others: \(told - Self.maximumTold) more that are stale or not good") }
  }

  /// The person whom the directories of a policy list for a key.
  private static func owner(of key: SSHPublicKey, _ policy: PolicyInForce) -> Directory.Person? {
    [policy.directory, policy.manifestDirectory].lazy.compactMap { $0?.person(key: key) }.first
  }

  /// Whether a stored approval is good for a change, and how that is said.
  private mutating func judge(
    _ approval: StoredApproval, _ statement: ApprovalStatement, _ context: JudgeContext
  ) throws -> (isGood: Bool, words: String) {
    var now = statement
    now.expires = approval.statement.expires
    guard approval.statement.changes.count == now.changes.count else {
      return (false, "stale, since it is over other files")
    }
    let differences = approval.statement.differences(from: now)
    guard differences.isEmpty else { return (false, "stale, since \(differences.prefix(3).joined(separator: "; "))") }
    guard let expires = try? Timestamp(now.expires), expires.seconds > bench.context.now else {
      return (false, "expired at \(Text.cut(now.expires))")
    }
    let key = approval.signature.key
    guard approval.signature.namespace.elementsEqual(ApprovalStatement.namespace.utf8),
      approval.signature.unsupported == nil, verified[key, default: 0] < Self.maximumVerified,
      let verify = context.settings.verify
    else { return (false, "not good: it cannot be verified") }
    verified[key, default: 0] += 1
    guard try verify(approval.signature, approval.statement.text) == .good else {
      return (false, "not good: the key did not sign this")
    }
    return (true, "signed, until \(now.expires)")
  }
}
