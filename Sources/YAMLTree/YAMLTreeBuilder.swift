internal import CYAML

/// Builds trees from libyaml's events and refuses, while they stream in, what readers may disagree about.
struct YAMLTreeBuilder: ~Copyable {
  /// The parser that makes the events.
  let parser: YAMLEventParser
  /// Where the events stand in the text.
  var positions: CharacterPositions
  /// How much is read.
  let limits: TextLimits
  /// Whether a syntax problem would only follow from a problem already reported.
  let hidesSyntaxProblems: Bool
  /// Whether the text holds tabs, so that the scalars that may hold them have to be remembered.
  let hasTabs: Bool
  /// What is wrong so far.
  var problems: ProblemList
  /// The documents read to their end.
  private(set) var documents: [Node] = []
  /// Where they begin.
  private(set) var starts: [Mark] = []
  private var tabRanges: [Range<Int>] = []
  private var nodeCount = 0
  private var isStopped = false

  /// Creates a builder.
  init(
    parser: consuming YAMLEventParser, positions: CharacterPositions, limits: TextLimits, scan: TextScan,
    problems: ProblemList
  ) {
    self.parser = parser
    self.positions = positions
    self.limits = limits
    hidesSyntaxProblems = scan.hasLoneReturn
    hasTabs = scan.hasTabs
    self.problems = problems
  }

  /// Reads every document of the stream.
  mutating func readStream() {
    var count = 0
    while advance() {
      switch parser.event.pointee.type {
      case YAML_DOCUMENT_START_EVENT:
        count &+= 1
        readDocument()
      case YAML_STREAM_END_EVENT:
        if count == 0 {
          problems.add(.unsupported, "the file is empty", fix: "write one document, or remove the file", at: .start)
        }
        if hasTabs {
          YAMLTabs.refuse(in: positions.text, base: positions.base, outside: tabRanges, problems: &problems)
        }
        return
      default:
        continue
      }
      if isStopped { return }
    }
  }

  private mutating func readDocument() {
    let start = positions.mark(parser.event.pointee.start_mark)
    let directives = parser.event.pointee.data.document_start
    if directives.version_directive != nil || directives.tag_directives.start != directives.tag_directives.end {
      problems.add(.unsupported, "directives (`%`) are not allowed", fix: "remove the line", at: start)
    }
    guard advance() else { return }
    if isEmptyScalar {
      problems.add(.unsupported, "the document is empty", fix: "remove it, with its `---`", at: start)
      checkProperties(at: start)
      return
    }
    guard let root = readNode(depth: 1) else { return }
    documents.append(root)
    starts.append(start)
  }

  /// Whether the current event is a scalar that is not written at all.
  private var isEmptyScalar: Bool {
    let event = parser.event.pointee
    return event.type == YAML_SCALAR_EVENT && event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
      && event.data.scalar.length == 0
  }

  /// Reads the next event, unless reading was stopped; a syntax problem stops it.
  private mutating func advance() -> Bool {
    if isStopped || problems.isFull {
      isStopped = true
      return false
    }
    if parser.advance() { return true }
    isStopped = true
    if !hidesSyntaxProblems {
      let problem = YAMLSyntaxProblem(parser.parser)
      problems.add(.syntax, problem.message, fix: problem.fix, at: positions.mark(problem.mark))
    }
    return false
  }

  /// Stops reading at a limit.
  private mutating func stop(_ message: String, fix: String, at mark: Mark) {
    problems.add(.limit, message, fix: fix, at: mark)
    isStopped = true
  }

