import Testing

@testable import YAMLTree

/// A text with the one problem it must have: kind, place, and a piece of its message.
struct ProblemCase: Sendable, CustomTestStringConvertible {
  let text: String
  let kind: TextProblem.Kind
  let line: Int
  let column: Int
  let words: String

  init(_ text: String, _ kind: TextProblem.Kind, _ line: Int, _ column: Int, _ words: String) {
    (self.text, self.kind, self.line, self.column, self.words) = (text, kind, line, column, words)
  }

  var testDescription: String { "\(text.debugDescription) → \(line):\(column) \(words)" }

  /// Expects exactly the one problem.
  func check(_ problems: [TextProblem]) {
    #expect(problems.count == 1, "\(problems)")
    guard let problem = problems.first else { return }
    #expect(problem.kind == kind)
    #expect("\(problem.mark.line):\(problem.mark.column)" == "\(line):\(column)", "\(problem)")
    #expect(problem.message.contains(words), "\(problem)")
    // The offset must name the same place as line and column.
    let lead = Array(text.utf8).prefix(problem.mark.offset)
    let tail = lead.suffix(while: { $0 != 0x0A })
    #expect(lead.count { $0 == 0x0A } + 1 == line)
    #expect(tail.count { $0 & 0xC0 != 0x80 } + 1 == column)
  }
}

extension Collection where Self: BidirectionalCollection {
  /// The longest suffix of elements that fulfil a condition.
  func suffix(while condition: (Element) -> Bool) -> SubSequence {
    guard let index = lastIndex(where: { !condition($0) }) else { return self[...] }
    return self[self.index(after: index)...]
  }
}

