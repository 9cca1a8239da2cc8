/// Somebody who writes, approves or pushes.
struct Person: Equatable {
  /// The display name.
  var name: String
  /// The address.
  var email: String
  /// The two as git writes them.
  var ident: String { "\(name) <\(email)>" }

  static let dev = Person(name: "Dev", email: "dev@example.com")
  static let eve = Person(name: "Eve", email: "eve@example.com")
  static let aiko = Person(name: "Aiko Tanaka", email: "aiko@example.com")
  static let omar = Person(name: "Omar Haddad", email: "omar@example.com")
  static let ken = Person(name: "Ken Sato", email: "ken@example.com")
  static let mina = Person(name: "Mina Ito", email: "mina@example.com")
  static let root = Person(name: "Root", email: "root@example.com")
  static let pat = Person(name: "Pat", email: "pat@example.com")

  /// The people of `Fixtures.directory` whose approvals count.
  static let approvers = [aiko, omar, ken, mina, root, pat]
  /// Everybody.
  static let all = [dev, eve] + approvers
}
