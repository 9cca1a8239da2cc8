/// A place in the bytes of a value, moving forward only.
struct ValueCursor {
  /// The whole text.
  let bytes: [UInt8]

  /// The index of the next byte.
  private(set) var offset = 0

  /// A cursor at the first byte of a text.
  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// Whether every byte has been read.
  var isAtEnd: Bool { offset >= bytes.count }

  /// The next byte, or nil at the end.
  var next: UInt8? { peek(0) }

  /// The byte that many places ahead, or behind if negative; nil outside of the text.
  func peek(_ distance: Int) -> UInt8? {
    let index = offset + distance
    return bytes.indices.contains(index) ? bytes[index] : nil
  }

  /// Steps over a byte, if there is one.
  mutating func advance(by count: Int = 1) {
    offset = min(offset + count, bytes.count)
  }

  /// Steps over a byte that equals the given one, and says whether it did.
  mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  /// Steps over the text if it stands here, and says whether it did.
  mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    offset += text.utf8CodeUnitCount
    return true
  }

  /// Whether the text stands here.
  func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[offset...].starts(with: $0) }
  }

  /// Steps over all bytes that satisfy the predicate and returns them.
  @discardableResult
  mutating func take(while accepts: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = offset
    while let byte = next, accepts(byte) { offset += 1 }
    return bytes[start..<offset]
  }

  /// The text from a place up to the cursor, with no two spaces in a row, so that its length is bounded.
  func squeezed(from start: Int) -> String {
    var result: [UInt8] = []
    for byte in bytes[start..<offset] where byte != UInt8(ascii: " ") || result.last != byte { result.append(byte) }
    return String(decoding: result, as: UTF8.self)
  }

  /// Steps over spaces.
  mutating func skipSpaces() {
    take { $0 == UInt8(ascii: " ") }
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII digit.
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Whether the byte is an ASCII letter.
  var isLetter: Bool { isLowercaseLetter || isUppercaseLetter }

  /// Whether the byte is an ASCII letter in lower case.
  var isLowercaseLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }

  /// Whether the byte is an ASCII letter in upper case.
  var isUppercaseLetter: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }

  /// Whether the byte stands for itself in any URI (RFC 3986, unreserved).
  var isUnreserved: Bool { isLetter || isDigit || self == 0x2D || self == 0x2E || self == 0x5F || self == 0x7E }

  /// Whether the byte may stand in a name of a protocol field (RFC 9110, tchar).
  var isTokenCharacter: Bool { isLetter || isDigit || "!#$%&'*+-.^_`|~".utf8.contains(self) }

  /// The byte with an ASCII letter turned to lower case.
  var lowercased: UInt8 { isUppercaseLetter ? self | 0x20 : self }
}
