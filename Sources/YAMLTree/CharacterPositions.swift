internal import CYAML

/// Turns libyaml's marks, which count characters, into marks with byte offsets.
///
/// It walks from the place asked for last: events come in the order of the text, so all walks together are linear.
struct CharacterPositions {
  /// The text that libyaml reads.
  let text: UnsafeRawBufferPointer
  /// The offset of the text's first byte.
  let base: Int
  /// Whether characters are bytes.
  let isASCII: Bool
  private var character = 0
  private var byte = 0

  /// Creates positions at the start of a text.
  init(text: UnsafeRawBufferPointer, base: Int, isASCII: Bool) {
    self.text = text
    self.base = base
    self.isASCII = isASCII
  }

  /// The mark for one of libyaml's.
  mutating func mark(_ mark: yaml_mark_t) -> Mark {
    let line = Int(truncatingIfNeeded: mark.line) &+ 1
    let column = Int(truncatingIfNeeded: mark.column) &+ 1
    let offset = offset(mark)
    // Behind a last line without a line end, libyaml is on a line that is not there.
    if column == 1, line > 1, offset == text.count, let last = text.last, last != 0x0A {
      let start = text.lastIndex(of: 0x0A).map { $0 &+ 1 } ?? 0
      let characters = text[start...].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 &+ 1 }
      return Mark(line: line &- 1, column: characters &+ 1, offset: offset &+ base)
    }
    return Mark(line: line, column: column, offset: offset &+ base)
  }

  /// The byte offset in `text` of one of libyaml's marks, at most the text's end.
  mutating func offset(_ mark: yaml_mark_t) -> Int {
    let index = Int(truncatingIfNeeded: mark.index)
    if isASCII { return min(max(index, 0), text.count) }
    while character < index, byte < text.count {
      byte &+= 1
      while byte < text.count, text[byte] & 0xC0 == 0x80 { byte &+= 1 }
      character &+= 1
    }
    while character > index, byte > 0 {
      byte &-= 1
      while byte > 0, text[byte] & 0xC0 == 0x80 { byte &-= 1 }
      character &-= 1
    }
    return byte
  }
}
