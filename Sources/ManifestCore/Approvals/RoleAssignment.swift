/// Gives people to roles so that as many roles as possible are filled (augmenting paths).
struct RoleAssignment {
  /// Who fills each role that is filled: a role's number, and a person's.
  private(set) var holders: [Int: Int] = [:]
  private let people: Int
  private let isDistinct: Bool

  /// Assigns; with `isDistinct`, one person fills one role only.
  init(roles: Int, people: Int, isDistinct: Bool, mayFill: (_ person: Int, _ role: Int) -> Bool) {
    self.people = people
    self.isDistinct = isDistinct
    for role in 0..<roles {
      var tried: Set<Int> = []
      _ = place(role, &tried, mayFill)
    }
  }

  private mutating func place(_ role: Int, _ tried: inout Set<Int>, _ mayFill: (Int, Int) -> Bool) -> Bool {
    for person in 0..<people where !tried.contains(person) && mayFill(person, role) {
      tried.insert(person)
      let taken = isDistinct ? holders.first { $0.value == person }?.key : nil
      if let taken, !place(taken, &tried, mayFill) { continue }
      holders[role] = person
      return true
    }
    return false
  }
}
