/// Finds the tabs that separate or indent: libyaml takes many of them for space, other YAML readers none.
enum YAMLTabs {
  /// Reports each tab that stands neither in a comment nor in one of the ranges, which are those of the scalars that
  /// may hold tabs, in the order of the text.
  static func refuse(
    in text: UnsafeRawBufferPointer, base: Int, outside ranges: [Range<Int>], problems: inout ProblemList
  ) {
    var mark = Mark(line: 1, column: 1, offset: base)
    var next = 0
    var isComment = false
    var isBehindSpace = true
    for offset in 0..<text.count where !problems.isFull {
      while next < ranges.count, ranges[next].upperBound <= offset { next &+= 1 }
      let isInScalar = next < ranges.count && ranges[next].contains(offset)
      let byte = text[offset]
      mark.offset = offset &+ base
      if byte == 0x0A {
        isComment = false
      } else if !isInScalar, !isComment {
        if byte == UInt8(ascii: "#"), isBehindSpace { isComment = true }
        if byte == 0x09 {
          problems.add(
            .unsupported, "a tab outside of quotes is space to some readers only", fix: "write spaces", at: mark)
        }
      }
      isBehindSpace = !isInScalar && (byte == 0x20 || byte == 0x09 || byte == 0x0A)
      if byte == 0x0A {
        mark.line &+= 1
        mark.column = 1
      } else if byte & 0xC0 != 0x80 {
        mark.column &+= 1
      }
    }
  }
}
