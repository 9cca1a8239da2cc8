/// Text of a file as a message may show it: short, on one line, without characters that act on a terminal.
enum Excerpt {
  /// How many characters are shown.
  static let maximumScalars = 64

  /// The text itself where it is harmless, else cut and with `?` in place of what must not be shown.
  static func of(_ text: String) -> String {
    var excerpt = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < maximumScalars else {
        excerpt.append("…")
        break
      }
      let isShown = scalar.value >= 0x20 && ForbiddenCharacter.name(of: scalar.value) == nil && scalar != "`"
      excerpt.append(isShown ? scalar : "?")
    }
    return String(excerpt)
  }

  /// The same for text of libyaml's.
  static func of(_ text: UnsafePointer<UInt8>) -> String { of(String(cString: text)) }
}
