import GitObjects

/// One role that a change needs.
struct RequiredRole {
  var name: String
  /// Those who may fill it; nil: the name itself, as an approver writes it, counts.
  var members: [Directory.Person]?
  /// The directory that knows them.
  ///
  /// Two directories may call different people by one role.
  var directory: Directory?

  /// Whether two requirements ask for the same people.
  func isSame(as other: RequiredRole) -> Bool {
    name == other.name && members?.map(\.email) == other.members?.map(\.email)
  }
}

/// An approval that was counted, for the report and the event.
public struct CountedApproval: Sendable, Hashable {
  /// What was approved.
  public var path: [UInt8]
  /// Who approved, as the directory or the message has it.
  public var who: String
  /// What it rests on: `trailer`, which is a claim, or `signed`.
  public var proof: String
  /// The commit whose message holds it.
  public var commit: ObjectID
}

/// Counts approvals for one change by one policy.
struct ApprovalLedger {
  /// One approval that was found.
  struct Entry {
    var shown: String
    var commit: ObjectID
    var line: Int
    /// The address, as it was written, or the literal text.
    var address: [UInt8] = []
    var who: String
    /// Why it does not count; nil where it does.
    var refusal: Refusal?
    /// The keys by which it is signed; none for a mere claim.
    var keys: [SSHPublicKey] = []

    /// What it rests on, as reports and events say it.
    var proof: String { keys.isEmpty ? "trailer" : "signed" }
  }

  /// Why an approval does not count.
  struct Refusal {
    var check: CheckName
    var reason: String
    var fix: String
  }

  let policy: PolicyInForce
  let roles: [RequiredRole]
  let minimum: Int
  /// The directories in which people are looked up; none: an approver's entry counts literally.
  let directories: [Directory]
  private(set) var entries: [Entry] = []
  private(set) var ambiguities: [(commit: ObjectID, ambiguity: AmbiguousApproval)] = []
  private(set) var nearMisses: [(commit: ObjectID, miss: NearMiss)] = []
  /// The roles that are filled, by their place in `roles`, with the approval that fills each.
  private(set) var filled: [Int: Entry] = [:]
  /// Those who count towards the minimum: the approvals of each.
  private(set) var people: [[Entry]] = []
  let pusher: Pusher
  /// The judge of the signatures.
  let signatures: SignedApprovals
  /// The version folder that a signature must be over, if any.
  let folder: [UInt8]?

  /// Counts the approvals of some commits' messages.
  ///
  /// With `provesFolder`, a signature must be over that version folder. Throws where a signature cannot be looked at: then
  /// nobody knows what counts.
  init(
    policy: PolicyInForce, roles: [RequiredRole], minimum: Int, directories: [Directory?], pusher: Pusher,
    sources: [ApprovalSource], signatures: SignedApprovals, provesFolder folder: [UInt8]? = nil
  ) throws {
    self.policy = policy
    self.roles = roles
    self.minimum = minimum
    self.directories = directories.compactMap { $0 }
    self.pusher = pusher
    self.signatures = signatures
    self.folder = folder
    for source in sources { try read(source) }
    assign()
  }

  /// Whether every role is filled, and by enough people.
  var isComplete: Bool { filled.count == roles.count && people.count >= minimum }

  /// The roles that nobody fills.
  var missing: [RequiredRole] { roles.indices.filter { filled[$0] == nil }.map { roles[$0] } }

  /// Whether one of those who approved is this person.
  func hasApproved(_ person: Directory.Person) -> Bool {
    people.contains { $0.contains { isOnePerson($0.address, Array(person.email.utf8)) } }
  }

