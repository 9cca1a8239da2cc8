import YAMLTree

/// Collects what is wrong with a file while it is read, so that one bad field does not hide the next.
final class ProblemSink {
  /// The check that a broken shape belongs to, and the one for a value outside its grammar.
  let schema: CheckName
  let value: CheckName
  private(set) var problems: [SourceProblem] = []

  init(schema: CheckName, value: CheckName) {
    self.schema = schema
    self.value = value
  }

  func report(_ check: CheckName, _ mark: Mark?, field: String?, _ message: String, fix: String?) {
    guard problems.count < 200 else { return }
    problems.append(SourceProblem(check: check, mark: mark, field: field, message: message, fix: fix))
  }
}

/// Typed reading out of a mapping.
///
/// A reader never throws on what a user wrote: it records and returns nil.
struct FieldReader {
  let node: Node
  /// The dotted path of the mapping; empty for a document.
  let path: String
  let sink: ProblemSink
  private let pairs: [Pair]

  /// Reads a mapping with these fields and no others; nil where the node is no mapping.
  init?(_ node: Node, path: String, known: [String], sink: ProblemSink) {
    guard case .mapping(let pairs) = node.content else {
      let name = path.isEmpty ? "the document" : "`\(path)`"
      sink.report(
        sink.schema, node.mark, field: path.isEmpty ? nil : path, "\(name) is \(node.words), not a mapping",
        fix: "write its fields as `key: value`")
      return nil
    }
    self.node = node
    self.path = path
    self.sink = sink
    self.pairs = pairs
    for pair in pairs where !known.isEmpty && !known.contains(where: { sameBytes($0, pair.key) }) {
      let key = Text.cut(pair.key)
      let near = Suggestion.nearest(to: pair.key, among: known)
      sink.report(
        sink.schema, pair.keyMark, field: field(key), "unknown field `\(field(key))`",
        fix: near.map { "did you mean `\($0)`?" } ?? "the fields here are \(Text.list(known))")
    }
  }

