import TestSizes
import Testing

@testable import ManifestCore

@Suite struct ThresholdTests {
  @Test(arguments: [
    (">0.45", 1), ("<100ms", 1), (">=0.9, <1", 2), (" >= 0.9 ,< 1 ", 2), ("==1", 1), ("!=0", 1), (">=baseline", 1),
    (">=baseline-0.01", 1), ("<=baseline*1.1", 1), ("<= baseline + 5 ms , <1s", 2), (">=baseline*1.1, >0", 2),
    (">-1.5e-3", 1), ("<0.4%, >0.001", 2), (">=1, <=1", 1 + 1), (">baseline - -1", 1), ("!=1,!=2,!=3", 3),
  ])
  func reads(_ text: String, _ count: Int) throws {
    let threshold = try Threshold.parse(text)
    #expect(threshold.clauses.count == count)
    #expect(threshold.text == text)
  }

  @Test(arguments: [
    ("", 0, "is empty"), ("  ", 2, "is empty"), ("0.45", 0, "no operator"), ("baseline", 0, "no operator"),
    ("=>0.45", 0, "`=>`"), ("≥0.45", 0, "`≥`"), ("≤ 1", 0, "`≤`"), ("=1", 0, "`=`"), ("<>1", 0, "`<>`"),
    ("=<1", 0, "`=<`"), ("===1", 0, "`===`"), (">", 1, "missing"), (">0,45", 2, "decimal comma"),
    (">0.9,", 5, "last comma"), (",>0.9", 0, "no operator"), (">0.9,,<1", 5, "no operator"),
    (">0.9 <1", 5, "no comma"), (">0.9<1", 4, "no comma"), (">0.9 || <0.1", 5, "joins no clauses"),
    (">0.9 && <1", 5, "joins no clauses"), (">0.9 and <1", 5, "joins no clauses"), ("<100 sec", 5, "not a known unit"),
    (">0.9, <100ms", 6, "compares a time"), (">1, <0", 4, "no value"), (">1, <=1", 4, "no value"),
    ("==1, !=1", 5, "no value"), (">=1, <=1, !=1", 10, "no value"), (">=baseline*1.1ms", 14, "has the unit"),
    (">=baseline/2", 10, "no operation"), (">=Baseline", 2, "not a number"), (">=baselinee", 10, "follows a clause"),
    (">=baseline 0.1", 11, "follows a clause"), (">=baseline-", 11, "missing"), (">NaN", 1, "not a number"),
    (">1_000", 2, "underscores"), (">0x1", 2, "hexadecimal"), (">01", 1, "begins with a zero"),
    (">\u{2212}1", 1, "minus"),
    (">1\0", 2, "not a known unit"), (">1\r\n", 2, "not a known unit"), (">>1", 0, "`>>`"),
    (Array(repeating: ">0", count: 17).joined(separator: ","), 48, "more than 16"),
  ])
  func refuses(_ text: String, _ offset: Int, _ words: String) {
    let problem = #expect(throws: ValueProblem.self) { try Threshold.parse(text) }
    #expect(problem?.offset == offset, "\(String(describing: problem))")
    #expect(problem?.message.contains(words) == true, "\(String(describing: problem))")
    #expect(problem?.fix.isEmpty == false)
  }

  @Test func operatorsSuggest() {
    #expect(#expect(throws: ValueProblem.self) { try Threshold.parse("=>1") }?.fix == "did you mean `>=`?")
    #expect(#expect(throws: ValueProblem.self) { try Threshold.parse(">0,45") }?.fix == "write `0.45`")
  }

