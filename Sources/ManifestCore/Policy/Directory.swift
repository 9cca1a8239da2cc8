import YAMLTree

/// The approvers' directory: who fills which role.
struct Directory: Sendable {
  /// What is known of one person.
  struct Person: Sendable {
    /// The e-mail address as the directory writes it.
    var email: String
    var name: String?
    var login: String?
    var aliases: [String] = []
    var publicKeys: [SSHPublicKey] = []

    /// How messages show the person.
    var shown: String { name.map { "\($0) <\(email)>" } ?? email }
  }

  /// E-mail addresses, in lower case, of those who fill a role; in the order of the file.
  var roles: [String: [String]] = [:]
  /// People by their e-mail address in lower case.
  private(set) var people: [String: Person] = [:]
  /// From every known address, in lower case, to the person's own.
  private var addresses: [String: String] = [:]
  /// From every key to the person's own address.
  private var keyOwners: [SSHPublicKey: String] = [:]

  /// The person that an address belongs to.
  func person(email: some Sequence<UInt8>) -> Person? {
    let key = Directory.key(email)
    return addresses[key].flatMap { people[$0] }
  }

  /// The person whose login this is.
  func person(login: String) -> Person? { people.values.first { $0.login == login } }

  /// The person whose key this is.
  func person(key: SSHPublicKey) -> Person? { keyOwners[key].flatMap { people[$0] } }

  /// The person whose display name this is.
  func person(name: String) -> Person? { people.values.first { $0.name == name } }

  /// Those who fill a role.
  func members(of role: String) -> [Person] { (roles[role] ?? []).compactMap { person(email: $0.utf8) } }

  /// The key under which an address is kept: ASCII upper case is lower case, all else as it is.
  static func key(_ email: some Sequence<UInt8>) -> String {
    String(decoding: email.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Adds a person, or completes one that only a role has named so far.
  mutating func add(_ person: Person) {
    let key = Directory.key(person.email.utf8)
    people[key] = person
    addresses[key] = key
    for alias in person.aliases { addresses[Directory.key(alias.utf8)] = key }
    for publicKey in person.publicKeys { keyOwners[publicKey] = key }
  }

  /// Whether an address is known already.
  func knows(_ email: String) -> Bool { addresses[Directory.key(email.utf8)] != nil }
}

extension Directory {
  /// Reads a document of kind Approvers.
  static func read(_ node: Node, sink: ProblemSink) -> Directory {
    var directory = Directory()
    guard
      let spec = PolicyReader.header(node, kind: "Approvers", sink: sink)?.mapping("spec", known: ["roles", "people"])
    else { return directory }
    if spec.pair("people") != nil { directory.readPeople(spec) }
    guard let roles = spec.mapping("roles", known: []) else { return directory }
    for pair in roles.allPairs {
      let field = roles.field(Text.cut(pair.key))
      if !ApproverName.isSound(pair.key) {
        sink.report(
          .policyInvalid, pair.keyMark, field: field,
          "`\(field)` cannot be a role: it is empty or holds invisible characters", fix: "rename the role")
      }
      if directory.roles[pair.key] != nil {
        sink.report(
          .policyInvalid, pair.keyMark, field: field, "the role `\(Text.cut(pair.key))` stands here twice",
          fix: "join the two lists")
      }
      guard let members = roles.strings(pair.key) else { continue }
      var emails: [String] = []
      for member in members {
        guard PolicyReader.isEmail(member.value) else {
          sink.report(
            .policyInvalid, member.mark, field: field, "`\(Text.cut(member.value))` is not an e-mail address",
            fix: "list people by their e-mail address")
          continue
        }
        if !directory.knows(member.value) { directory.add(Person(email: member.value)) }
        guard let person = directory.person(email: member.value.utf8) else { continue }
        let key = Directory.key(person.email.utf8)
        if !emails.contains(key) { emails.append(key) }
      }
      directory.roles[pair.key] = emails
    }
    return directory
  }

  private mutating func readPeople(_ spec: FieldReader) {
    guard let people = spec.mapping("people", known: []) else { return }
    let sink = people.sink
    var keys: [[UInt8]: String] = [:]
    var names: [String: String] = [:]
    var logins: [String: String] = [:]
    for pair in people.allPairs {
      let field = people.field(Text.cut(pair.key))
      guard let fields = FieldReader(pair.value, path: field, known: ["name", "login", "aliases", "keys"], sink: sink)
      else { continue }
      func report(_ mark: Mark, _ message: String, _ fix: String) {
        sink.report(.policyInvalid, mark, field: field, message, fix: fix)
      }
      if !PolicyReader.isEmail(pair.key) {
        report(pair.keyMark, "`\(Text.cut(pair.key))` is not an e-mail address", "list people by their e-mail address")
        continue
      }
      let aliases = fields.strings("aliases", required: false) ?? []
      for address in [Located(value: pair.key, mark: pair.keyMark)] + aliases where knows(address.value) {
        report(
          address.mark, "the address `\(Text.cut(address.value))` belongs to two people", "leave it with one of them")
      }
      for alias in aliases where !PolicyReader.isEmail(alias.value) {
        report(alias.mark, "`\(Text.cut(alias.value))` is not an e-mail address", "write an address")
      }
      let name = fields.string("name", required: false)
      if let name, let other = names[name.value] {
        report(
          name.mark, "`\(Text.cut(name.value))` is also the name of `\(other)`", "tell the two people's names apart")
      }
      let login = fields.string("login", required: false)
      if let login, let other = logins[login.value] {
        report(login.mark, "`\(Text.cut(login.value))` is also the login of `\(other)`", "leave it with one of them")
      }
      var personKeys: [SSHPublicKey] = []
      for text in fields.strings("keys", required: false) ?? [] {
        guard let key = SSHPublicKey(line: text.value.utf8) else {
          report(
            text.mark, "`\(Text.cut(text.value))` is not an SSH public key",
            "write it as `ssh-keygen` does: `ssh-ed25519 AAAA…`")
          continue
        }
        if let other = keys[key.blob] {
          report(text.mark, "this key belongs to `\(other)` too", "one key stands for one person")
        }
        keys[key.blob] = Text.cut(pair.key)
        personKeys.append(key)
      }
      if let name { names[name.value] = pair.key }
      if let login { logins[login.value] = pair.key }
      add(
        Person(
          email: pair.key, name: name?.value, login: login?.value, aliases: aliases.map(\.value),
          publicKeys: personKeys))
    }
  }
}