  /// The dotted path of a field.
  func field(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// The pair of a key.
  func pair(_ key: String) -> Pair? { pairs.first { sameBytes($0.key, key) } }

  /// All pairs, for mappings whose keys are free.
  var allPairs: [Pair] { pairs }

  /// The pair of a key that must be there.
  func required(_ key: String, _ isRequired: Bool = true) -> Pair? {
    if let pair = pair(key) { return pair }
    if isRequired {
      sink.report(
        sink.schema, node.mark, field: field(key), "`\(field(key))` is missing", fix: "add `\(key):` here")
    }
    return nil
  }

  func report(_ check: CheckName, _ mark: Mark, _ key: String, _ message: String, fix: String?) {
    sink.report(check, mark, field: field(key), message, fix: fix)
  }

  // MARK: Types

  /// A string; a plain scalar that some reader types otherwise is "quote it".
  func string(_ key: String, required isRequired: Bool = true) -> Located<String>? {
    guard let pair = required(key, isRequired) else { return nil }
    return FieldReader.string(pair.value, field: field(key), sink: sink)
  }

  static func string(_ node: Node, field: @autoclosure () -> String, sink: ProblemSink) -> Located<String>? {
    if let scalar = node.scalar, scalar.isString { return Located(value: scalar.text, mark: node.mark) }
    // Names are made for messages alone.
    let field = field()
    guard let scalar = node.scalar else {
      sink.report(
        sink.schema, node.mark, field: field, "`\(field)` is \(node.words), not a string", fix: "write one string")
      return nil
    }
    let shown = Text.cut(scalar.text)
    let fix = "quote it: \"\(shown)\""
    switch scalar.type {
    case .string: return Located(value: scalar.text, mark: node.mark)
    case .null:
      sink.report(
        sink.schema, node.mark, field: field, "`\(field)` is empty",
        fix: "write a string, in quotes if it is to be empty")
    case .bool:
      sink.report(sink.value, node.mark, field: field, "`\(field)` is the boolean \(shown), not a string", fix: fix)
    case .int, .float:
      sink.report(sink.value, node.mark, field: field, "`\(field)` is the number \(shown), not a string", fix: fix)
    case .ambiguous(let words):
      sink.report(sink.value, node.mark, field: field, "`\(field)`: \(shown) is \(words)", fix: fix)
    }
    return nil
  }

  /// A string within a grammar.
  func string<Value>(
    _ key: String, required isRequired: Bool = true, _ parse: (String) throws -> Value
  ) -> Located<Value>? {
    guard let text = string(key, required: isRequired) else { return nil }
    return FieldReader.parsed(text, field: field(key), sink: sink, parse)
  }

  static func parsed<Value>(
    _ text: Located<String>, field: @autoclosure () -> String, sink: ProblemSink, _ parse: (String) throws -> Value
  ) -> Located<Value>? {
    do {
      return Located(value: try parse(text.value), mark: text.mark)
    } catch let problem as ValueProblem {
      sink.report(sink.value, text.mark, field: field(), "`\(field())`: \(problem.message)", fix: problem.fix)
    } catch {
      sink.report(sink.value, text.mark, field: field(), "`\(field())` cannot be read", fix: nil)
    }
    return nil
  }

  /// A whole number within a range.
  func integer(_ key: String, required isRequired: Bool = true, in range: ClosedRange<Int64>) -> Located<Int>? {
    guard let number = number(key, required: isRequired, kind: "a whole number") else { return nil }
    guard number.value.isInteger, let integer = number.value.integer else {
      report(
        sink.schema, number.mark, key, "`\(field(key))` is \(number.value.shortDescription), not a whole number",
        fix: "write a whole number")
      return nil
    }
    guard range.contains(integer) else {
      let limit =
        range.upperBound == .max
        ? "at least \(range.lowerBound)" : "between \(range.lowerBound) and \(range.upperBound)"
      report(
        sink.value, number.mark, key, "`\(field(key))` is \(integer), not \(limit)", fix: "write a number \(limit)")
      return nil
    }
    return Located(value: Int(integer), mark: number.mark)
  }

  /// A number, exactly as it was written.
  func number(_ key: String, required isRequired: Bool = true, kind: String = "a number") -> Located<ExactDecimal>? {
    guard let pair = required(key, isRequired) else { return nil }
    var name: String { field(key) }
    guard let scalar = pair.value.scalar else {
      report(sink.schema, pair.value.mark, key, "`\(name)` is \(pair.value.words), not \(kind)", fix: "write \(kind)")
      return nil
    }
    var shown: String { Text.cut(scalar.text) }
    switch scalar.type {
    case .int, .float:
      do {
        return Located(value: try ExactDecimal(scalar.text), mark: pair.value.mark)
      } catch {
        report(sink.value, pair.value.mark, key, "`\(name)`: \(error.message)", fix: error.fix)
      }
    case .ambiguous(let words):
      report(
        sink.value, pair.value.mark, key, "`\(name)`: \(shown) is \(words)",
        fix: "write it in decimal digits, without signs, underscores or leading zeros")
    case .string where scalar.style != .plain:
      report(
        sink.schema, pair.value.mark, key, "`\(name)` is the string \"\(shown)\", not \(kind)",
        fix: "write it without quotes")
    default:
      report(sink.schema, pair.value.mark, key, "`\(name)` is \(pair.value.words), not \(kind)", fix: "write \(kind)")
    }
    return nil
  }

  /// `true` or `false`.
  func bool(_ key: String, required isRequired: Bool = true) -> Located<Bool>? {
    guard let pair = required(key, isRequired) else { return nil }
    if let scalar = pair.value.scalar {
      switch scalar.type {
      case .bool(let value): return Located(value: value, mark: pair.value.mark)
      case .ambiguous(let words):
        report(
          sink.value, pair.value.mark, key, "`\(field(key))`: \(Text.cut(scalar.text)) is \(words)",
          fix: "write `true` or `false`")
        return nil
      default: break
      }
    }
    report(
      sink.schema, pair.value.mark, key, "`\(field(key))` is \(pair.value.words), not `true` or `false`",
      fix: "write `true` or `false`\(pair.value.scalar?.style == .plain ? "" : ", without quotes")")
    return nil
  }

  /// One of a few words.
  func word(_ key: String, required isRequired: Bool = true, of words: [String]) -> Located<String>? {
    guard let text = string(key, required: isRequired) else { return nil }
    if words.contains(where: { sameBytes($0, text.value) }) { return text }
    let near = Suggestion.nearest(to: text.value, among: words)
    report(
      sink.value, text.mark, key, "`\(field(key))` is `\(Text.cut(text.value))`, not \(Text.list(words, "or"))",
      fix: near.map { "did you mean `\($0)`?" } ?? "write \(Text.list(words, "or"))")
    return nil
  }

  /// A list.
  func list(_ key: String, required isRequired: Bool = true) -> [Node]? {
    guard let pair = required(key, isRequired) else { return nil }
    if let items = pair.value.sequence { return items }
    report(
      sink.schema, pair.value.mark, key, "`\(field(key))` is \(pair.value.words), not a list",
      fix: "write a list: `[…]`, or lines that begin with `- `")
    return nil
  }

  /// A list of strings.
  func strings(_ key: String, required isRequired: Bool = true) -> [Located<String>]? {
    guard let items = list(key, required: isRequired) else { return nil }
    return items.enumerated().compactMap { index, item in
      FieldReader.string(item, field: "\(field(key))[\(index)]", sink: sink)
    }
  }

  /// A mapping with these fields.
  func mapping(_ key: String, required isRequired: Bool = true, known: [String]) -> FieldReader? {
    guard let pair = required(key, isRequired) else { return nil }
    return FieldReader(pair.value, path: field(key), known: known, sink: sink)
  }
}

/// A parser that takes a text as it is, unless something is wrong with it.
func checked(_ problem: @escaping (String) -> ValueProblem?) -> (String) throws -> String {
  { text in
    if let problem = problem(text) { throw problem }
    return text
  }
}

extension Node {
  /// What kind of value a node is, in words.
  var words: String {
    switch content {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar(let scalar):
      let shown = Text.cut(scalar.text)
      switch scalar.type {
      case .null: return "empty"
      case .bool: return "the boolean \(shown)"
      case .int, .float: return "the number \(shown)"
      case .string, .ambiguous: return "the string \"\(shown)\""
      }
    }
  }

