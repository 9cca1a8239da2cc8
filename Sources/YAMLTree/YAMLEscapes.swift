/// Finds the escapes in a double-quoted scalar that stand for forbidden characters.
enum YAMLEscapes {
  /// Reports each such escape between two places of a text at its own line and column.
  static func refuse(
    in text: UnsafeRawBufferPointer, from start: Mark, to end: Int, base: Int, problems: inout ProblemList
  ) {
    var mark = start
    var offset = start.offset &- base
    while offset >= 0, offset < min(end, text.count), !problems.isFull {
      let byte = text[offset]
      mark.offset = offset &+ base
      if byte == 0x5C {
        let (scalar, length) = escape(in: text, at: offset)
        if let scalar, let name = name(of: scalar, in: text, behind: offset &+ length) {
          problems.add(
            .unsupported, "the escape of `\(ForbiddenCharacter.spelling(of: scalar))` is \(name)",
            fix: "remove the escape", at: mark)
        }
        // An escaped line end is one escape and one line.
        if offset &+ 1 < text.count, text[offset &+ 1] == 0x0A || text[offset &+ 1] == 0x0D {
          offset &+= 1
          mark.column &+= 1
          continue
        }
        offset &+= length
        mark.column &+= length
        continue
      }
      if byte == 0x0A {
        mark.line &+= 1
        mark.column = 1
      } else if byte & 0xC0 != 0x80 {
        mark.column &+= 1
      }
      offset &+= 1
    }
  }

  private static func name(of scalar: UInt32, in text: UnsafeRawBufferPointer, behind offset: Int) -> String? {
    guard scalar == 0x0D else { return ForbiddenCharacter.name(of: scalar) }
    let next = escape(in: text, at: offset)
    return next.scalar == 0x0A ? nil : "a carriage return without a line feed"
  }

  /// The code point that an escape stands for, if it may be a forbidden one, and the escape's length.
  private static func escape(in text: UnsafeRawBufferPointer, at offset: Int) -> (scalar: UInt32?, length: Int) {
    guard offset &+ 1 < text.count, text[offset] == 0x5C else { return (nil, 1) }
    switch text[offset &+ 1] {
    case UInt8(ascii: "0"): return (0x00, 2)
    case UInt8(ascii: "a"): return (0x07, 2)
    case UInt8(ascii: "b"): return (0x08, 2)
    case UInt8(ascii: "n"): return (0x0A, 2)
    case UInt8(ascii: "v"): return (0x0B, 2)
    case UInt8(ascii: "f"): return (0x0C, 2)
    case UInt8(ascii: "r"): return (0x0D, 2)
    case UInt8(ascii: "e"): return (0x1B, 2)
    case UInt8(ascii: "N"): return (0x85, 2)
    case UInt8(ascii: "L"): return (0x2028, 2)
    case UInt8(ascii: "P"): return (0x2029, 2)
    case UInt8(ascii: "x"): return (hexadecimal(in: text, at: offset &+ 2, count: 2), 4)
    case UInt8(ascii: "u"): return (hexadecimal(in: text, at: offset &+ 2, count: 4), 6)
    case UInt8(ascii: "U"): return (hexadecimal(in: text, at: offset &+ 2, count: 8), 10)
    default: return (nil, 2)
    }
  }

  /// The number that hexadecimal digits stand for, if all of them are there.
  static func hexadecimal(in text: UnsafeRawBufferPointer, at offset: Int, count: Int) -> UInt32? {
    guard count <= text.count &- offset else { return nil }
    var value: UInt32 = 0
    for index in offset..<(offset &+ count) {
      let byte = text[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte &- 0x30
      case 0x41...0x46: digit = byte &- 0x37
      case 0x61...0x66: digit = byte &- 0x57
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
