extension JSONParser {
  /// Reads a number or one of the three literals.
  mutating func readWord() -> String? {
    let start = offset
    if let first = peek, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) {
      guard skipNumber() else { return nil }
      if offset &- start > Self.maximumNumberBytes {
        let length = offset &- start
        offset = start
        problems.add(
          .limit, "the number has \(length) bytes, limit \(Self.maximumNumberBytes)", fix: "round it", at: mark)
        offset = start &+ length
      }
      return String(decoding: text[start..<offset], as: UTF8.self)
    }
    for literal in ["true", "false", "null"] as [StaticString] {
      let length = literal.utf8CodeUnitCount
      guard length <= text.count &- start else { continue }
      let matches = (0..<length).allSatisfy { text[start &+ $0] == literal.utf8Start[$0] }
      guard matches else { continue }
      offset = start &+ length
      return literal.description
    }
    fail(
      peek == nil ? "the text ends where a value is expected" : "expected a value",
      fix: "write text in double quotes, no comments, and no `,` before `]`")
    return nil
  }

  /// Steps over a number of JSON's grammar.
  private mutating func skipNumber() -> Bool {
    _ = skip(UInt8(ascii: "-"))
    if skip(UInt8(ascii: "0")) {
      if let byte = peek, (0x30...0x39).contains(byte) {
        fail("a number begins with `0`", fix: "remove the leading zero")
        return false
      }
    } else if skipDigits() == 0 {
      fail("expected a digit")
      return false
    }
    if skip(UInt8(ascii: ".")), skipDigits() == 0 {
      fail("expected a digit behind `.`")
      return false
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
      if skipDigits() == 0 {
        fail("expected a digit in the exponent")
        return false
      }
    }
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = peek, (0x30...0x39).contains(byte) { offset &+= 1 }
    return offset &- start
  }

  /// Reads a string and undoes its escapes.
  mutating func readString() -> String? {
    let open = mark
    offset &+= 1
    let start = offset
    var unescaped: [UInt8] = []
    var copied = start
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        let rest = text[copied..<offset]
        offset &+= 1
        if copied == start { return String(decoding: rest, as: UTF8.self) }
        unescaped.append(contentsOf: rest)
        return String(decoding: unescaped, as: UTF8.self)
      case 0x5C:
        unescaped.append(contentsOf: text[copied..<offset])
        guard let scalar = readEscape() else { return nil }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        copied = offset
      case 0..<0x20:
        fail(byte == 0x0A ? "the string is not closed on its line" : "a control character in a string")
        return nil
      default:
        if byte & 0xC0 == 0x80 { continuations &+= 1 }
        offset &+= 1
      }
    }
    problems.add(.syntax, "not valid JSON: the string is not closed", fix: "close the quote", at: open)
    return nil
  }

  /// Reads an escape, and refuses what must not stand in a text.
  private mutating func readEscape() -> Unicode.Scalar? {
    let place = mark
    guard let value = escapedValue() else { return nil }
    let isLoneReturn = value == 0x0D && !isLineFeedEscape
    let name = isLoneReturn ? "a carriage return without a line feed" : ForbiddenCharacter.name(of: value)
    if let name, !limits.allowsEscapes {
      problems.add(
        .unsupported, "the escape of `\(ForbiddenCharacter.spelling(of: value))` is \(name)", fix: "remove the escape",
        at: place)
    }
    guard let scalar = Unicode.Scalar(value) else {
      problems.add(
        .unsupported, "the escape of `\(ForbiddenCharacter.spelling(of: value))` is half a surrogate pair",
        fix: "write the character itself", at: place)
      return "\u{FFFD}"
    }
    return scalar
  }

  /// Whether `\n` or `\u000a` comes next.
  private var isLineFeedEscape: Bool {
    guard offset &+ 1 < text.count, text[offset] == 0x5C else { return false }
    if text[offset &+ 1] == UInt8(ascii: "n") { return true }
    return text[offset &+ 1] == UInt8(ascii: "u")
      && YAMLEscapes.hexadecimal(in: text, at: offset &+ 2, count: 4) == 0x0A
  }

  /// The code point of the escape here, with both halves of a surrogate pair; half a pair as it is.
  private mutating func escapedValue() -> UInt32? {
    let letter = offset &+ 1 < text.count ? text[offset &+ 1] : 0
    let value: UInt32
    switch letter {
    case UInt8(ascii: "\""), 0x5C, UInt8(ascii: "/"): value = UInt32(letter)
    case UInt8(ascii: "b"): value = 0x08
    case UInt8(ascii: "f"): value = 0x0C
    case UInt8(ascii: "n"): value = 0x0A
    case UInt8(ascii: "r"): value = 0x0D
    case UInt8(ascii: "t"): value = 0x09
    case UInt8(ascii: "u"):
      guard let unit = YAMLEscapes.hexadecimal(in: text, at: offset &+ 2, count: 4) else {
        fail("expected four hexadecimal digits behind `\\u`")
        return nil
      }
      offset &+= 6
      guard (0xD800...0xDBFF).contains(unit), offset &+ 1 < text.count, text[offset] == 0x5C,
        text[offset &+ 1] == UInt8(ascii: "u"),
        let low = YAMLEscapes.hexadecimal(in: text, at: offset &+ 2, count: 4), (0xDC00...0xDFFF).contains(low)
      else { return unit }
      offset &+= 6
      return 0x10000 &+ (unit &- 0xD800) << 10 &+ (low &- 0xDC00)
    default:
      fail("an escape that JSON doesn't know", fix: "double the backslash")
      return nil
    }
    offset &+= 2
    return value
  }
}
