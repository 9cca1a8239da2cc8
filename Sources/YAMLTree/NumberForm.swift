/// Plain scalars that begin like a number: which of them are one, and to whom.
enum NumberForm {
  /// The type of a plain scalar that begins with a digit, a sign or a dot.
  static func type(of bytes: UnsafeBufferPointer<UInt8>) -> ScalarType {
    var cursor = Cursor(bytes: bytes)
    if let type = strictType(&cursor) { return type }
    if let words = dateWords(bytes) { return .ambiguous(words) }
    if let words = looseWords(bytes) { return .ambiguous(words) }
    return .string
  }

  /// The numbers that YAML 1.1, YAML 1.2 and JSON write alike.
  private static func strictType(_ cursor: inout Cursor) -> ScalarType? {
    _ = cursor.skip(UInt8(ascii: "-"))
    let hasLeadingZero = cursor.peek == UInt8(ascii: "0")
    let digits = cursor.skipDigits()
    guard digits > 0, !hasLeadingZero || digits == 1 else { return nil }
    if cursor.isAtEnd { return .int }
    guard cursor.skip(UInt8(ascii: ".")), cursor.skipDigits() > 0 else { return nil }
    if cursor.isAtEnd { return .float }
    // YAML 1.1 wants the sign of an exponent.
    guard cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")),
      cursor.skip(UInt8(ascii: "+")) || cursor.skip(UInt8(ascii: "-")), cursor.skipDigits() > 0, cursor.isAtEnd
    else { return nil }
    return .float
  }

  /// Dates and timestamps of YAML 1.1, and what its readers take for one.
  private static func dateWords(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var cursor = Cursor(bytes: bytes)
    guard cursor.skipDigits() == 4, cursor.skip(UInt8(ascii: "-")), (1...2).contains(cursor.skipDigits()),
      cursor.skip(UInt8(ascii: "-")), (1...2).contains(cursor.skipDigits())
    else { return nil }
    if cursor.isAtEnd { return "a date to YAML 1.1, text to YAML 1.2" }
    guard let separator = cursor.peek, separator | 0x20 == UInt8(ascii: "t") || separator == 0x20 || separator == 0x09
    else { return nil }
    let isTime = bytes[cursor.offset...].dropFirst().allSatisfy { byte in
      switch byte {
      case 0x30...0x3A, UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), 0x20, 0x09: true
      default: byte | 0x20 == UInt8(ascii: "z")
      }
    }
    return isTime ? "a timestamp to YAML 1.1, text to YAML 1.2" : nil
  }

  /// Numbers that are one to some readers only, or not the same one to all.
  private static func looseWords(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    // YAML 1.1 ignores underscores in numbers.
    let hasUnderscore = bytes.contains(UInt8(ascii: "_"))
    let digits = hasUnderscore ? bytes.filter { $0 != UInt8(ascii: "_") } : Array(bytes)
    return digits.withUnsafeBufferPointer { bytes in
      guard let words = looseWordsWithoutUnderscores(bytes) else {
        // `._` was a number to old readers.
        return hasUnderscore && bytes.count == 1 && bytes[0] == UInt8(ascii: ".")
          ? "a number to some YAML 1.1 readers, text to others" : nil
      }
      return hasUnderscore ? "a number to YAML 1.1, text to YAML 1.2" : words
    }
  }

  private static func looseWordsWithoutUnderscores(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var cursor = Cursor(bytes: bytes)
    _ = cursor.skip(UInt8(ascii: "+")) || cursor.skip(UInt8(ascii: "-"))
    let start = cursor.offset
    let rest = bytes[start...]
    if let words = specialWords(rest) ?? radixWords(rest) { return words }
    let whole = cursor.skipDigits()
    if cursor.isAtEnd, whole > 0 { return wholeWords(bytes, from: start, digits: whole) }
    if whole > 0, cursor.peek == UInt8(ascii: ":") { return base60Words(&cursor) }
    let hasDot = cursor.skip(UInt8(ascii: "."))
    let fraction = hasDot ? cursor.skipDigits() : 0
    guard whole > 0 || fraction > 0 else { return nil }
    if cursor.isAtEnd { return unusualNumber }
    guard cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")) else { return nil }
    let hasSign = cursor.skip(UInt8(ascii: "+")) || cursor.skip(UInt8(ascii: "-"))
    guard cursor.skipDigits() > 0, cursor.isAtEnd else { return nil }
    return hasDot && hasSign ? unusualNumber : "text to YAML 1.1, a number to YAML 1.2"
  }

  private static let unusualNumber = "a number in a form that not every reader knows"

  private static func wholeWords(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, digits: Int) -> String {
    guard digits > 1, bytes[start] == UInt8(ascii: "0") else { return unusualNumber }
    return bytes[start...].allSatisfy { $0 < UInt8(ascii: "8") }
      ? "an octal number to YAML 1.1, a decimal one to YAML 1.2" : "text to YAML 1.1, a number to YAML 1.2"
  }

  /// Infinity and its like.
  private static func specialWords(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard bytes.count == 4, bytes.first == UInt8(ascii: ".") else { return nil }
    let letters = bytes.dropFirst().map { $0 | 0x20 }
    if letters.elementsEqual("inf".utf8) { return "an infinite number" }
    return letters.elementsEqual("nan".utf8) ? "not a number" : nil
  }

  /// Numbers with a prefix that names their base.
  private static func radixWords(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    guard bytes.count > 2, bytes.first == UInt8(ascii: "0") else { return nil }
    let digits = bytes.dropFirst(2)
    switch bytes[bytes.startIndex &+ 1] | 0x20 {
    case UInt8(ascii: "x"):
      let isNumber = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
      return isNumber ? "a hexadecimal number" : nil
    case UInt8(ascii: "o"):
      return digits.allSatisfy { (0x30...0x37).contains($0) } ? "text to YAML 1.1, an octal number to YAML 1.2" : nil
    case UInt8(ascii: "b"):
      return digits.allSatisfy { $0 & 0xFE == 0x30 } ? "a binary number to YAML 1.1, text to YAML 1.2" : nil
    default: return nil
    }
  }

  /// The groups of a base-60 number, from its first colon on.
  private static func base60Words(_ cursor: inout Cursor) -> String? {
    while cursor.skip(UInt8(ascii: ":")) {
      guard let first = cursor.peek else { return nil }
      let digits = cursor.skipDigits()
      guard digits == 1 || (digits == 2 && first < UInt8(ascii: "6")) else { return nil }
    }
    if cursor.skip(UInt8(ascii: ".")) { _ = cursor.skipDigits() }
    return cursor.isAtEnd ? "a base-60 number to YAML 1.1, text to YAML 1.2" : nil
  }

  /// A place in the bytes of a scalar.
  private struct Cursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var offset = 0

    var isAtEnd: Bool { offset >= bytes.count }
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// Steps over a byte if it stands here.
    mutating func skip(_ byte: UInt8) -> Bool {
      guard peek == byte else { return false }
      offset &+= 1
      return true
    }

    /// Steps over decimal digits and counts them.
    mutating func skipDigits() -> Int {
      let start = offset
      while let byte = peek, (0x30...0x39).contains(byte) { offset &+= 1 }
      return offset &- start
    }
  }
}