  /// The node that the current event begins, or nothing where reading stopped within it.
  private mutating func readNode(depth: Int) -> Node? {
    let mark = positions.mark(parser.event.pointee.start_mark)
    nodeCount &+= 1
    if nodeCount > limits.maximumNodes {
      stop("\(nodeCount) values, limit \(limits.maximumNodes)", fix: "make the file smaller", at: mark)
      return nil
    }
    checkProperties(at: mark)
    switch parser.event.pointee.type {
    case YAML_SCALAR_EVENT:
      return Node(content: .scalar(readScalar(at: mark)), mark: mark, end: endOfEvent())
    case YAML_ALIAS_EVENT:
      let name = String(cString: parser.event.pointee.data.alias.anchor)
      problems.add(.unsupported, "aliases (`*\(name)`) are not allowed", fix: "write the value out", at: mark)
      return Node(content: .scalar(Scalar(text: "*\(name)", style: .plain)), mark: mark, end: endOfEvent())
    case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
      guard depth <= limits.maximumDepth else {
        stop("nested \(depth) deep, limit \(limits.maximumDepth)", fix: "make the document flatter", at: mark)
        return nil
      }
      return parser.event.pointee.type == YAML_SEQUENCE_START_EVENT
        ? readSequence(depth: depth, at: mark) : readMapping(depth: depth, at: mark)
    default:
      return nil
    }
  }

  private mutating func endOfEvent() -> Int {
    positions.offset(parser.event.pointee.end_mark) &+ positions.base
  }

  private mutating func readSequence(depth: Int, at mark: Mark) -> Node? {
    let isFlow = parser.event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
    var items: [Node] = []
    while advance() {
      if parser.event.pointee.type == YAML_SEQUENCE_END_EVENT {
        // A block ends where libyaml finds the next token, behind comments; its last item ends where it should.
        let end = isFlow ? endOfEvent() : items.last?.end ?? endOfEvent()
        return Node(content: .sequence(items), mark: mark, end: end)
      }
      guard let item = readNode(depth: depth &+ 1) else { return nil }
      items.append(item)
    }
    return nil
  }

  private mutating func readMapping(depth: Int, at mark: Mark) -> Node? {
    let isFlow = parser.event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
    var keys = UniqueKeys()
    var lastEnd: Int?
    while advance() {
      if parser.event.pointee.type == YAML_MAPPING_END_EVENT {
        let end = isFlow ? endOfEvent() : lastEnd ?? endOfEvent()
        return Node(content: .mapping(keys.pairs), mark: mark, end: end)
      }
      let isScalar = parser.event.pointee.type == YAML_SCALAR_EVENT
      guard let key = readNode(depth: depth &+ 1) else { return nil }
      let name = isScalar ? key.scalar : nil
      if let name { checkKey(name, at: key.mark) } else { refuseComplexKey(key) }
      guard advance(), let value = readNode(depth: depth &+ 1) else { return nil }
      lastEnd = value.end
      guard let name else { continue }
      if let first = keys.insert(Pair(key: name.text, keyMark: key.mark, value: value)) {
        problems.add(
          .duplicateKey,
          "the key `\(name.text)` stands twice; the first is at line \(first.line), column \(first.column)",
          fix: "remove one of them", at: key.mark)
      }
    }
    return nil
  }

  private mutating func refuseComplexKey(_ key: Node) {
    // An alias as a key has been reported as an alias.
    if key.scalar != nil { return }
    problems.add(.unsupported, "a list or mapping as a key is not allowed", fix: "use text as the key", at: key.mark)
  }

  private mutating func checkKey(_ key: Scalar, at mark: Mark) {
    let spelling = key.text.isEmpty ? "an empty key" : "the key `\(key.text)`"
    if key.text.utf8.elementsEqual("<<".utf8) {
      problems.add(.unsupported, "merge keys (`<<`) are not allowed", fix: "write the keys out", at: mark)
    } else if key.style == .literal || key.style == .folded {
      problems.add(.unsupported, "a block as a key is not allowed", fix: "write the key on one line", at: mark)
    } else if let words = key.type.wordsUnlessString {
      let fix = key.text.isEmpty ? "write the key" : "quote it: `\"\(key.text)\"`"
      problems.add(.unsupported, "\(spelling) is \(words), keys are text", fix: fix, at: mark)
    }
  }
}

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
        .unsupported, "anchors (`&\(String(cString: anchor))`) are not allowed", fix: "write the value out", at: mark)
    }
    if let tag {
      problems.add(.unsupported, "tags (`\(String(cString: tag))`) are not allowed", fix: "remove the tag", at: mark)
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
    }
    if hasTabs { tabRanges.append(start..<end) }
  }
}
