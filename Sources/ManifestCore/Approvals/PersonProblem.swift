/// What is wrong with a value that should name a person.
public enum PersonProblem: Sendable, Hashable {
  /// There is no value.
  case empty
  /// The value is not UTF-8.
  case encoding
  /// A control, zero-width or bidirectional character stands in it.
  case invisible(Unicode.Scalar)
  /// There is more than one `<`.
  case twoAddresses
  /// A `<` without its `>`, or the other way round.
  case unbalanced
  /// Something follows the `>`.
  case textBehind
  /// The address is empty.
  case emptyEmail
  /// A blank stands in the address.
  case blankInEmail

  /// Finds bytes and characters that no name or address may hold.
  init?(charactersOf text: [UInt8]) {
    guard let string = String(validating: text, as: UTF8.self) else {
      self = .encoding
      return
    }
    guard let scalar = string.unicodeScalars.first(where: { $0.isInvisible }) else { return nil }
    self = .invisible(scalar)
  }

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .empty: "it is empty"
    case .encoding: "it is not valid UTF-8"
    case .invisible(let scalar): "it holds `\(scalar.codePoint)`, a character that can't be seen"
    case .twoAddresses: "it has more than one `<`"
    case .unbalanced: "its `<` and `>` do not match"
    case .textBehind: "text follows the `>`"
    case .emptyEmail: "its e-mail address is empty"
    case .blankInEmail: "a blank stands in its e-mail address"
    }
  }

  /// What to do.
  public var fix: String {
    switch self {
    case .twoAddresses: "write one line for each person, as `Name <e-mail>`"
    case .encoding: "write the message in UTF-8"
    case .invisible: "remove the character"
    default: "write it as `Name <e-mail>`"
    }
  }
}