  @Test(
    arguments: [
      (">0.45", "0.41", nil, "`m` 0.41 is not > 0.45"), (">=0.9, <1", "0.95", nil, nil),
      (">=0.9, <1", "1", nil, "`m` 1 is not < 1"),
      ("<100ms", "0.1s", nil, "`m` 0.1s is not < 100ms"), ("<100ms", "0.09999999999999999999s", nil, nil),
      ("<0.5%", "0.4 %", nil, nil), ("<0.005", "0.4%", nil, nil), ("==0.3", "0.30", nil, nil),
      (">=baseline-0.01", "0.41", "0.45", "`m` 0.41 is not >= 0.44 (baseline 0.45 - 0.01)"),
      ("<=baseline*1.1", "89ms", "80ms", "`m` 89ms is not <= 88ms (baseline 80ms * 1.1)"),
      ("<=baseline*1.1", "88ms", "80ms", nil), ("<=baseline*1.1", "0.0880s", "80ms", nil),
      ("<=baseline+8ms", "89ms", "80 ms", "`m` 89ms is not <= 88ms (baseline 80 ms + 8ms)"),
      ("<=baseline+0.01s", "91ms", "80ms", "`m` 91ms is not <= 0.09s (baseline 80ms + 0.01s)"),
      (">baseline", "1", "1", "`m` 1 is not > 1 (baseline)"),
      (">0.45", "87ms", nil, "`m` is 87ms, a time; `>0.45` is a plain number"),
      ("<100ms", "87", nil, "`m` is 87, a plain number; `<100ms` is a time"),
      (">=baseline", "87ms", "87", "`m` is 87ms, a time; the baseline 87 is a plain number"),
      (">=baseline-5ms", "87ms", "87", "`m` is 87ms, a time; the baseline 87 is a plain number"),
      (">=baseline-5ms", "87", "87", "`m` is 87, a plain number; `>=baseline-5ms` is a time"),
    ] as [(String, String, String?, String?)])
  func evaluates(_ text: String, _ measured: String, _ baseline: String?, _ message: String?) throws {
    let value: BaselineValue = try baseline.map { .value(try Measurement($0)) } ?? .missing
    let outcome = try Threshold.parse(text).evaluate(try Measurement(measured), baseline: value)
    #expect(outcome.message(metric: "m") == message)
    #expect(outcome.isHolding == (message == nil))
    #expect((outcome.fix(metric: "m") == nil) == (message == nil))
  }

  @Test func baselineThatIsNotThere() throws {
    let threshold = try Threshold.parse(">=baseline-0.01, >0.3")
    let measured = try Measurement("0.4")
    #expect(threshold.evaluate(measured, baseline: .notJudged).isHolding)
    #expect(threshold.evaluate(measured, baseline: .nothingStood).isHolding)
    #expect(threshold.leansOnBaseline)
    guard case .baselineMissing(let clause) = threshold.evaluate(measured, baseline: .missing) else {
      Issue.record("the clause holds without its baseline")
      return
    }
    #expect(clause.text == ">=baseline-0.01")
    // A unit is judged without a baseline, too.
    let timed = try Threshold.parse(">=baseline-5ms")
    guard case .differentUnits = timed.evaluate(measured, baseline: .nothingStood) else {
      Issue.record("a time was compared with a number")
      return
    }
  }

  @Test(arguments: [
    (">0.5", ">0.45", false), (">0.45", ">0.45", false), (">=0.45", ">0.45", true), (">0.4", ">0.45", true),
    (">0.45", ">=0.45", false), ("<1", ">0.45", true), ("==1", ">0.45", false), ("==1, >0", "!=2", false),
    (">=1, !=1", ">1", false), (">1", ">=1, !=1", false), (">=1", "!=1", true), (">0", "!=1", true),
    (">0, !=1", "!=1", false), ("<50ms", "<0.1s", false), ("<100ms", "<0.1s", false), ("<101ms", "<0.1s", true),
    ("<5", "<5ms", true), ("<0.5%", "<0.005", false), (">=0.9, <1", ">=0.9", false), (">=0.9", ">=0.9, <1", true),
  ])
  func weakness(_ text: String, _ floor: String, _ isWeaker: Bool) throws {
    #expect(try Threshold.parse(text).isWeaker(than: Threshold.parse(floor), baseline: .notJudged) == isWeaker)
  }

  @Test func weaknessWithBaseline() throws {
    let (fixed, leaning) = (try Threshold.parse(">0.45"), try Threshold.parse(">=baseline"))
    let value = BaselineValue.value(try Measurement("0.5"))
    #expect(!leaning.isWeaker(than: fixed, baseline: value))
    #expect(fixed.isWeaker(than: leaning, baseline: value))
    #expect(leaning.isWeaker(than: fixed, baseline: .value(try Measurement("0.45"))))
    #expect(leaning.isWeaker(than: fixed, baseline: .nothingStood))
    #expect(!leaning.isWeaker(than: leaning, baseline: .missing))
    #expect(leaning.isWeaker(than: fixed, baseline: .value(try Measurement("9ms"))))
  }