  private mutating func read(_ source: ApprovalSource) throws {
    let message = MessageTrailers.parse(source.commit.message)
    let keys = policy.policy.approvals.trailers
    if let ambiguity = message.gitReadsDifferently(forKeys: keys + (needsSignatures ? [SignatureLine.key] : [])) {
      ambiguities.append((source.commit.id, ambiguity))
      return
    }
    var trailers = message.values(forKeys: keys)
    var seed: [Trailer] = []
    if policy.isBuiltIn, let found = message.seedApprovals() { seed = found }
    trailers += seed
    let signatures = message.values(forKeys: [SignatureLine.key])
    let lines = signatures.prefix(SignatureLine.maximum).compactMap { SignatureLine($0, of: source.commit.id) }
    for trailer in trailers.prefix(200) {
      var entry = entry(trailer, source)
      if entry.refusal == nil, !directories.isEmpty { try prove(&entry, lines, of: signatures.count) }
      entries.append(entry)
    }
    let seedLines = Set(seed.map(\.line))
    nearMisses += message.nearMisses(forKeys: keys).filter { !seedLines.contains($0.line) }.map {
      (source.commit.id, $0)
    }
    if needsSignatures { nearMisses += lonelySignatures(message, trailers).map { (source.commit.id, $0) } }
  }

  /// Signatures that count for nobody: no line beside them says that this person approved.
  private func lonelySignatures(_ message: MessageTrailers, _ trailers: [Trailer]) -> [NearMiss] {
    let named = trailers.prefix(200).compactMap { PersonIdentity($0.value).email }
    return message.values(forKeys: [SignatureLine.key]).prefix(SignatureLine.maximum).compactMap { trailer in
      let email = Array(trailer.value.prefix { $0 != 0x20 })
      guard !named.contains(where: { isOnePerson($0, email) }) else { return nil }
      let key = policy.policy.approvals.trailers.first ?? "Approved-by"
      return NearMiss(
        line: trailer.line, shown: "\(SignatureLine.key): \(Text.show(email)) …",
        reason: "no `\(key)` line names that person", fix: "write `\(key): Name <\(Text.show(email))>` beside it")
    }
  }

  private func entry(_ trailer: Trailer, _ source: ApprovalSource) -> Entry {
    let identity = PersonIdentity(trailer.value)
    let shown = Text.cut(Text.show(trailer.key) + ": " + Text.show(trailer.value))
    var entry = Entry(
      shown: shown, commit: source.commit.id, line: trailer.line, who: Text.show(trailer.value), refusal: nil)
    if let problem = identity.problem {
      entry.refusal = Refusal(check: .approvalMalformed, reason: problem.message, fix: problem.fix)
      return entry
    }
    if directories.isEmpty {
      // An approver's entry counts by itself under the built-in default alone.
      if policy.isBuiltIn {
        literal(identity, source, &entry)
      } else {
        entry.refusal = Refusal(
          check: .approvalUnknown, reason: "there is no directory of approvers in force",
          fix: "ask the host's administrator for an `approvers.yaml`")
      }
      return entry
    }
    let known = identity.email.map { email in
      directories.compactMap { directory in directory.person(email: email).map { (directory, $0) } }
    }
    guard let email = identity.email, let known, let person = known.first?.1 else {
      let known = identity.email != nil
      entry.refusal = Refusal(
        check: .approvalUnknown,
        reason: known ? "the directory knows nobody with this address" : "it names nobody by an address",
        fix: known ? "approve with an address that `approvers.yaml` lists" : "write `Name <e-mail>`")
      return entry
    }
    entry.address = email
    entry.who = person.shown
    if let refusal = known.lazy.compactMap({ self.refusal(of: $1, identity, source, $0) }).first {
      entry.refusal = refusal
    } else if !roles.contains(where: { mayFill(email, $0) }) {
      entry.refusal = Refusal(
        check: .approvalUnknown, reason: "\(person.email) is in none of the roles that are needed",
        fix: "let one of them approve")
    }
    return entry
  }

  /// Gives people to roles so that as many roles as possible are filled.
  private mutating func assign() {
    for entry in entries where entry.refusal == nil {
      if let index = people.firstIndex(where: { $0.contains { isOnePerson($0.address, entry.address) } }) {
        people[index].append(entry)
      } else {
        people.append([entry])
      }
    }
    let persons = people
    let holders = RoleAssignment(
      roles: roles.count, people: persons.count, isDistinct: policy.policy.approvals.distinct,
      mayFill: { person, role in persons[person].contains { self.mayFill($0, roles[role]) } }
    ).holders
    for (role, person) in holders { filled[role] = persons[person].first { mayFill($0, roles[role]) } }
  }
}
