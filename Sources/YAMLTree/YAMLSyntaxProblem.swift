internal import CYAML

/// Why libyaml could not parse on, in words that help.
struct YAMLSyntaxProblem {
  /// What is wrong.
  let message: String
  /// What to do about it, where the problem is a common one.
  let fix: String?
  /// Where it is, as libyaml counts.
  let mark: yaml_mark_t

  /// Reads the problem of a parser that failed.
  init(_ parser: UnsafeMutablePointer<yaml_parser_t>) {
    let words = parser.pointee.problem.map { String(cString: $0) } ?? "the text can't be parsed"
    var message = "not valid YAML: \(words)"
    if let context = parser.pointee.context {
      message += " \(String(cString: context))"
      let line = parser.pointee.context_mark.line
      if line != parser.pointee.problem_mark.line { message += " that begins at line \(line &+ 1)" }
    }
    self.message = message
    mark = parser.pointee.problem_mark
    fix = Self.fix(for: words)
  }

  /// The fix for libyaml's common complaints.
  private static func fix(for words: String) -> String? {
    switch words {
    case "mapping values are not allowed in this context":
      "quote a value that holds `: `, or indent the key like its neighbours"
    case "found character that cannot start any token":
      "indent with spaces, not tabs, and quote text that begins with `@`, `%` or a backtick"
    case "did not find expected key": "indent the line like the keys above it, and close what is open"
    case "could not find expected ':'": "write `key: value`, with a space behind the colon"
    case "did not find expected '-' indicator": "indent the line like the list above it"
    case "found unexpected end of stream": "close the quote"
    case "found unexpected document indicator": "close the quote before `---` or `...`"
    case "did not find expected ',' or ']'": "close the list with `]`"
    case "did not find expected ',' or '}'": "close the mapping with `}`"
    case "found unknown escape character": "double the backslash, or use single quotes"
    case "block sequence entries are not allowed in this context": "put the `-` on a line of its own"
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected",
      "found a tab character where an intendation space is expected":
      "indent with spaces, not tabs"
    default: nil
    }
  }
}
