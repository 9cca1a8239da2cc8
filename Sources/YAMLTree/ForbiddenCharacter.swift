/// The characters that must not stand in a text: some readers or screens show another text than others read.
enum ForbiddenCharacter {
  /// What a code point is, if it is forbidden; a carriage return is judged by the caller, who knows what follows.
  static func name(of scalar: UInt32) -> String? {
    switch scalar {
    case 0x20...0x7E, 0x09, 0x0A, 0x0D: nil
    case 0x00: "a NUL"
    case 0x01...0x1F, 0x7F: "a control character"
    case 0x85: "a line end to YAML 1.1 only"
    case 0x80...0x9F: "a control character"
    case 0x2028, 0x2029: "a line end to YAML 1.1 only"
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "a bidi control"
    case 0x200B...0x200D, 0x2060...0x2064, 0xE0000...0xE007F: "an invisible character"
    case 0xFEFF: "a byte order mark"
    case 0xFFFE, 0xFFFF: "not a character"
    default: nil
    }
  }

  /// The usual spelling of a code point, such as `U+202E`.
  static func spelling(of scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }

  /// Whether text that came from escapes holds a forbidden character.
  ///
  /// The text is valid UTF-8: both parsers made it.
  static func isContained(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte &- 0x20 < 0x5F || byte == 0x09 || byte == 0x0A {
        offset &+= 1
      } else if byte == 0x0D {
        guard offset &+ 1 < bytes.count, bytes[offset &+ 1] == 0x0A else { return true }
        offset &+= 2
      } else {
        guard let (scalar, length) = UTF8Decoder.scalar(in: UnsafeRawBufferPointer(bytes), at: offset),
          name(of: scalar) == nil
        else { return true }
        offset &+= length
      }
    }
    return false
  }
}