  @Test func weaknessAgreesWithSampling() throws {
    var random = RandomText(seed: 7)
    let operators = Comparison.allCases.map(\.rawValue)
    func clause() -> String {
      let op = operators[random.below(operators.count)]
      switch random.below(4) {
      case 0: return op + "baseline" + ["", "-1", "+0.5", "*2", "*-1"][random.below(5)]
      case 1: return op + String(random.below(5) * 50) + "%"
      default: return op + ["0", "0.5", "1", "1.5", "2"][random.below(5)]
      }
    }
    // All bounds are multiples of a half, so quarters between and beyond them meet every piece of the line.
    let samples = try (-40...40).map {
      try Measurement((ExactDecimal($0) * ExactDecimal(25, exponent: -2)).description)
    }
    var (compared, weaker) = (0, 0)
    while compared < 20_000 {
      let texts = (0..<2).map { _ in (0...random.below(3)).map { _ in clause() }.joined(separator: ",") }
      guard let own = try? Threshold.parse(texts[0]), let floor = try? Threshold.parse(texts[1]) else { continue }
      let values: [BaselineValue] = [
        .notJudged, .nothingStood, .missing, .value(try Measurement("1")), .value(try Measurement("-50%")),
      ]
      let baseline = values[random.below(values.count)]
      let expected = samples.contains {
        own.evaluate($0, baseline: baseline).isHolding && !floor.evaluate($0, baseline: baseline).isHolding
      }
      let actual = own.isWeaker(than: floor, baseline: baseline)
      if actual != expected { Issue.record("\(texts) \(baseline): isWeaker is \(actual), sampling says \(expected)") }
      compared += 1
      weaker += expected ? 1 : 0
    }
    #expect(weaker > 2000 && weaker < 18_000)
  }

  @Test(.enabled(if: PythonOracle.isAvailable))
  func agreesWithPython() throws {
    var random = RandomText(seed: 1234)
    let units = ["", "%", "ns", "us", "ms", "s", "min", "h", "B", "kB", "KiB", "MB", "MiB", "GB", "GiB", "TB", "TiB"]
    let operators = Comparison.allCases.map(\.rawValue)
    var cases: [(measured: String, op: String, bound: String, change: String, baseline: String)] = []
    while cases.count < TestSize.of(30_000, soak: 600_000) {
      let range = [0..<2, 2..<8, 8..<17][random.below(3)]
      func amount() -> String { random.number() + units[range.lowerBound + random.below(range.count)] }
      let baseline = amount()
      let change = ["", "+" + amount(), "-" + amount(), "*" + random.number()][random.below(4)]
      let op = operators[random.below(operators.count)]
      let bound = amount()
      // Equal values must be met often, or the open and closed operators look alike.
      let measured = random.below(3) == 0 ? bound : random.below(3) == 0 ? baseline : amount()
      cases.append((measured, op, bound, random.below(2) == 0 ? "none" : "b" + change, baseline))
    }
    let script = """
      import sys, re, decimal, operator
      decimal.setcontext(decimal.Context(prec=9000, Emax=10**7, Emin=-10**7, traps=[decimal.Inexact]))
      D = decimal.Decimal
      F = {'': '1', '%': '0.01', 'ns': '1e-9', 'us': '1e-6', 'ms': '1e-3', 's': '1', 'min': '60', 'h': '3600', 'B': '1',
           'kB': '1e3', 'MB': '1e6', 'GB': '1e9', 'TB': '1e12', 'KiB': 2**10, 'MiB': 2**20, 'GiB': 2**30, 'TiB': 2**40}
      O = {'<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge, '==': operator.eq, '!=': operator.ne}
      def m(t):
          n = re.match(r'-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?', t).group(0)
          return D(n) * D(F[t[len(n):]])
      for line in sys.stdin:
          x, op, bound, change, base = line.rstrip('\\n').split('|')
          b = m(bound)
          if change != 'none':
              b, c = m(base), change[1:]
              if c[:1] == '+': b = b + m(c[1:])
              if c[:1] == '-': b = b - m(c[1:])
              if c[:1] == '*': b = b * D(c[1:])
          print('holds' if O[op](m(x), b) else 'fails')
      """
    let lines = cases.map { "\($0.measured)|\($0.op)|\($0.bound)|\($0.change)|\($0.baseline)" }
    let answers = try PythonOracle.answers(script: script, lines: lines)
    try #require(answers.count == cases.count)
    var wrong: [String] = []
    for (example, answer) in zip(cases, answers) {
      let text =
        example.op + (example.change == "none" ? example.bound : "baseline" + example.change.dropFirst())
      let outcome = try Threshold.parse(text).evaluate(
        Measurement(example.measured), baseline: .value(Measurement(example.baseline)))
      let mine: String
      switch outcome {
      case .holds: mine = "holds"
      case .fails: mine = "fails"
      default: mine = "other"
      }
      if mine != answer { wrong.append("\(example): \(mine), python \(answer)") }
    }
    TestSize.note("thresholds: Python's `decimal`", "\(TestSize.shown(cases.count)) judgements, \(wrong.count) differ")
    #expect(wrong.isEmpty, "\(wrong.count) differ, first \(wrong.prefix(3))")
    #expect(answers.count { $0 == "holds" } > 5000)
    #expect(answers.count { $0 == "fails" } > 5000)
  }
}