@Suite struct YAMLProblemTests {
  static let cases: [ProblemCase] = [
    // Keys.
    ProblemCase("a: 1\nb: 2\na: 3\n", .duplicateKey, 3, 1, "the first is at line 1, column 1"),
    ProblemCase(
      "a: {\"b\": 1, \"\\x62\": 2}\n", .duplicateKey, 1, 13, "`b` stands twice; the first is at line 1, column 5"),
    ProblemCase("リ: {リ: 1, 'リ': 2}", .duplicateKey, 1, 11, "line 1, column 5"),
    ProblemCase("{\"e\\u0301\": 1, \"\\u00e9\": 2}", .duplicateKey, 1, 16, "line 1, column 2"),
    ProblemCase("a:\n  on: 1\n", .unsupported, 2, 3, "`on` is a boolean to YAML 1.1"),
    ProblemCase("1: x", .unsupported, 1, 1, "`1` is a number"),
    ProblemCase("null: x", .unsupported, 1, 1, "`null` is a null"),
    ProblemCase("~: x", .unsupported, 1, 1, "`~` is a null"),
    ProblemCase("true: x", .unsupported, 1, 1, "`true` is a boolean"),
    ProblemCase("? \n: x", .unsupported, 1, 2, "an empty key"),
    ProblemCase("2026-01-01: x", .unsupported, 1, 1, "a date"),
    ProblemCase("=: x", .unsupported, 1, 1, "a default value"),
    ProblemCase("? [a]\n: b", .unsupported, 1, 3, "list or mapping as a key"),
    ProblemCase("{{a: 1}: b}", .unsupported, 1, 2, "list or mapping as a key"),
    // What YAML 1.2's readers refuse.
    ProblemCase("a: |\n \n  b\n", .unsupported, 2, 1, "a line of spaces"),
    ProblemCase("a: >-\r\n\r\n \r\n  b\r\n", .unsupported, 3, 1, "a line of spaces"),
    ProblemCase("a: 1\n...\n...\n", .unsupported, 3, 1, "ends no document"),
    ProblemCase("? |\n  a\n: b", .unsupported, 1, 3, "a block as a key"),
    ProblemCase("a: 1\n<<: {b: 1}\n", .unsupported, 2, 1, "merge keys"),
    ProblemCase("\"<<\": {b: 1}\n", .unsupported, 1, 1, "merge keys"),
    // Anchors, aliases, tags, directives.
    ProblemCase("a: &x 1\n", .unsupported, 1, 4, "anchors (`&x`)"),
    ProblemCase("a:\n  - *x\n", .unsupported, 2, 5, "aliases (`*x`)"),
    ProblemCase("*x : 1\n", .unsupported, 1, 1, "aliases (`*x`)"),
    ProblemCase("&x a: 1\n", .unsupported, 1, 1, "anchors (`&x`)"),
    ProblemCase("a: !!int \"1\"\n", .unsupported, 1, 4, "tags (`tag:yaml.org,2002:int`)"),
    ProblemCase("a: !foo [1]\n", .unsupported, 1, 4, "tags (`!foo`)"),
    ProblemCase("a: ! b\n", .unsupported, 1, 4, "tags (`!`)"),
    ProblemCase("a: ! 'b'\n", .unsupported, 1, 4, "tags (`!`)"),
    ProblemCase("a: ! {b: c}\n", .unsupported, 1, 4, "tags (`!`)"),
    ProblemCase("%YAML 1.2\n---\na: b\n", .unsupported, 1, 1, "directives"),
    ProblemCase("%TAG !e! tag:e,2000:\n---\na: b\n", .unsupported, 1, 1, "directives"),
    ProblemCase("a: b\n...\n%YAML 1.1\n---\nc: d\n", .unsupported, 3, 1, "directives"),
    // Line ends and characters, as they are.
    ProblemCase("a: 1 # é\u{85}b: 2\n", .unsupported, 1, 9, "`U+0085` is a line end to YAML 1.1 only"),
    ProblemCase("a: 1 # é\u{2028}b: 2\n", .unsupported, 1, 9, "`U+2028`"),
    ProblemCase("a: 1\nb: 'x\u{2029}'\n", .unsupported, 2, 6, "`U+2029`"),
    ProblemCase("a: 1 # x\rb: 2\n", .unsupported, 1, 9, "carriage return"),
    ProblemCase("a: 1\r\nb: \"x\ry\"\r\n", .unsupported, 2, 6, "carriage return"),
    ProblemCase("リー: x\u{202E}y\n", .unsupported, 1, 6, "`U+202E` is a bidi control"),
    ProblemCase("a: x\u{61C}y\n", .unsupported, 1, 5, "`U+061C`"),
    ProblemCase("a: x\u{200E}y\n", .unsupported, 1, 5, "`U+200E`"),
    ProblemCase("a: x\u{2066}y\n", .unsupported, 1, 5, "`U+2066`"),
    ProblemCase("a: x\u{200B}y\n", .unsupported, 1, 5, "`U+200B` is an invisible character"),
    ProblemCase("a: x\u{E0041}y\n", .unsupported, 1, 5, "`U+E0041`"),
    ProblemCase("a: x\u{1B}[2Jy\n", .unsupported, 1, 5, "`U+001B` is a control character"),
    ProblemCase("a: x\u{7F}y\n", .unsupported, 1, 5, "`U+007F`"),
    ProblemCase("a: x\u{9B}y\n", .unsupported, 1, 5, "`U+009B`"),
    ProblemCase("a: x\u{FEFF}y\n", .unsupported, 1, 5, "`U+FEFF`"),
    ProblemCase("a: x\u{FFFF}y\n", .unsupported, 1, 5, "`U+FFFF`"),
    ProblemCase("a: x\u{0}y\n", .unsupported, 1, 5, "NUL"),
    // Tabs and comments that libyaml takes, and other readers don't.
    ProblemCase("é:\t1\n", .unsupported, 1, 3, "a tab outside of quotes"),
    ProblemCase("a: 'b\tc'\nb: x\ty\n", .unsupported, 2, 5, "a tab outside of quotes"),
    ProblemCase("a: |\n  b\tc\nd: [x,\ty]\n", .unsupported, 3, 7, "a tab outside of quotes"),
    ProblemCase("a: |\t\n  b\n", .unsupported, 1, 5, "a tab outside of quotes"),
    ProblemCase("a: x#\ty\n", .unsupported, 1, 6, "a tab outside of quotes"),
    ProblemCase("a: '#'\t# x\n", .unsupported, 1, 7, "a tab outside of quotes"),
    ProblemCase("é: |-#c\n  b\n", .unsupported, 1, 6, "a comment right behind"),
    ProblemCase("a: {b: c, d?: e}\nf: g?\n", .unsupported, 1, 11, "a `?` between brackets"),
    ProblemCase("a:\n  [b, {c: d?}]\n", .unsupported, 2, 11, "a `?` between brackets"),
    // And as escapes.
    ProblemCase("a: \"é\\0\"", .unsupported, 1, 6, "the escape of `U+0000` is a NUL"),
    ProblemCase("a: \"x\n  y\\N\"", .unsupported, 2, 4, "the escape of `U+0085`"),
    ProblemCase("a: \"\\\\\\u202e\"", .unsupported, 1, 7, "the escape of `U+202E`"),
    ProblemCase("a: \"x\\\n  \\L\"", .unsupported, 2, 3, "the escape of `U+2028`"),
    ProblemCase("a: \"\\r\"", .unsupported, 1, 5, "the escape of `U+000D`"),
    ProblemCase("a: \"\\U0000FEFF\"", .unsupported, 1, 5, "the escape of `U+FEFF`"),
    ProblemCase("\"\\e\": b", .unsupported, 1, 2, "the escape of `U+001B`"),
    // Documents.
    ProblemCase("", .unsupported, 1, 1, "the file is empty"),
    ProblemCase("# nothing\n", .unsupported, 1, 1, "the file is empty"),
    ProblemCase("---\n", .unsupported, 1, 1, "the document is empty"),
    ProblemCase("a: 1\n---\n", .unsupported, 2, 1, "the document is empty"),
    ProblemCase("a: 1\n---\n# c\n---\nb: 1\n", .unsupported, 2, 1, "the document is empty"),
    // Syntax.
    ProblemCase("a: b: c\n", .syntax, 1, 5, "mapping values are not allowed"),
    ProblemCase("a:\n\tb: c\n", .syntax, 2, 1, "cannot start any token"),
    ProblemCase("a: \"x\n", .syntax, 2, 1, "unexpected end of stream"),
    ProblemCase("a: [1\nb: 2\n", .syntax, 2, 2, "did not find expected ',' or ']'"),
    ProblemCase("a: \"\\ud800\"\n", .syntax, 1, 7, "invalid Unicode character escape code"),
  ]

