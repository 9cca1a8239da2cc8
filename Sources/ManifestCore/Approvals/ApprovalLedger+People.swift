extension ApprovalLedger {
  /// Whether somebody with an address may fill a role.
  func mayFill(_ address: [UInt8], _ role: RequiredRole) -> Bool {
    guard let members = role.members else { return role.name.utf8.elementsEqual(address) }
    guard let person = role.directory?.person(email: address) else { return false }
    return members.contains { $0.email == person.email }
  }

  /// Whether two addresses are one person's, by all directories together.
  func isOnePerson(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    directories.isEmpty ? left == right : addresses(of: left).contains(Directory.key(right))
  }

  /// Every address of whoever has one address: the directories together, since one may know what another does not.
  func addresses(of address: some Sequence<UInt8>) -> Set<String> {
    var known: Set<String> = [Directory.key(address)]
    var open = Array(known)
    while let next = open.popLast() {
      var people = directories.compactMap { $0.person(email: next.utf8) }
      // One key stands for one person, whatever each directory calls them.
      for key in people.flatMap(\.publicKeys) { people += directories.compactMap { $0.person(key: key) } }
      for person in people {
        for other in [person.email] + person.aliases {
          let key = Directory.key(other.utf8)
          if known.insert(key).inserted { open.append(key) }
        }
      }
    }
    return known
  }
}
