internal import CYAML

extension YAMLTreeBuilder {
  /// Refuses anchors and tags of the current event.
  mutating func checkProperties(at mark: Mark) {
    let event = parser.event.pointee
    let anchor: UnsafeMutablePointer<yaml_char_t>?
    let tag: UnsafeMutablePointer<yaml_char_t>?
    switch event.type {
    case YAML_SCALAR_EVENT: (anchor, tag) = (event.data.scalar.anchor, event.data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT: (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT: (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
    default: return
    }
    if let anchor {
      problems.add(
        .unsupported, "anchors (`&\(Excerpt.of(anchor))`) are not allowed", fix: "write the value out", at: mark)
    }
    if let tag {
      problems.add(.unsupported, "tags (`\(Excerpt.of(tag))`) are not allowed", fix: "remove the tag", at: mark)
    } else if event.type == YAML_SCALAR_EVENT, byte(at: mark) == 0x21 {
      // libyaml forgets the tag `!`, but the node still begins where it stood.
      problems.add(.unsupported, "tags (`!`) are not allowed", fix: "remove the tag", at: mark)
    }
  }

  private func byte(at mark: Mark) -> UInt8? {
    let offset = mark.offset &- positions.base
    return offset >= 0 && offset < positions.text.count ? positions.text[offset] : nil
  }

  /// The scalar of the current event; forbidden characters in it come from escapes.
  mutating func readScalar(at mark: Mark) -> Scalar {
    let scalar = parser.event.pointee.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: Int(truncatingIfNeeded: scalar.length))
    let style: Scalar.Style =
      switch scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE: .literal
      case YAML_FOLDED_SCALAR_STYLE: .folded
      default: .plain
      }
    if style != .plain, hasTabs || style == .literal || style == .folded {
      checkLayout(of: style, at: mark)
    }
    if style == .plain, flowDepth > 0, bytes.contains(UInt8(ascii: "?")) {
      problems.add(
        .unsupported, "a `?` between brackets or braces begins a key to some readers", fix: "quote the text", at: mark)
    }
    if style == .doubleQuoted, ForbiddenCharacter.isContained(in: bytes) {
      let end = positions.offset(parser.event.pointee.end_mark)
      YAMLEscapes.refuse(
        in: positions.text, from: mark, to: end, base: positions.base, problems: &problems)
    }
    return Scalar(text: String(decoding: bytes, as: UTF8.self), style: style)
  }

  /// Remembers where the scalar of the current event may hold tabs, and checks the head of a block scalar.
  private mutating func checkLayout(of style: Scalar.Style, at mark: Mark) {
    var start = mark.offset &- positions.base
    let end = max(positions.offset(parser.event.pointee.end_mark), start)
    if style == .literal || style == .folded {
      let head = positions.text[start..<end].prefix { $0 != 0x0A }
      if let sign = head.firstIndex(of: UInt8(ascii: "#")), sign > start, head[sign &- 1] > 0x20 {
        problems.add(
          .unsupported, "a comment right behind `|` or `>` is an error to some readers",
          fix: "write a space before `#`",
          at: Mark(line: mark.line, column: mark.column &+ sign &- start, offset: sign &+ positions.base))
      }
      start = min(head.endIndex &+ 1, end)
      checkLeadingLines(start..<end, line: mark.line &+ 1)
    }
    if hasTabs { tabRanges.append(start..<end) }
  }

  /// Refuses lines of fewer spaces than the first line of a block scalar has, before that one.
  private mutating func checkLeadingLines(_ range: Range<Int>, line first: Int) {
    var offset = range.lowerBound
    var line = first
    var odd: (mark: Mark, spaces: Int)?
    while offset < range.upperBound {
      let spaces = positions.text[offset..<range.upperBound].prefix { $0 == 0x20 }.count
      let end = offset &+ spaces
      let isBlank = end == range.upperBound || positions.text[end] == 0x0A || positions.text[end] == 0x0D
      guard isBlank else {
        guard let odd, odd.spaces < spaces else { return }
        return problems.add(
          .unsupported, "a line of spaces at the beginning of a block is an error to some readers",
          fix: "remove the spaces", at: odd.mark)
      }
      if spaces > 0, odd == nil { odd = (Mark(line: line, column: 1, offset: offset &+ positions.base), spaces) }
      guard let feed = positions.text[end..<range.upperBound].firstIndex(of: 0x0A) else { return }
      offset = feed &+ 1
      line &+= 1
    }
  }
}