  @Test(arguments: cases) func oneProblemAtItsPlace(_ example: ProblemCase) {
    example.check(YAMLReader.read(Array(example.text.utf8)).problems)
  }

  @Test(arguments: [
    ([0x61, 0x3A, 0x20, 0xFF] as [UInt8], 4), ([0x61, 0xC0, 0x80], 2), ([0x61, 0xED, 0xA0, 0x80], 2),
    ([0x61, 0xF4, 0x90, 0x80, 0x80], 2), ([0xE3, 0x83], 1), ([0xC3, 0xA9, 0xE3, 0x83], 2), ([0xE0, 0x80, 0xAF], 1),
  ]) func bytesThatAreNotUTF8(_ bytes: [UInt8], column: Int) {
    for problems in [YAMLReader.read(bytes).problems, JSONReader.read(bytes).problems] {
      #expect(problems.count == 1)
      #expect(problems.first?.kind == .syntax)
      #expect(problems.first?.mark.column == column)
      #expect(problems.first?.message.contains("is not UTF-8") == true)
    }
  }

  @Test func byteOrderMarks() {
    let problems = YAMLReader.read([0xEF, 0xBB, 0xBF] + Array("a: 1\na: 2".utf8)).problems
    #expect(problems.map(\.kind) == [.unsupported, .duplicateKey])
    #expect(problems.last?.mark == Mark(line: 2, column: 1, offset: 8))
    for bytes in [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61]] as [[UInt8]] {
      #expect(YAMLReader.read(bytes).problems.map(\.message) == ["the file is UTF-16"])
    }
  }

  @Test func readsOnBehindProblems() {
    let text = "a: &x 1\na: *x\non: no\nb: !t \"\\0\"\n<<: 1\nc: \u{202E}\n---\n---\nd: [1\n"
    let stream = YAMLReader.read(Array(text.utf8))
    #expect(stream.problems.map(\.mark.line) == [1, 2, 2, 3, 4, 4, 5, 6, 7, 10])
    #expect(stream.problems.last?.kind == .syntax)
    #expect(stream.documents.count == 1)
    #expect(stream.documents.first?["b"]?.scalar?.text == "\0")
  }

  @Test func tabsThatAreFine() {
    let text = "a: 'b\tc' # d\te\n#\t\nb: \"\t\"\nc: |  # x\ty\n  1\t2\n\n  \t3\nd: >-\n  x\n"
    #expect(YAMLReader.read(Array(text.utf8)).problems.isEmpty)
  }

  @Test func messagesAreShortAndHarmless() {
    let long = String(repeating: "k", count: 900)
    let texts = ["\(long): 1\n\(long): 2\n", "&\(long) a: *\(long)\n", "\"\\e\\n`\": 1\n\"\\e\\n`\": 2\n"]
    for text in texts {
      let problems = YAMLReader.read(Array(text.utf8)).problems
      #expect(!problems.isEmpty)
      for problem in problems {
        #expect(problem.message.utf8.count < 200)
        #expect(problem.message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
      }
    }
  }

  @Test func problemsAreCapped() {
    let text = String(repeating: "- &a \u{202E}\n", count: 4_000)
    #expect(YAMLReader.read(Array(text.utf8)).problems.count == 50)
  }
}
