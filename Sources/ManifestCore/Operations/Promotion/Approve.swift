import GitObjects

/// `mlops-hook approve`: shows a proposal as an approver has to see it, and signs that.
public struct Approve {
  /// What is asked.
  public struct Request: Sendable {
    /// The proposal: a branch or a commit.
    public var name = ""
    /// How long the approval is good, as in `7d`; nil: 14 days, or what the policy allows.
    public var validity: String?
    /// Whether the approval, or its withdrawal, is pushed.
    public var pushes = false
    /// The clone.
    public var clone = CloneOptions()

    /// Creates a request.
    public init() {}
  }

  /// How long an approval is good where nobody says, in seconds: two weeks.
  static let usualValidity: Int64 = 14 * 86_400

  private let request: Request
  private let bench: Workbench
  private let proposal: Proposal
  /// What the approver has to see.
  public let review: [String]
  private let email: String

  /// Looks at a proposal.
  public init(_ request: Request, context: HookContext) throws {
    self.request = request
    bench = try Workbench(request.clone.options, context: context)
    proposal = try bench.proposal(request.name)
    email = try bench.address()
    let approvals = try ApprovalCollection(proposal, in: bench)
    let verdict = try bench.judge(proposal, approvals)
    review =
      bench.notes.map { "note: " + $0 } + (try ChangeReview(bench: bench, proposal: proposal).lines(approvals, verdict))
  }

  // MARK: Signing

  /// Signs what was shown, or says which trailer stands for that.
  public func sign() throws -> WorkflowReport {
    let policies = try bench.policies()
    let person = try approver(policies)
    let signable = policies.filter { $0.policy.repository != nil }
    guard let person, !signable.isEmpty, let key = try SigningKey.find(bench.setting, bench.context) else {
      return try printTrailer(policies, person, isUnsigned: signable.isEmpty)
    }
    let validity = try validity(signable)
    let expires = "\(Timestamp(seconds: bench.context.now &+ validity))"
    var made: [(statement: ApprovalStatement, signature: SSHSignature)] = []
    for policy in signable {
      guard let statement = try bench.statement(of: proposal, by: policy, expires: expires),
        !made.contains(where: { $0.statement == statement })
      else { continue }
      let signature = try OpenSSH.sign(statement.text, for: ApprovalStatement.namespace, by: key, bench.context)
      try refuseForeignKey(signature.key, person, policy)
      made.append((statement, signature))
    }
    guard !made.isEmpty else {
      throw Refused("`\(proposal.shown)` changes nothing that is approved", fix: "promote it as it is")
    }
    try refuseUselessApproval(made, person)
    return try store(made, person)
  }

  private func approver(_ policies: [PolicyInForce]) throws -> Directory.Person? {
    let directories = policies.flatMap { [$0.manifestDirectory, $0.directory] }.compactMap { $0 }
    if let person = directories.lazy.compactMap({ $0.person(email: email.utf8) }).first { return person }
    guard !directories.isEmpty else { return nil }
    throw Refused(
      "the directory of approvers does not know `\(Text.cut(email))`, your `user.email`",
      fix: "`git config user.email` with an address that `policies/approvers.yaml` lists, or let it list this one")
  }

  private func validity(_ policies: [PolicyInForce]) throws -> Int64 {
    let longest = policies.map(\.policy.approvals.maximumValidity).min() ?? Self.usualValidity
    guard let text = request.validity else { return min(Self.usualValidity, longest) }
    let wanted: TimeSpan
    do {
      wanted = try TimeSpan(text)
    } catch {
      throw LocalCheck.CannotSay("`--valid-for`: \(error.message)", fix: error.fix)
    }
    guard wanted.seconds <= longest else {
      throw Refused(
        "`--valid-for \(Text.cut(text))` is longer than the policy allows, \(longest / 86_400) days (`max_validity`)",
        fix: "sign for a shorter time")
    }
    return wanted.seconds
  }

