/// Why a text is not a value of its grammar, and where.
package struct ValueProblem: Error, Equatable, Sendable {
  /// What is wrong, in lower case, with the offending words in backticks.
  package let message: String

  /// What the author has to do.
  package let fix: String

  /// The place of the offence, in bytes from the start of the text.
  let offset: Int

  /// A problem at a byte of the text.
  init(_ message: String, fix: String, at offset: Int) {
    self.message = message
    self.fix = fix
    self.offset = offset
  }

  /// The same problem in a text of which the judged one is a part that begins at `start`.
  func moved(by start: Int) -> ValueProblem {
    ValueProblem(message, fix: fix, at: offset + start)
  }

  /// A piece of the author's text between backticks, cut at 40 characters, control characters replaced.
  static func quoted(_ bytes: some Sequence<UInt8>) -> String {
    var shown = String.UnicodeScalarView()
    var count = 0
    // Four bytes are the most that a scalar takes, so the cost does not depend on the length of the text.
    for scalar in String(decoding: Array(bytes.prefix(164)), as: UTF8.self).unicodeScalars {
      if count == 40 {
        shown.append("…")
        break
      }
      count += 1
      shown.append(isShown(scalar) ? scalar : "\u{FFFD}")
    }
    return "`\(String(shown))`"
  }

  /// Whether a character may stand between backticks.
  private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "`" }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }
}
