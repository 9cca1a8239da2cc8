/// Text from the repository, made fit to be shown on a terminal.
package enum Text {
  /// The most characters of one name or value that a message shows.
  static let maximumShown = 200

  /// Bytes as text that is equal to every other form of the same text (NFC), and to nothing else.
  static func equivalent(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? "\u{0}" + bytes.map { String($0, radix: 16) }.joined(separator: " ")
  }

  /// Bytes as text: invalid UTF-8 as `\xNN`, and no more than `maximumShown` characters.
  ///
  /// Control characters are left for `escape`, which the report runs over every line.
  package static func show(_ bytes: some Sequence<UInt8>) -> String {
    let all = Array(bytes)
    if let text = String(validating: all, as: UTF8.self) { return cut(text) }
    var shown = ""
    var count = 0
    for byte in all {
      count += 1
      if count > maximumShown { return shown + "…" }
      if byte < 0x80 {
        shown.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        shown += "\\x" + hex(UInt32(byte), digits: 2)
      }
    }
    return shown
  }

  /// A text of no more than `maximumShown` scalars.
  package static func cut(_ text: String) -> String {
    // No text has more scalars than bytes.
    if text.utf8.count <= maximumShown { return text }
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: maximumShown, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }

  /// A line in which nothing can move the cursor, colour, hide or reorder: such characters become `\u{…}`.
  package static func escape(_ line: String) -> String {
    if isPlain(line) { return line }
    var escaped = ""
    for scalar in line.unicodeScalars {
      if isHarmful(scalar) {
        escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Whether a text has nothing but printable ASCII.
  package static func isPlain(_ text: String) -> Bool {
    // Through its storage, as the bytes of a text one by one are slow to get.
    let isPlain = { (bytes: UnsafeBufferPointer<UInt8>) in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
    return text.utf8.withContiguousStorageIfAvailable(isPlain) ?? text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  /// Whether a character does something else than being seen.
  package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// A text without a part that whoever reads it need not know, such as the host's folder.
  package static func without(_ part: String, in text: String) -> String {
    let wanted = Array(part.utf8)
    var rest = Array(text.utf8)[...]
    var kept: [UInt8] = []
    while !rest.isEmpty {
      if !wanted.isEmpty, rest.starts(with: wanted) {
        rest = rest.dropFirst(wanted.count)
      } else {
        kept.append(rest.removeFirst())
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// The bytes of a text without the characters that cannot be seen; what is not UTF-8 as it is.
  static func visible(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return bytes }
    guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
    var seen = String.UnicodeScalarView()
    seen.append(contentsOf: text.unicodeScalars.filter { !isHarmful($0) })
    return Array(String(seen).utf8)
  }

  /// A list of names as a sentence has it: "`a`, `b` and `c`".
  package static func list(_ names: [String], _ conjunction: String = "and") -> String {
    // A sentence names some of many: a line of the report has to fit into it.
    if names.count > 10 {
      return names.prefix(10).map { "`\(cut($0))`" }.joined(separator: ", ") + " and \(names.count - 10) more"
    }
    let quoted = names.map { "`\(cut($0))`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  /// "1 commit", "2 commits", "0 branches".
  package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }
}

/// The bytes of a text.
package func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A path of several names, joined by slashes.
func joined(_ names: [UInt8]...) -> [UInt8] { Array(names.joined(separator: [UInt8(ascii: "/")])) }