  /// Whether two nodes hold the same values, whatever their style, marks and comments.
  ///
  /// Mappings compare without order.
  func hasSameValue(as other: Node) -> Bool {
    switch (content, other.content) {
    case (.scalar(let left), .scalar(let right)):
      return sameBytes(left.text, right.text) && left.isString == right.isString
    case (.sequence(let left), .sequence(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { $0.hasSameValue(as: $1) }
    case (.mapping(let left), .mapping(let right)):
      guard left.count == right.count else { return false }
      return left.allSatisfy { pair in other[pair.key].map { pair.value.hasSameValue(as: $0) } ?? false }
    default: return false
    }
  }
}

extension Node {
  /// The values of a node in one spelling: two nodes have the same value exactly when these texts are equal.
  var canonicalText: String {
    switch content {
    case .scalar(let scalar): return (scalar.isString ? "s" : "p") + "\(scalar.text.utf8.count):" + scalar.text
    case .sequence(let nodes): return "[" + nodes.map(\.canonicalText).joined(separator: ",") + "]"
    case .mapping(let pairs):
      let sorted = pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return "{" + sorted.map { "\($0.key.utf8.count):\($0.key)=" + $0.value.canonicalText }.joined(separator: ",")
        + "}"
    }
  }
}

extension Scalar {
  /// Whether every reader takes the scalar for a string.
  var isString: Bool {
    if case .string = type { return true }
    return false
  }
}