  private func refuseForeignKey(_ key: SSHPublicKey, _ person: Directory.Person, _ policy: PolicyInForce) throws {
    let known = [policy.manifestDirectory, policy.directory].compactMap { $0?.person(email: person.email.utf8) }
    guard !known.contains(where: { $0.publicKeys.contains(key) }) else { return }
    throw Refused(
      "your signing key \(key.fingerprint) is not one that the directory lists for \(person.shown)",
      fix:
        "set `user.signingKey` to a listed key, or let `policies/approvers.yaml` list this one below `people.\(person.email).keys`"
    )
  }

  /// An approval that will not count is not stored: its author hears why now, and not the one who promotes.
  private func refuseUselessApproval(
    _ made: [(statement: ApprovalStatement, signature: SSHSignature)], _ person: Directory.Person
  ) throws {
    var approvals = try ApprovalCollection(proposal, in: bench)
    for (statement, signature) in made {
      approvals.add(person, statement.expires, signature, try bench.policies())
    }
    let verdict = try bench.judge(proposal, approvals)
    let mine = bytes(": \(Text.cut(person.shown))` does not count: ")
    // What was judged is a draft that nobody can look at: its place and its id would only puzzle.
    let draft = " (\(try bench.promotion(of: proposal, approvals, isDraft: true).short))"
    for finding in verdict.approvalErrors {
      let text = bytes(finding.message)
      guard let start = text.indices.first(where: { text[$0...].starts(with: mine) }) else { continue }
      let reason = String(decoding: text[(start + mine.count)...], as: UTF8.self)
      throw Refused(
        "your approval would not count: \(Text.without(draft, in: reason))",
        fix: finding.fix ?? "let somebody else approve")
    }
  }

  private func store(
    _ made: [(statement: ApprovalStatement, signature: SSHSignature)], _ person: Directory.Person
  ) throws -> WorkflowReport {
    var report = WorkflowReport()
    var refs: [(name: [UInt8], old: ObjectID, new: ObjectID)] = []
    // Who signs again says so for another time: what the same key signed before goes.
    var earlier = ApprovalPlaces()
    for (statement, signature) in made {
      for approval in try ApprovalStore(bench: bench).approvals(of: statement)
      where approval.signature.key == signature.key && approval.statement != statement
        && approval.statement.isSame(as: statement)
      {
        try earlier.add(approval, in: bench)
      }
      let blob = try bench.write(.blob, StoredApproval.blob(statement, approver: person.shown, signature))
      let ref = bytes(ApprovalStore.ref(statement, signature.key))
      refs.append((ref, try bench.tip(of: ref) ?? .zero, blob))
    }
    try bench.keep()
    try bench.move(refs + earlier.here, reason: "approve")
    report.say("approved: \(proposal.shown) by \(person.shown), signed until \(made[0].statement.expires)")
    let names = refs.map { Text.show($0.name) }
    guard request.pushes else {
      report.say(
        "hint: send it: mlops-hook approve \(proposal.shown) --push, or git push \(bench.remote) \(names.joined(separator: " "))"
      )
      return report
    }
    guard try bench.push(names.map { "+\($0):\($0)" } + earlier.there.map { ":\($0)" }) else {
      report.status = 1
      report.say("error: the approval was made here, and could not be pushed")
      return report
    }
    if !earlier.seen.isEmpty { try bench.move(earlier.seen, reason: "approve") }
    report.say("hint: when all have approved: mlops-hook promote \(proposal.shown) --push")
    return report
  }

  // MARK: Trailers

  /// Where nothing is signed, an approval is a line of the message.
  private func printTrailer(_ policies: [PolicyInForce], _ person: Directory.Person?, isUnsigned: Bool) throws
    -> WorkflowReport
  {
    let reason =
      isUnsigned ? "the policy names no `repository`, so nothing can be signed" : "signing is not configured"
    if policies.contains(where: { $0.policy.approvals.signed }) {
      throw Refused(
        "\(reason), and the policy takes signed approvals only (`proof: signed`)",
        fix: "git config gpg.format ssh; git config user.signingKey ~/.ssh/id_ed25519.pub")
    }
    var report = WorkflowReport()
    report.say("note: \(reason); the policy takes a line of the commit's message:")
    let keys = Set(policies.flatMap { $0.policy.approvals.trailers.prefix(1) }).sorted()
    var values = [person?.shown].compactMap { $0 }
    if values.isEmpty { values = try literals() }
    for key in keys { for value in values { report.say("\(key): \(value)") } }
    let flags = values.map { "--approved-by \"\(Text.cut($0))\"" }.joined(separator: " ")
    report.say("hint: tell who promotes: mlops-hook promote \(proposal.shown) \(flags)")
    return report
  }

