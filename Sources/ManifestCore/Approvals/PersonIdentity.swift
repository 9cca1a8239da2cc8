/// Who an approver's value, or an author line, names: `Name <email>`, a bare `email`, or any other text.
public struct PersonIdentity: Sendable, Hashable {
  /// The name before the address.
  public private(set) var name: [UInt8]?
  /// The address, without its angle brackets.
  public private(set) var email: [UInt8]?
  /// The whole value, without spaces and tabs around it.
  public let text: [UInt8]
  /// What is wrong with the value, if anything; it then names nobody.
  public private(set) var problem: PersonProblem?

  /// Reads a value.
  public init(_ value: some Collection<UInt8>) {
    let value = ASCII.trim(ArraySlice([UInt8](value)))
    text = [UInt8](value)
    if let problem = PersonProblem(charactersOf: text) {
      self.problem = problem
    } else if value.contains(UInt8(ascii: "<")) || value.contains(UInt8(ascii: ">")) {
      readBrackets(value)
    } else if value.filter({ $0 == UInt8(ascii: "@") }).count == 1, !value.contains(where: ASCII.isBlank),
      value.first != UInt8(ascii: "@"), value.last != UInt8(ascii: "@")
    {
      email = text
    } else if value.isEmpty {
      problem = .empty
    }
  }

  /// Reads `Name <email>`.
  private mutating func readBrackets(_ value: ArraySlice<UInt8>) {
    let before = value.prefix { $0 != UInt8(ascii: "<") }
    let address = value[before.endIndex...].dropFirst().prefix { $0 != UInt8(ascii: ">") }
    let behind = value[address.endIndex...]
    if value.filter({ $0 == UInt8(ascii: "<") }).count > 1 {
      problem = .twoAddresses
    } else if before.endIndex == value.endIndex || before.contains(UInt8(ascii: ">")) || behind.isEmpty {
      problem = .unbalanced
    } else if behind.count > 1 {
      problem = .textBehind
    } else if address.isEmpty {
      problem = .emptyEmail
    } else if address.contains(where: ASCII.isBlank) {
      problem = .blankInEmail
    } else {
      let trimmed = ASCII.trim(before)
      name = trimmed.isEmpty ? nil : [UInt8](trimmed)
      email = [UInt8](address)
    }
  }

  /// Tells whether the address is this one, whatever the case of its ASCII letters.
  public func hasEmail(_ other: some Sequence<UInt8>) -> Bool {
    email.map { ASCII.equalIgnoringCase($0, other) } == true
  }

  /// Tells whether the name is this one, in whatever normal form it is written.
  public func hasName(_ other: some Collection<UInt8>) -> Bool { name.map { Self.sameName($0, other) } == true }

  /// Tells whether the whole value is this text, in whatever normal form it is written.
  public func isText(_ other: some Collection<UInt8>) -> Bool { Self.sameName(text, other) }

  /// Compares whole names as Unicode does; what is not UTF-8 byte by byte.
  public static func sameName(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    if left.elementsEqual(right) { return true }
    // Only beyond ASCII can other bytes spell the same name.
    if left.allSatisfy({ $0 < 0x80 }), right.allSatisfy({ $0 < 0x80 }) { return false }
    guard let one = String(validating: left, as: UTF8.self), let other = String(validating: right, as: UTF8.self)
    else { return left.elementsEqual(right) }
    return one == other
  }
}
