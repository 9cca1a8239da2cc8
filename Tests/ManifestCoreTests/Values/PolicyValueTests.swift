import Testing

@testable import ManifestCore

@Suite struct PolicyValueTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-12-31T00:00:00Z", 1_798_675_200), ("2000-02-29T12:34:56Z", 951_827_696),
      ("2026-12-20T09:00:00+09:00", 1_797_724_800), ("2026-12-19t19:30:00.999-04:30", 1_797_724_800),
      ("1969-12-31T23:59:59Z", -1), ("0000-01-01T00:00:00Z", -62_167_219_200),
      ("9999-12-31T23:59:59Z", 253_402_300_799),
      ("1900-03-01T00:00:00z", -2_203_891_200), ("2026-01-01T00:00:00-00:00", 1_767_225_600),
    ] as [(String, Int64)])
  func timestamps(_ text: String, _ seconds: Int64) throws {
    #expect(try Timestamp(text).seconds == seconds)
    #expect(try Timestamp(Timestamp(seconds: seconds).description).seconds == seconds)
  }

  @Test(arguments: [
    ("2026-02-30T00:00:00Z", 8), ("2025-02-29T00:00:00Z", 8), ("1900-02-29T00:00:00Z", 8), ("2026-13-01T00:00:00Z", 5),
    ("2026-00-01T00:00:00Z", 5), ("2026-04-31T00:00:00Z", 8), ("2026-01-00T00:00:00Z", 8), ("2026-01-01T24:00:00Z", 11),
    ("2026-01-01T00:60:00Z", 14), ("2016-12-31T23:59:60Z", 17), ("2026-01-01", 10), ("2026-01-01T00:00:00", 19),
    ("2026-01-01 00:00:00Z", 10), ("2026-01-01T00:00:00.Z", 20), ("2026-01-01T00:00:00+24:00", 20),
    ("2026-01-01T00:00:00+0900", 22), ("2026-01-01T00:00:00Zx", 20), ("26-01-01T00:00:00Z", 2), ("", 0), ("+2026", 0),
    ("0000-01-01T00:00:00+00:01", 0), ("9999-12-31T23:59:59-00:01", 0), ("2026-01-01T00:00:00Z\n", 20),
  ])
  func refusesTimestamps(_ text: String, _ offset: Int) {
    let problem = #expect(throws: ValueProblem.self) { try Timestamp(text) }
    #expect(problem?.offset == offset, "\(String(describing: problem))")
  }

  @Test func everyDayComesBack() throws {
    var day: Int64 = -62_167_219_200 / 86400
    var last = ""
    while day < 253_402_300_800 / 86400 {
      let text = Timestamp(seconds: day * 86400 + 86399).description
      if text.utf8.count != 20 || !last.utf8.lexicographicallyPrecedes(text.utf8) { Issue.record("\(last) \(text)") }
      if try Timestamp(text).seconds != day * 86400 + 86399 { Issue.record("\(text)") }
      last = text
      day += day % 1000 == 0 ? 1 : 37
    }
    #expect(Timestamp(seconds: .max).description == "9999-12-31T23:59:59Z")
    #expect(Timestamp(seconds: .min).description == "0000-01-01T00:00:00Z")
  }

  @Test(
    arguments: [
      ("90d", 7_776_000), ("12h", 43200), ("30m", 1800), ("45s", 45), ("2w", 1_209_600), ("3650d", 315_360_000),
    ] as [(String, Int64)])
  func spans(_ text: String, _ seconds: Int64) throws {
    #expect(try TimeSpan(text).seconds == seconds)
  }

  @Test(arguments: [
    ("", 0), ("d", 0), ("90", 2), ("0d", 0), ("-1d", 0), ("1.5d", 1), ("90 d", 2), ("3651d", 0), ("01d", 0), ("1y", 1),
    ("1min", 1), ("1dd", 1), ("99999999999999999999999w", 0), ("1d\n", 1),
  ])
  func refusesSpans(_ text: String, _ offset: Int) {
    let problem = #expect(throws: ValueProblem.self) { try TimeSpan(text) }
    #expect(problem?.offset == offset, "\(String(describing: problem))")
  }

  @Test(
    arguments: [
      ("1MiB", 1_048_576), ("500kB", 500_000), ("1048576", 1_048_576), ("0", 0), ("1.5KiB", 1536), ("1024TiB", 1 << 50),
      ("1e3 B", 1000),
    ] as [(String, Int64)])
  func sizes(_ text: String, _ bytes: Int64) throws {
    #expect(try ByteSize(text).bytes == bytes)
  }

  @Test(arguments: ["", "-1", "1.5", "1ms", "50%", "1025TiB", "1e999", "1e-999", "1Mib", "MiB", "1MiB "])
  func refusesSizes(_ text: String) {
    #expect(throws: ValueProblem.self) { try ByteSize(text) }
  }
}
