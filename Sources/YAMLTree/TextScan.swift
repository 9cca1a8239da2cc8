/// One pass over the bytes of a text, before it is parsed: its encoding and its forbidden characters.
struct TextScan {
  /// Whether every byte is ASCII, so that character and byte offsets are the same.
  var isASCII = true
  /// Whether parsing makes sense.
  var isReadable = true
  /// Whether a lone carriage return was found; what follows it may be read as it was not meant.
  var hasLoneReturn = false
  /// Whether a tab was found.
  var hasTabs = false
  /// How many lines begin with `%`; libyaml takes quadratic time over many directives.
  var percentLines = 0
  /// Where the last line stands that ends a document by `...`, and how many there are.
  private(set) var documentEnds: (last: Mark?, count: Int) = (nil, 0)
  /// The text with harmless characters of equal length for the forbidden ones, if there are any.
  var sanitized: [UInt8]?

  private var line = 1
  private var lineStart = 0
  /// The bytes of this line that are no characters of their own.
  private var continuations = 0
  private let bytes: UnsafeRawBufferPointer
  private let base: Int

  /// Scans a text whose first byte has the offset `base`.
  init(_ bytes: UnsafeRawBufferPointer, base: Int, problems: inout ProblemList) {
    self.bytes = bytes
    self.base = base
    if bytes.first == 0x25 { percentLines = 1 }
    noteDocumentEnd(at: 0)
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte &- 0x20 < 0x5F {
        offset &+= 1
      } else if byte == 0x09 {
        hasTabs = true
        offset &+= 1
      } else if byte == 0x0A {
        offset &+= 1
        beginLine(at: offset)
      } else if byte < 0x80 {
        scanControl(byte, at: offset, problems: &problems)
        offset &+= 1
      } else if let (scalar, length) = UTF8Decoder.scalar(in: bytes, at: offset) {
        isASCII = false
        if let name = ForbiddenCharacter.name(of: scalar) {
          refuse(scalar, name, at: offset, length: length, problems: &problems)
        }
        offset &+= length
        continuations &+= length &- 1
      } else {
        problems.add(
          .syntax, "byte 0x\(String(byte, radix: 16, uppercase: true)) is not UTF-8",
          fix: "save the file as UTF-8", at: mark(at: offset))
        isReadable = false
      }
      if !isReadable { return }
    }
  }

  private mutating func beginLine(at offset: Int) {
    line &+= 1
    lineStart = offset
    continuations = 0
    if offset < bytes.count, bytes[offset] == 0x25 { percentLines &+= 1 }
    noteDocumentEnd(at: offset)
  }

  private mutating func noteDocumentEnd(at offset: Int) {
    guard offset &+ 3 <= bytes.count, bytes[offset] == 0x2E, bytes[offset &+ 1] == 0x2E, bytes[offset &+ 2] == 0x2E,
      offset &+ 3 == bytes.count || bytes[offset &+ 3] <= 0x20
    else { return }
    documentEnds = (mark(at: offset), documentEnds.count &+ 1)
  }

  private func mark(at offset: Int) -> Mark {
    Mark(line: line, column: offset &- lineStart &- continuations &+ 1, offset: offset &+ base)
  }

  private mutating func scanControl(_ byte: UInt8, at offset: Int, problems: inout ProblemList) {
    if byte == 0x0D {
      if offset &+ 1 < bytes.count, bytes[offset &+ 1] == 0x0A { return }
      hasLoneReturn = true
      problems.add(
        .unsupported, "a carriage return without a line feed is a line end to some readers only",
        fix: "end lines with LF", at: mark(at: offset))
      replace(at: offset, length: 1, by: 0x20)
    } else if byte == 0 {
      problems.add(
        .unsupported, "the text holds a NUL, so it is binary or UTF-16", fix: "save the file as UTF-8",
        at: mark(at: offset))
      isReadable = false
    } else {
      let name = ForbiddenCharacter.name(of: UInt32(byte)) ?? "a control character"
      refuse(UInt32(byte), name, at: offset, length: 1, problems: &problems)
    }
  }

  private mutating func refuse(
    _ scalar: UInt32, _ name: String, at offset: Int, length: Int, problems: inout ProblemList
  ) {
    problems.add(
      .unsupported, "`\(ForbiddenCharacter.spelling(of: scalar))` is \(name)", fix: "remove the character",
      at: mark(at: offset))
    replace(at: offset, length: length, by: 0x3F)
    if problems.isFull { isReadable = false }
  }

  /// Writes a character of the same length in bytes in place of a forbidden one, so that all places stay as they are.
  private mutating func replace(at offset: Int, length: Int, by byte: UInt8) {
    let substitute: [UInt8] =
      switch length {
      case 1: [byte]
      case 2: [0xC2, 0xBF]
      case 3: [0xEF, 0xBF, 0xBD]
      default: [0xF0, 0x9F, 0xBF, 0xBD]
      }
    var copy = sanitized ?? Array(bytes)
    sanitized = nil
    for (index, byte) in substitute.enumerated() where offset &+ index < copy.count {
      copy[offset &+ index] = byte
    }
    sanitized = copy
  }
}