  /// The approvers that the manifests name, where there is no directory of people.
  private func literals() throws -> [String] {
    let context = try bench.judgeContext()
    let snapshot = context.snapshot(proposal.tree)
    var found: [String] = []
    for change in proposal.changes {
      let parts = change.path.split(separator: UInt8(ascii: "/")).map(Array.init)
      guard parts.count == 3, parts[0] == Snapshot.deploymentsRoot, let stem = Snapshot.stem(parts[2]) else { continue }
      for state in [try bench.standing(), snapshot] {
        guard let owner = try state.owner(of: stem, in: state.environment(parts[1])),
          let deployment = try state.deployment(parts[1], owner)
        else { continue }
        for approver in deployment.approvers where !found.contains(approver) { found.append(approver) }
      }
    }
    return found
  }

  // MARK: Withdrawing

  /// Takes back every signed approval of the proposal that is the user's.
  public func withdraw() throws -> WorkflowReport {
    let policies = try bench.policies()
    guard let person = try approver(policies) else {
      throw Refused("nothing is signed under this policy", fix: "take the line out of the commit's message")
    }
    var places = ApprovalPlaces()
    // One that went stale goes too, for the change may come back; what another proposal needs stays.
    let others = try bench.proposalBranches().filter { $0.name != proposal.branch && $0.commit != proposal.commit }
      .compactMap { try? bench.proposal(at: $0.commit, $0.name) }
    for policy in policies {
      guard let statement = try bench.statement(of: proposal, by: policy) else { continue }
      let foreign = try others.compactMap { try bench.statement(of: $0, by: policy) }
      for approval in try ApprovalStore(bench: bench).approvals(of: statement)
      where
        (person.publicKeys.contains(approval.signature.key)
        || PersonIdentity(approval.approver.utf8).email.map({ person.has(address: $0) }) == true)
        && approval.statement.repository == statement.repository
        && !foreign.contains(where: { $0.isSame(as: approval.statement) })
      {
        try places.add(approval, in: bench)
      }
    }
    guard !places.isEmpty else {
      throw Refused(
        "there is no approval of `\(proposal.shown)` by \(person.shown)", fix: "nothing has to be taken back")
    }
    var going = places.here
    if request.pushes, !places.there.isEmpty {
      guard try bench.push(["--delete"] + places.there) else {
        throw Refused("`\(bench.remote)` did not take it back", fix: "try again")
      }
      going += places.seen
    }
    if !going.isEmpty { try bench.move(going, reason: "withdraw") }
    var report = WorkflowReport()
    report.say("withdrawn: the approval of \(proposal.shown) by \(person.shown)")
    if !request.pushes, !places.there.isEmpty {
      report.say("warning: it is on `\(bench.remote)` still")
      report.say("hint: mlops-hook approve \(proposal.shown) --withdraw --push")
    }
    return report
  }
}

extension Directory.Person {
  /// Whether an address is this person's.
  func has(address: [UInt8]) -> Bool {
    ([email] + aliases).contains { Directory.key($0.utf8) == Directory.key(address) }
  }
}

extension ApprovalCollection {
  /// Adds a signature that is not stored yet.
  mutating func add(
    _ person: Directory.Person, _ expires: String, _ signature: SSHSignature, _ policies: [PolicyInForce]
  ) {
    for policy in policies { add(policy.policy.approvals.trailers.first ?? "Approved-by", person.shown) }
    add(SignatureLine.key, SignatureLine.value(email: person.email, expires: expires, signature: signature))
  }
}
