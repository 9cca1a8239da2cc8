import Testing

@testable import ManifestCore

@Suite struct MeasurementTests {
  @Test(arguments: [
    ("87ms", "0.087", "time"), ("0.4 %", "0.004", "number"), ("0.47", "0.47", "number"), ("1min", "60", "time"),
    ("2h", "7200", "time"), ("5us", "0.000005", "time"), ("5\u{B5}s", "0.000005", "time"),
    ("5\u{3BC}s", "0.000005", "time"), ("1ns", "1e-9", "time"), ("3   s", "3", "time"), ("1kB", "1000", "bytes"),
    ("1KB", "1000", "bytes"), ("1KiB", "1024", "bytes"), ("1.5MiB", "1572864", "bytes"),
    ("1TiB", "1099511627776", "bytes"),
    ("100/s", "100", "rate"), ("100 rps", "100", "rate"), ("1e2qps", "100", "rate"), ("1B", "1", "bytes"),
  ])
  func reads(_ text: String, _ value: String, _ dimension: String) throws {
    let measurement = try Measurement(text)
    #expect(measurement.value == (try ExactDecimal(value)))
    #expect(measurement.dimension.rawValue == dimension)
  }

  @Test(arguments: [
    ("", 0), ("ms", 0), ("87 sec", 3), ("87MS", 2), ("1Mb", 1), ("1d", 1), ("87ms ", 4), ("87ms,", 4), (" 87ms", 0),
    ("87\tms", 2), ("0.4％", 3), ("1e", 1), ("87m\u{301}s", 2),
  ])
  func refuses(_ text: String, _ offset: Int) {
    let problem = #expect(throws: ValueProblem.self) { try Measurement(text) }
    #expect(problem?.offset == offset, "\(String(describing: problem))")
  }

  @Test func readsApart() throws {
    #expect(try Measurement(number: "0.4", unit: "%").value == ExactDecimal(4, exponent: -3))
    #expect(throws: ValueProblem.self) { try Measurement(number: "0.4", unit: "") }
  }

  @Test func unknownUnitsAreExplained() throws {
    let problem = #expect(throws: ValueProblem.self) { try Measurement("3 secs") }
    #expect(problem?.message == "`secs` is not a known unit")
    #expect(problem?.fix.utf8.starts(with: "did you mean `s`? known units are `ns`".utf8) == true)
  }

  @Test func textIsBounded() throws {
    let text = "1" + String(repeating: " ", count: 100_000) + "ms"
    #expect(try Measurement(text).text == "1 ms")
  }
}
