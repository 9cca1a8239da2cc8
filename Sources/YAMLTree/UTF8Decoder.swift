/// Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
enum UTF8Decoder {
  /// The code point at an offset and its length in bytes, or nothing where the bytes are not UTF-8.
  static func scalar(in bytes: UnsafeRawBufferPointer, at offset: Int) -> (scalar: UInt32, length: Int)? {
    guard offset >= 0, offset < bytes.count else { return nil }
    let first = bytes[offset]
    if first < 0x80 { return (UInt32(first), 1) }
    let length: Int
    var scalar: UInt32
    switch first {
    case 0xC2...0xDF: (length, scalar) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, scalar) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, scalar) = (4, UInt32(first & 0x07))
    default: return nil
    }
    guard length <= bytes.count &- offset else { return nil }
    for index in 1..<length {
      let byte = bytes[offset &+ index]
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    switch length {
    case 3 where scalar < 0x800 || (0xD800...0xDFFF).contains(scalar): return nil
    case 4 where scalar < 0x10000 || scalar > 0x10FFFF: return nil
    default: return (scalar, length)
    }
  }
}
