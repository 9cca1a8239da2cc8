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
  /// Where scalars stand that may hold tabs, in the order of the text.
  var tabRanges: [Range<Int>] = []
  /// How many flow lists and mappings, `[` and `{`, are open.
  var flowDepth = 0
  /// The lines `...` of the text.
  private let documentEnds: (last: Mark?, count: Int)
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
    documentEnds = scan.documentEnds
    self.problems = problems
  }

  /// Reads every document of the stream.
  mutating func readStream() {
    var count = 0
    var ends = 0
    while advance() {
      switch parser.event.pointee.type {
      case YAML_DOCUMENT_START_EVENT:
        count &+= 1
        readDocument()
      case YAML_STREAM_END_EVENT:
        if count == 0 {
          problems.add(.unsupported, "the file is empty", fix: "write one document, or remove the file", at: .start)
        }
        if ends < documentEnds.count, let last = documentEnds.last {
          problems.add(
            .unsupported, "a `...` that ends no document is an error to some readers", fix: "remove it", at: last)
        }
        if hasTabs {
          YAMLTabs.refuse(in: positions.text, base: positions.base, outside: tabRanges, problems: &problems)
        }
        return
      case YAML_DOCUMENT_END_EVENT:
        if parser.event.pointee.data.document_end.implicit == 0 { ends &+= 1 }
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
      let name = Excerpt.of(parser.event.pointee.data.alias.anchor)
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
    if isFlow { flowDepth &+= 1 }
    defer { if isFlow { flowDepth &-= 1 } }
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
    if isFlow { flowDepth &+= 1 }
    defer { if isFlow { flowDepth &-= 1 } }
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
          "the key `\(Excerpt.of(name.text))` stands twice; the first is at line \(first.line), column \(first.column)",
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
    if sameBytes(key.text, "<<") {
      problems.add(.unsupported, "merge keys (`<<`) are not allowed", fix: "write the keys out", at: mark)
    } else if key.style == .literal || key.style == .folded {
      problems.add(.unsupported, "a block as a key is not allowed", fix: "write the key on one line", at: mark)
    } else if let words = key.type.wordsUnlessString {
      let spelling = key.text.isEmpty ? "an empty key" : "the key `\(Excerpt.of(key.text))`"
      let fix = key.text.isEmpty ? "write the key" : "quote it: `\"\(Excerpt.of(key.text))\"`"
      problems.add(.unsupported, "\(spelling) is \(words), keys are text", fix: fix, at: mark)
    }
  }
}
