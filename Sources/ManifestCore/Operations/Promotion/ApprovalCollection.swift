import GitObjects

/// The approvals that a proposal has so far: `collect_approvals` of the seed.
struct ApprovalCollection {
  /// The lines that the promotion's message needs for them.
  private(set) var trailers: [(key: String, value: String)] = []
  /// What is known of each, in words.
  private(set) var words: [String] = []

  /// Whether some that are good lie in this clone alone: nobody else knows of them.
  private(set) var hasUnsent = false

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
    // What was verified comes first: only so many signatures of a message are read, and anybody can write some into one.
    for policy in policies { try collectSigned(policy) }
    try collectFromCommits(keys: policies.flatMap(\.policy.approvals.trailers))
    for approver in byHand {
      let approver = try Self.resolve(approver, policies)
      for policy in policies { add(policy.policy.approvals.trailers.first ?? "Approved-by", approver) }
      words.append("\(Text.cut(approver)): named by you (unsigned)")
    }
  }

  /// Who is named by hand, as a trailer has it: a login or a name that is one person's stands for that person.
  private static func resolve(_ approver: String, _ policies: [PolicyInForce]) throws -> String {
    let identity = PersonIdentity(approver.utf8)
    if let problem = identity.problem {
      throw LocalCheck.CannotSay("`--approved-by \(Text.cut(approver))`: \(problem.message)", fix: problem.fix)
    }
    let people = policies.flatMap { [$0.manifestDirectory, $0.directory] }.compactMap { $0 }.flatMap(\.people.values)
    guard identity.email == nil, !people.isEmpty else { return approver }
    let found = people.filter { $0.login == approver || $0.name.map { identity.isText($0.utf8) } == true }
    guard let person = found.first else {
      let known = people.flatMap { [$0.login, $0.name].compactMap { $0 } }
      let near = Suggestion.nearest(to: approver, among: known).map { "did you mean `\(Text.cut($0))`? " } ?? ""
      throw LocalCheck.CannotSay(
        "`--approved-by \(Text.cut(approver))`: the directory has nobody with this login or name",
        fix: near + "name them as `Name <e-mail>`, or by the address, the login or the name that `approvers.yaml` lists"
      )
    }
    let others = Set(found.map { Directory.key($0.email.utf8) })
    guard others.count == 1 else {
      throw LocalCheck.CannotSay(
        "`--approved-by \(Text.cut(approver))` may be \(Text.list(others.sorted(), "or"))", fix: "name the address")
    }
    return person.shown
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
        if key == SignatureLine.key, hasSignature(of: trailer.value) { continue }
        add(key, String(decoding: trailer.value, as: UTF8.self))
        if key != SignatureLine.key {
          words.append("\(Text.show(trailer.value)): in the message of \(commit.id.short)")
        }
      }
    }
  }

  /// Whether there is a signature already of whoever a line of a message names.
  private func hasSignature(of line: some Collection<UInt8>) -> Bool {
    let who = Directory.key(line.prefix { $0 != 0x20 })
    return trailers.contains {
      $0.key == SignatureLine.key && Directory.key($0.value.utf8.prefix { $0 != 0x20 }) == who
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
    var approved: Set<String> = []
    var useless: [(person: String, words: String)] = []
    for approval in try store.approvals(of: statement) where approval.statement.repository == statement.repository {
      // Who it is, the key says: what stands beside it anybody may have written.
      guard let person = Self.owner(of: approval.signature.key, policy) else {
        if approval.statement.changes.map(\.new) == statement.changes.map(\.new) {
          useless.append(
            (
              Text.cut(approval.approver),
              "not good: the signature is not by a key that the directory lists for them"
            ))
        }
        continue
      }
      let shown = Text.cut(person.shown)
      if let problem = try problem(of: approval, statement, context) {
        if let words = problem.words { useless.append((shown, words)) }
        continue
      }
      approved.insert(shown)
      add(policy.policy.approvals.trailers.first ?? "Approved-by", person.shown)
      let expires = approval.statement.expires
      add(
        SignatureLine.key, SignatureLine.value(email: person.email, expires: expires, signature: approval.signature))
      let isSent = try store.isSent(approval)
      if !isSent { hasUnsent = true }
      tell("\(shown): signed, until \(expires)" + (isSent ? "" : ", not pushed yet"))
    }
    // Whoever approved what is proposed now need not hear of what came before.
    let told = useless.filter { !approved.contains($0.person) }.map { "\($0.person): \($0.words)" }
    for words in told.prefix(Self.maximumTold) { tell(words) }
    if told.count > Self.maximumTold { tell("others: \(told.count - Self.maximumTold) more that are not good") }
  }

  private mutating func tell(_ line: String) { if !words.contains(line) { words.append(line) } }

  /// The person whom the directories of a policy list for a key.
  private static func owner(of key: SSHPublicKey, _ policy: PolicyInForce) -> Directory.Person? {
    [policy.directory, policy.manifestDirectory].lazy.compactMap { $0?.person(key: key) }.first
  }

  /// Why a stored approval is not good for a change; the words are nil where it is about another change.
  private struct Problem {
    var words: String?
  }

  private mutating func problem(
    of approval: StoredApproval, _ statement: ApprovalStatement, _ context: JudgeContext
  ) throws -> Problem? {
    var now = statement
    now.expires = approval.statement.expires
    guard approval.statement == now else { return Problem(words: try staleness(of: approval.statement, now)) }
    guard let expires = try? Timestamp(now.expires), expires.seconds > bench.context.now else {
      return Problem(words: "expired at \(Text.cut(now.expires)); approve again")
    }
    let key = approval.signature.key
    guard approval.signature.namespace.elementsEqual(ApprovalStatement.namespace.utf8),
      approval.signature.unsupported == nil, verified[key, default: 0] < Self.maximumVerified,
      let verify = context.settings.verify
    else { return Problem(words: "not good: it cannot be verified") }
    verified[key, default: 0] += 1
    guard try verify(approval.signature, approval.statement.text) == .good else {
      return Problem(words: "not good: the key did not sign this")
    }
    return nil
  }

  /// What an approval was given for, where that was this proposal in another form; nil where it is history, or another
  /// proposal's.
  private func staleness(of then: ApprovalStatement, _ now: ApprovalStatement) throws -> String? {
    func words(_ what: String) -> String { "given for \(what); approve again" }
    func path(_ path: [UInt8]) -> String { "`\(Text.show(path))`" }
    let changes = Dictionary(now.changes.map { ($0.path, $0) }) { first, _ in first }
    let same = then.changes.filter { changes[$0.path]?.new == $0.new }
    if same.isEmpty {
      // From what stands now to something else: an earlier form of this proposal, unless another one is that.
      guard
        let first = then.changes.first(where: { then in
          changes[then.path].map { $0.old == then.old && $0.since == then.since } == true
        }), try !isAnotherProposal(then)
      else { return nil }
      return words("an earlier form of \(path(first.path))")
    }
    if let first = then.changes.first(where: { changes[$0.path]?.new != $0.new })
      ?? now.changes.first(where: { change in
        !then.changes.contains { $0.path == change.path }
      })
    {
      guard try !isAnotherProposal(then) else { return nil }
      return words(
        changes[first.path] == nil || !then.changes.contains { $0.path == first.path }
          ? "other files: it differs in \(path(first.path))" : "an earlier form of \(path(first.path))")
    }
    if let moved = then.changes.first(where: { changes[$0.path] != $0 }) {
      return words("a change of \(path(moved.path)) from what stood before")
    }
    let trees = Dictionary(now.evidence.map { ($0.path, $0.tree) }) { first, _ in first }
    let other = then.evidence.first { trees[$0.path] != $0.tree } ?? now.evidence.first { !then.evidence.contains($0) }
    return words(other.map { "other evidence in \(path($0.path))" } ?? "another form of the change")
  }

  /// Whether a statement is over what another branch proposes.
  private func isAnotherProposal(_ statement: ApprovalStatement) throws -> Bool {
    try bench.proposalBranches().contains { branch in
      guard branch.name != proposal.branch, branch.commit != proposal.commit,
        let tree = try? bench.store.links(branch.commit).tree
      else { return false }
      return statement.changes.allSatisfy { change in
        (try? bench.store.entry(at: change.path, in: tree)?.id ?? .zero) == change.new
      }
    }
  }
}
