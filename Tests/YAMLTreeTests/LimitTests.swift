import Glibc
import Testing

@testable import YAMLTree

@Suite struct LimitTests {
  /// Hostile texts that must be refused fast: libyaml alone would take seconds to minutes for some.
  static let hostile: [(name: String, text: String)] = [
    ("flow mappings", String(repeating: "{a: ", count: 75_000)),
    ("flow mappings on lines", String(repeating: "{a:\n", count: 75_000)),
    ("flow lists", String(repeating: "[", count: 300_000)),
    ("flow lists on lines", String(repeating: "[\n", count: 150_000)),
    ("compact lists", String(repeating: "- ", count: 150_000)),
    ("complex keys", String(repeating: "? ", count: 150_000)),
    ("flow keys", String(repeating: "{? ", count: 100_000)),
    ("indented mappings", (0..<700).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ("tag directives", (0..<20_000).map { "%TAG !a\($0)! b\n" }.joined() + "---\na: b\n"),
    ("many documents", String(repeating: "---\n", count: 250_000)),
    ("anchors", String(repeating: "- &a b\n", count: 100_000)),
    ("many keys", (0..<100_000).map { "k\($0): 1\n" }.joined()),
    ("one long line", "[" + String(repeating: "é,", count: 100_000)),
    ("carriage returns", String(repeating: "\r", count: 1_000_000)),
    ("escapes", "a: \"" + String(repeating: "\\0", count: 500_000) + "\""),
    ("blank lines", String(repeating: "\n", count: 1_000_000)),
    ("open quote", "a: '" + String(repeating: "x\n", count: 500_000)),
  ]

  /// The processor time of this thread: other tests run at the same time.
  static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  @Test(arguments: hostile.indices) func hostileTextsEndSoon(_ index: Int) {
    let bytes = Array(Self.hostile[index].text.utf8)
    var problems: [TextProblem] = []
    let start = Self.processorTime()
    problems = YAMLReader.read(bytes).problems
    let time = Self.processorTime() - start
    #expect(!problems.isEmpty)
    // Deep nesting takes a few milliseconds; the rest is linear over a megabyte, here without optimization.
    let budget: Duration = Self.hostile[index].text.utf8.count <= 300_000 ? .milliseconds(50) : .seconds(2)
    #expect(time < budget, "\(Self.hostile[index].name): \(time)")
  }

  @Test(arguments: [("[", "]"), ("{a: ", "}")]) func nestingEndsAt32(_ open: String, close: String) {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: open, count: depth) + "b" + String(repeating: close, count: depth)).utf8)
    }
    #expect(YAMLReader.read(nested(32)).problems.isEmpty)
    let problems = YAMLReader.read(nested(33)).problems
    #expect(problems.map(\.message) == ["nested 33 deep, limit 32"])
    #expect(problems.map(\.kind) == [.limit])
    #expect(problems.first?.mark.column == 32 * open.utf8.count + 1)
  }

  @Test func nodesEndAtTheLimit() {
    let limits = TextLimits(maximumNodes: 5)
    #expect(YAMLReader.read(Array("a: [b, c]\n".utf8), limits: limits).problems.isEmpty)
    let problems = YAMLReader.read(Array("a: [b, c,\n d]\n".utf8), limits: limits).problems
    #expect(problems.map(\.message) == ["6 values, limit 5"])
    #expect(problems.first?.mark == Mark(line: 2, column: 2, offset: 11))
    let json = JSONReader.read(Array("{\"a\": [1, 2,\n 3]}".utf8), limits: limits)
    #expect(json.problems.map(\.message) == ["6 values, limit 5"])
    #expect(json.problems.first?.mark == Mark(line: 2, column: 2, offset: 14))
  }

  @Test func bytesEndAtTheLimit() {
    let limits = TextLimits(maximumBytes: 4)
    #expect(YAMLReader.read(Array("a: 1".utf8), limits: limits).problems.isEmpty)
    #expect(
      YAMLReader.read(Array("a: 12".utf8), limits: limits).problems.map(\.message) == ["the file has 5 bytes, limit 4"])
    #expect(
      JSONReader.read(Array("[1,2]".utf8), limits: limits).problems.map(\.message) == ["the file has 5 bytes, limit 4"])
  }

  @Test func deepJSON() {
    for open in ["[", "{\"a\":"] {
      #expect(
        JSONReader.read(Array(String(repeating: open, count: 100_000).utf8)).problems.map(\.message)
          == ["nested 33 deep, limit 32"])
    }
    let good = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(JSONReader.read(Array(good.utf8)).problems.isEmpty)
  }
}
