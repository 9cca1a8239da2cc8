extension MessageTrailers {
  /// Shows bytes of a message on one line: what can't be seen as `<U+200B>`, cut behind 80 characters.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    var shown = ""
    var count = 0
    // Four bytes make a scalar at most, so that a longer prefix never needs to be decoded.
    for scalar in String(decoding: bytes.prefix(324), as: UTF8.self).unicodeScalars {
      guard count < 80 else { return shown + "…" }
      count += 1
      if scalar == " " || !scalar.isInvisible {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += scalar.codePoint
      }
    }
    return shown
  }
}

extension Unicode.Scalar {
  /// Tells whether the scalar can't be seen, or changes how others are shown: controls, format and bidirectional
  /// characters, blanks that are no space, variation selectors.
  var isInvisible: Bool {
    if value < 0x7F { return value < 0x20 }
    if properties.isDefaultIgnorableCodePoint { return true }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: return true
    // The ideographic space stands between the parts of a name.
    case .spaceSeparator: return value != 0x3000
    default: return false
    }
  }

  /// The scalar's number, as `<U+200B>`.
  var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
  }
}
