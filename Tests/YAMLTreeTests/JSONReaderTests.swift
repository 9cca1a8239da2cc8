import Testing

@testable import YAMLTree

@Suite struct JSONReaderTests {
  static let cases: [ProblemCase] = [
    ProblemCase("", .unsupported, 1, 1, "the file is empty"),
    ProblemCase(
      "{\"a\": 1,\n \"\\u0061\": 2}", .duplicateKey, 2, 2, "`a` stands twice; the first is at line 1, column 2"),
    ProblemCase("{} x", .syntax, 1, 4, "behind the end"),
    ProblemCase("{} {}", .syntax, 1, 4, "behind the end"),
    ProblemCase("[1,]", .syntax, 1, 4, "expected a value"),
    ProblemCase("{\"a\": 1,}", .syntax, 1, 9, "expected a key"),
    ProblemCase("{a: 1}", .syntax, 1, 2, "expected a key"),
    ProblemCase("{\"a\" 1}", .syntax, 1, 6, "expected `:`"),
    ProblemCase("[1 2]", .syntax, 1, 4, "expected `,` or `]`"),
    ProblemCase("{\"a\": 1 \"b\": 2}", .syntax, 1, 9, "expected `,` or `}`"),
    ProblemCase("// c\n1", .syntax, 1, 1, "expected a value"),
    ProblemCase("[1, /* c */ 2]", .syntax, 1, 5, "expected a value"),
    ProblemCase("['a']", .syntax, 1, 2, "expected a value"),
    ProblemCase("[NaN]", .syntax, 1, 2, "expected a value"),
    ProblemCase("[Infinity]", .syntax, 1, 2, "expected a value"),
    ProblemCase("[-Infinity]", .syntax, 1, 3, "expected a digit"),
    ProblemCase("[+1]", .syntax, 1, 2, "expected a value"),
    ProblemCase("[.5]", .syntax, 1, 2, "expected a value"),
    ProblemCase("[5.]", .syntax, 1, 4, "digit behind `.`"),
    ProblemCase("[01]", .syntax, 1, 3, "begins with `0`"),
    ProblemCase("[1e]", .syntax, 1, 4, "exponent"),
    ProblemCase("[0x1]", .syntax, 1, 3, "expected `,` or `]`"),
    ProblemCase("[truex]", .syntax, 1, 6, "expected `,` or `]`"),
    ProblemCase("[tru]", .syntax, 1, 2, "expected a value"),
    ProblemCase("[1", .syntax, 1, 3, "expected `,` or `]`"),
    ProblemCase("[", .syntax, 1, 2, "the text ends"),
    ProblemCase("[\"é\", \"x", .syntax, 1, 7, "the string is not closed"),
    ProblemCase("[\"x\ny\"]", .syntax, 1, 4, "not closed on its line"),
    ProblemCase("[\"x\ty\"]", .syntax, 1, 4, "control character"),
    ProblemCase("[\"\\x41\"]", .syntax, 1, 3, "an escape"),
    ProblemCase("[\"\\u12\"]", .syntax, 1, 3, "four hexadecimal digits"),
    ProblemCase("[\"リ\\ud800\"]", .unsupported, 1, 4, "half a surrogate pair"),
    ProblemCase("[\"\\udc00\\ud800x\\\\\"]", .unsupported, 1, 3, "half a surrogate pair"),
    ProblemCase("[\"\\u0000\"]", .unsupported, 1, 3, "the escape of `U+0000` is a NUL"),
    ProblemCase("[\"\\b\"]", .unsupported, 1, 3, "the escape of `U+0008`"),
    ProblemCase("[\"\\r\"]", .unsupported, 1, 3, "the escape of `U+000D`"),
    ProblemCase("[\"\\u202E\"]", .unsupported, 1, 3, "the escape of `U+202E` is a bidi control"),
    ProblemCase("[\"リ\u{202E}\"]", .unsupported, 1, 4, "`U+202E` is a bidi control"),
    ProblemCase("[\"\u{1}\"]", .unsupported, 1, 3, "`U+0001`"),
    ProblemCase("[\"\u{0}\"]", .unsupported, 1, 3, "NUL"),
    ProblemCase("[1,\r2]", .unsupported, 1, 4, "carriage return"),
    ProblemCase("[1, \(String(repeating: "1", count: 65))]", .limit, 1, 5, "the number has 65 bytes, limit 64"),
  ]

  @Test(arguments: cases) func oneProblemAtItsPlace(_ example: ProblemCase) {
    var problems = JSONReader.read(Array(example.text.utf8)).problems
    if example.text.contains("udc00") { problems = Array(problems.prefix(1)) }
    example.check(problems)
  }

  @Test func valuesAndPlaces() throws {
    let text = "{\"a\": [1, -2.5e3, true, null, \"\\ud83d\\ude00\\n\\\"\"],\r\n \"リ\": {}}\n"
    let (read, problems) = JSONReader.read(Array(text.utf8))
    #expect(problems.isEmpty)
    let root = try #require(read)
    let items = (root["a"]?.sequence ?? []).compactMap(\.scalar)
    #expect(items.map(\.text) == ["1", "-2.5e3", "true", "null", "😀\n\""])
    #expect(items.map(\.style) == [.plain, .plain, .plain, .plain, .doubleQuoted])
    #expect(root["リ"]?.mark == Mark(line: 2, column: 7, offset: 60))
    #expect(root.end == text.utf8.count - 1)
  }
}
