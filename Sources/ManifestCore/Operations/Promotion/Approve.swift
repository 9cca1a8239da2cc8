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

  let request: Request
  let bench: Workbench
  let proposal: Proposal
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

  /// Refuses before anybody reads a long review for nothing: wrong options, an address or a key that is not listed, a key
  /// that is not at hand, an approver who had a part in the change.
  public func prepare() throws { _ = try ready() }

  /// Signs what was shown, or says which trailer stands for that.
  public func sign() throws -> WorkflowReport {
    let ready = try ready()
    guard let key = ready.key, let person = ready.person else {
      return try printTrailer(ready.policies, ready.person, isUnsigned: ready.signable.isEmpty)
    }
    let expires = "\(Timestamp(seconds: bench.context.now &+ ready.validity))"
    var made: [Signed] = []
    for policy in ready.signable {
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
    return try store(made, person, then: try refuseUselessApproval(made, person))
  }

  private typealias Signed = (statement: ApprovalStatement, signature: SSHSignature)

  /// What an approval is made with.
  private struct Ready {
    var policies: [PolicyInForce]
    /// Those of the policies that something can be signed for.
    var signable: [PolicyInForce]
    /// Who the directory says the user is; nil where there is none.
    var person: Directory.Person?
    /// Nil where a line of the message has to do.
    var key: SigningKey?
    var validity: Int64
  }

  private func ready() throws -> Ready {
    let policies = try bench.policies()
    let signable = policies.filter { $0.policy.repository != nil }
    let validity = try validity(signable.isEmpty ? policies : signable)
    let person = try approver(policies)
    guard let person else {
      return Ready(policies: policies, signable: signable, person: nil, key: nil, validity: validity)
    }
    let key = signable.isEmpty ? nil : try SigningKey.find(bench.setting, bench.context)
    if key == nil { try refuseUnsigned(policies, isUnsigned: signable.isEmpty) }
    if let key {
      if let own = key.publicKey { for policy in signable { try refuseForeignKey(own, person, policy) } }
      try key.refuseWhatCannotSign(bench.context)
    }
    var approvals = try ApprovalCollection(proposal, in: bench)
    for policy in policies { approvals.add(policy.policy.approvals.trailers.first ?? "Approved-by", person.shown) }
    try refuseUseless(try bench.judge(proposal, approvals), person) { $0 != .approvalUnsigned }
    return Ready(policies: policies, signable: signable, person: person, key: key, validity: validity)
  }

  /// Who the user is by the directories; nil where there are none.
  func approver(_ policies: [PolicyInForce]) throws -> Directory.Person? {
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
  ///
  /// Gives what the gate would say with it.
  private func refuseUselessApproval(_ made: [Signed], _ person: Directory.Person) throws -> Verdict {
    var approvals = try ApprovalCollection(proposal, in: bench)
    for (statement, signature) in made {
      approvals.add(person, statement.expires, signature, try bench.policies())
    }
    let verdict = try bench.judge(proposal, approvals)
    try refuseUseless(verdict, person) { _ in true }
    return verdict
  }

  /// Refuses where the gate has something against an approval by the user.
  private func refuseUseless(_ verdict: Verdict, _ person: Directory.Person, _ counts: (CheckName) -> Bool) throws {
    let mine = bytes(": \(Text.cut(person.shown))` does not count: ")
    for finding in verdict.approvalErrors where counts(finding.check) {
      let text = bytes(finding.lookedUp(finding.message))
      guard let start = text.indices.first(where: { text[$0...].starts(with: mine) }) else { continue }
      let reason = String(decoding: text[(start + mine.count)...], as: UTF8.self)
      throw Refused("your approval would not count: \(reason)", fix: finding.fix ?? "let somebody else approve")
    }
  }

  private func store(_ made: [Signed], _ person: Directory.Person, then verdict: Verdict) throws -> WorkflowReport {
    var report = WorkflowReport()
    let store = ApprovalStore(bench: bench)
    var refs: [(name: [UInt8], old: ObjectID, new: ObjectID)] = []
    var sent: [(name: [UInt8], old: ObjectID, new: ObjectID)] = []
    // Who signs again says so for another time: what the same key signed before goes.
    var earlier = ApprovalPlaces()
    for (statement, signature) in made {
      for approval in try store.approvals(of: statement)
      where approval.signature.key == signature.key && approval.statement != statement
        && approval.statement.isSame(as: statement)
      {
        try earlier.add(approval, in: bench)
      }
      let blob = try bench.write(.blob, StoredApproval.blob(statement, approver: person.shown, signature))
      let ref = bytes(ApprovalStore.ref(statement, signature.key))
      refs.append((ref, try bench.tip(of: ref) ?? .zero, blob))
      let tracking = store.tracking(statement, signature.key)
      sent += [(ref, blob, .zero), (tracking, try bench.tip(of: tracking) ?? .zero, blob)]
    }
    try bench.keep()
    try bench.move(refs + earlier.here, reason: "approve")
    report.say("approved: \(proposal.shown) by \(person.shown), signed until \(made[0].statement.expires)")
    let hints = ApproveHints(proposal.shown, try bench.policies())
    guard request.pushes else {
      report.say("hint: send it, so that it counts: \(hints.send)")
      return report
    }
    let names = refs.map { Text.show($0.name) }
    guard try bench.push(names.map { "+\($0):\($0)" } + earlier.there.map { ":\($0)" }) else {
      report.status = 1
      report.say("error: the approval was made here, and could not be pushed")
      report.say("hint: try again: \(hints.send)")
      return report
    }
    // What the remote has is known as the remote's, and goes from here when it goes there.
    try bench.move(sent + earlier.seen, reason: "approve")
    if let needs = verdict.needs { report.say("it still needs \(needs)") }
    report.say(
      "hint: \(verdict.isAccepted ? "all have approved" : "when all have approved"): "
        + hints.promote(proposal.first?.author))
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
