/// A recursive descent over JSON, as deep as the limits allow.
struct JSONParser {
  /// The longest number that is read.
  static let maximumNumberBytes = 64

  /// The text, which is valid UTF-8.
  let text: UnsafeRawBufferPointer
  /// The offset of the text's first byte.
  let base: Int
  /// How much is read.
  let limits: TextLimits
  /// What is wrong so far.
  var problems: ProblemList
  /// The offset of the next byte.
  var offset = 0
  /// The bytes of this line that are no characters of their own.
  var continuations = 0
  private var line = 1
  private var lineStart = 0
  private var nodeCount = 0

  /// Creates a parser.
  init(text: UnsafeRawBufferPointer, base: Int, limits: TextLimits, problems: ProblemList) {
    self.text = text
    self.base = base
    self.limits = limits
    self.problems = problems
  }

  /// The next byte.
  var peek: UInt8? { offset < text.count ? text[offset] : nil }

  /// The place of the next byte.
  var mark: Mark { Mark(line: line, column: offset &- lineStart &- continuations &+ 1, offset: offset &+ base) }

  /// Reads the whole text.
  mutating func readText() -> Node? {
    skipSpace()
    if peek == nil {
      problems.add(.unsupported, "the file is empty", fix: "write one JSON object", at: .start)
      return nil
    }
    guard let node = readValue(depth: 1) else { return nil }
    skipSpace()
    if peek != nil {
      fail("text behind the end of the value", fix: "keep one value in the file")
      return nil
    }
    return node
  }

  /// Adds a syntax problem at the next byte.
  mutating func fail(_ message: String, fix: String? = nil) {
    problems.add(.syntax, "not valid JSON: \(message)", fix: fix, at: mark)
  }

  /// Steps over white space.
  private mutating func skipSpace() {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09, 0x0D: offset &+= 1
      case 0x0A:
        offset &+= 1
        line &+= 1
        lineStart = offset
        continuations = 0
      default: return
      }
    }
  }

  /// Reads the value at the next byte, or nothing where reading has to end.
  private mutating func readValue(depth: Int) -> Node? {
    let start = mark
    guard !problems.isFull, count(at: start) else { return nil }
    switch peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth <= limits.maximumDepth else {
        problems.add(
          .limit, "nested \(depth) deep, limit \(limits.maximumDepth)", fix: "make the document flatter", at: start)
        return nil
      }
      let isObject = peek == UInt8(ascii: "{")
      offset &+= 1
      guard let content = isObject ? readMembers(depth: depth) : readItems(depth: depth) else { return nil }
      return Node(content: content, mark: start, end: offset &+ base)
    case UInt8(ascii: "\""):
      guard let string = readString() else { return nil }
      return Node(content: .scalar(Scalar(text: string, style: .doubleQuoted)), mark: start, end: offset &+ base)
    default:
      guard let word = readWord() else { return nil }
      return Node(content: .scalar(Scalar(text: word, style: .plain)), mark: start, end: offset &+ base)
    }
  }

  /// Counts a value or key against the limit.
  private mutating func count(at mark: Mark) -> Bool {
    nodeCount &+= 1
    guard nodeCount > limits.maximumNodes else { return true }
    problems.add(
      .limit, "\(nodeCount) values, limit \(limits.maximumNodes)", fix: "make the file smaller", at: mark)
    return false
  }

  private mutating func readItems(depth: Int) -> Node.Content? {
    var items: [Node] = []
    skipSpace()
    if skip(UInt8(ascii: "]")) { return .sequence(items) }
    while true {
      skipSpace()
      guard let item = readValue(depth: depth &+ 1) else { return nil }
      items.append(item)
      skipSpace()
      if skip(UInt8(ascii: "]")) { return .sequence(items) }
      guard skip(UInt8(ascii: ",")) else {
        fail("expected `,` or `]`")
        return nil
      }
    }
  }

  private mutating func readMembers(depth: Int) -> Node.Content? {
    var keys = UniqueKeys()
    skipSpace()
    if skip(UInt8(ascii: "}")) { return .mapping(keys.pairs) }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else {
        fail("expected a key in double quotes", fix: "quote the key, and write no `,` before `}`")
        return nil
      }
      let keyMark = mark
      guard count(at: keyMark), let key = readString() else { return nil }
      skipSpace()
      guard skip(UInt8(ascii: ":")) else {
        fail("expected `:`")
        return nil
      }
      skipSpace()
      guard let value = readValue(depth: depth &+ 1) else { return nil }
      if let first = keys.insert(Pair(key: key, keyMark: keyMark, value: value)) {
        problems.add(
          .duplicateKey,
          "the key `\(Excerpt.of(key))` stands twice; the first is at line \(first.line), column \(first.column)",
          fix: "remove one of them", at: keyMark)
      }
      skipSpace()
      if skip(UInt8(ascii: "}")) { return .mapping(keys.pairs) }
      guard skip(UInt8(ascii: ",")) else {
        fail("expected `,` or `}`")
        return nil
      }
    }
  }

  /// Steps over a byte if it is the next one.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    offset &+= 1
    return true
  }
}
