/// Bytes of ASCII text, compared and cut without the rules of Unicode.
enum ASCII {
  /// Tells whether a byte is a space or a tab.
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Tells whether git takes a byte for white space: space, tab, LF or CR, nothing else.
  static func isGitSpace(_ byte: UInt8) -> Bool { isBlank(byte) || byte == 0x0A || byte == 0x0D }

  /// Tells whether a byte is a letter or a digit.
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch lowercased(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }

  /// Tells whether a byte may stand in the key of a trailer: a letter, a digit or a hyphen.
  static func isKey(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "-") }

  /// Tells whether a byte is a hexadecimal digit.
  static func isHexDigit(_ byte: UInt8) -> Bool {
    switch lowercased(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }

  /// The lower case of a letter; any other byte as it is.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Compares two texts byte by byte, but for the case of ASCII letters.
  static func equalIgnoringCase(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Bool {
    left.elementsEqual(right) { lowercased($0) == lowercased($1) }
  }

  /// Cuts the bytes that `isCut` names from both ends.
  static func trim(_ bytes: ArraySlice<UInt8>, _ isCut: (UInt8) -> Bool = isBlank) -> ArraySlice<UInt8> {
    var rest = bytes.drop(while: isCut)
    while let last = rest.last, isCut(last) { rest = rest.dropLast() }
    return rest
  }
}
