import TestSizes
import Testing

@testable import ManifestCore

@Suite struct ExactDecimalTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("-0.00e5", "0"), ("1", "1"), ("-1.50", "-1.5"), ("100", "100"), ("0.05", "0.05"),
    ("1e3", "1000"), ("1E+03", "1000"), ("12.5e-1", "1.25"), ("1e-3", "0.001"), ("1e-9", "1e-9"), ("1e999", "1e999"),
    ("123e30", "1.23e32"), ("1e0000000007", "10000000"), ("-1.5e-3", "-0.0015"),
    ("0.30000000000000004", "0.30000000000000004"),
  ])
  func readsAndShows(_ text: String, _ shown: String) throws {
    #expect(try ExactDecimal(text).description == shown)
    #expect(try ExactDecimal(shown) == ExactDecimal(text))
  }

  @Test(arguments: [
    ("", 0), ("-", 1), ("+1", 0), (".5", 0), ("5.", 2), ("01", 0), ("-01", 1), ("1.2.3", 3), ("1e", 1), ("1e+", 3),
    ("1e1000", 2), ("1e-1000", 3), ("1e99999999999999999999999999", 2), ("NaN", 0), ("Infinity", 0), ("-inf", 1),
    ("0x10", 1), ("1_000", 1), ("1,5", 1), (" 1", 0), ("1 ", 1), ("１", 0), ("−1", 0), ("1\u{301}", 1), ("1\0", 1),
    ("1\r\n", 1), (String(repeating: "1", count: 65), 64), ("1." + String(repeating: "0", count: 63), 64),
  ])
  func refuses(_ text: String, _ offset: Int) {
    let problem = #expect(throws: ValueProblem.self) { try ExactDecimal(text) }
    #expect(problem?.offset == offset, "\(String(describing: problem))")
  }

  @Test func readsTheLongest() throws {
    let long = String(repeating: "9", count: 64)
    #expect(try ExactDecimal(long).description == String(long.prefix(1) + "." + long.dropFirst() + "e63"))
  }

  @Test func extremesAreExact() throws {
    let (huge, tiny) = (try ExactDecimal("1e999"), try ExactDecimal("1e-999"))
    #expect(tiny < huge)
    #expect(-huge < -tiny)
    #expect(huge < huge + tiny)
    #expect(huge - tiny < huge)
    #expect(huge + tiny - huge == tiny)
    #expect(huge * tiny == ExactDecimal(1))
    #expect((huge + tiny).shortDescription.utf8.count < 60)
  }

  @Test func integers() throws {
    #expect(try ExactDecimal("9223372036854775807").integer == Int64.max)
    #expect(try ExactDecimal("-9223372036854775808").integer == Int64.min)
    #expect(try ExactDecimal("9223372036854775808").integer == nil)
    #expect(try ExactDecimal("1e999").integer == nil)
    #expect(try ExactDecimal("1.5").integer == nil)
    #expect(try ExactDecimal("1.50e1").integer == 15)
    #expect(ExactDecimal(Int.min).integer == Int64.min)
  }

  @Test(.enabled(if: PythonOracle.isAvailable))
  func agreesWithPython() throws {
    var random = RandomText(seed: 42)
    let pairs = (0..<TestSize.of(20_000, soak: 400_000)).map { _ in
      let first = random.number()
      return (first, random.below(10) == 0 ? first : random.number())
    }
    let script = """
      import sys, decimal
      c = decimal.Context(prec=5000, Emax=10**7, Emin=-10**7, traps=[decimal.Inexact])
      for line in sys.stdin:
          a, b = (c.create_decimal(x) for x in line.split())
          out = [(a > b) - (a < b)]
          for r in (c.add(a, b), c.subtract(a, b), c.multiply(a, b)):
              s, d, e = r.as_tuple()
              t = ''.join(map(str, d)).lstrip('0')
              n = t.rstrip('0')
              out.append(('-' if s else '') + n + 'e' + str(e + len(t) - len(n)) if n else '0')
          print(*out)
      """
    let answers = try PythonOracle.answers(script: script, lines: pairs.map { "\($0) \($1)" })
    try #require(answers.count == pairs.count)
    func canonical(_ number: ExactDecimal) -> String {
      number.isZero
        ? "0" : (number.isNegative ? "-" : "") + number.digits.map { String($0) }.joined() + "e\(number.exponent)"
    }
    var wrong: [String] = []
    for ((left, right), answer) in zip(pairs, answers) {
      let (a, b) = (try ExactDecimal(left), try ExactDecimal(right))
      let order = a < b ? -1 : b < a ? 1 : 0
      let mine = "\(order) \(canonical(a + b)) \(canonical(a - b)) \(canonical(a * b))"
      if mine != answer || (order == 0) != (a == b) { wrong.append("\(left) \(right): \(mine), python \(answer)") }
    }
    TestSize.note("numbers: Python's `decimal`", "\(TestSize.shown(pairs.count)) pairs, \(wrong.count) differ")
    #expect(wrong.isEmpty, "\(wrong.count) differ, first \(wrong.prefix(3))")
  }
}
