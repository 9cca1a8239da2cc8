/// How a measured value must stand to a bound.
enum Comparison: String, CaseIterable, Sendable {
  case greaterOrEqual = ">="
  case lessOrEqual = "<="
  case equal = "=="
  case notEqual = "!="
  case greater = ">"
  case less = "<"

  /// Whether the comparison holds between two numbers, exactly.
  func holds(_ left: ExactDecimal, _ right: ExactDecimal) -> Bool {
    switch self {
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .equal: left == right
    case .notEqual: left != right
    }
  }

  /// Reads the operator that stands at the cursor.
  static func read(_ cursor: inout ValueCursor) throws(ValueProblem) -> Comparison {
    let start = cursor.offset
    let taken = misspelled(&cursor)
    if let taken {
      throw ValueProblem("`\(taken.text)` is not an operator", fix: "did you mean `\(taken.meant)`?", at: start)
    }
    if cursor.take(">=") { return .greaterOrEqual }
    if cursor.take("<=") { return .lessOrEqual }
    if cursor.take("==") { return .equal }
    if cursor.take("!=") { return .notEqual }
    if cursor.take(">") { return .greater }
    if cursor.take("<") { return .less }
    if cursor.isAtEnd {
      throw ValueProblem("the threshold is empty", fix: "write an operator and a number, as in `>=0.95`", at: start)
    }
    let rest = cursor.bytes[start...].prefix { $0 != UInt8(ascii: ",") }
    throw ValueProblem(
      "no operator stands before \(ValueProblem.quoted(rest))",
      fix: "begin with `>`, `>=`, `<`, `<=`, `==` or `!=`, as in `>=0.95`", at: start)
  }

  /// An operator of other languages that stands at the cursor, and the one that is meant.
  private static func misspelled(_ cursor: inout ValueCursor) -> (text: String, meant: String)? {
    if cursor.starts(with: "=>") { return ("=>", ">=") }
    if cursor.starts(with: "=<") { return ("=<", "<=") }
    if cursor.starts(with: "===") { return ("===", "==") }
    if cursor.starts(with: "!==") { return ("!==", "!=") }
    if cursor.starts(with: "<>") { return ("<>", "!=") }
    if cursor.starts(with: ">>") { return (">>", ">") }
    if cursor.starts(with: "<<") { return ("<<", "<") }
    if cursor.starts(with: "\u{2265}") { return ("\u{2265}", ">=") }
    if cursor.starts(with: "\u{2264}") { return ("\u{2264}", "<=") }
    if cursor.starts(with: "\u{2260}") { return ("\u{2260}", "!=") }
    if cursor.starts(with: "=="), cursor.peek(2) != UInt8(ascii: "=") { return nil }
    if cursor.starts(with: "=") { return ("=", "==") }
    if cursor.starts(with: "!"), cursor.peek(1) != UInt8(ascii: "=") { return ("!", "!=") }
    return nil
  }
}
