import Testing

@testable import Networking

/// How long is waited, whatever a receiver asks for.
@Suite struct BackoffTests {
  @Test func pausesDoubleWithinJitterUpToAnHour() {
    for failures in 1...100 {
      let plain = min(3600, Double(1 << min(failures - 1, 20)))
      for _ in 0..<20 {
        let pause = Backoff.pause(after: failures)
        #expect((plain * 0.75...plain * 1.25).contains(pause), "\(failures): \(pause)")
      }
    }
    #expect(Backoff.pause(after: 0) > 0 && Backoff.pause(after: .max) <= 4500)
  }

  @Test func pausesDiffer() {
    #expect(Set((0..<100).map { _ in Backoff.pause(after: 8) }).count > 50, "receivers would be asked all at once")
  }

  @Test(
    arguments: [
      ("0", 0.0), ("120", 120), (" 7 ", 7), ("99999999999999999999", 86_400), ("Sun, 06 Nov 1994 08:49:37 GMT", 86_400),
      ("Thu, 01 Jan 1970 00:17:40 GMT", 60), ("Thu, 01 Jan 1970 00:00:10 GMT", 0),
      ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ] as [(String, Double)])
  func retryAfterIsReadAndBounded(_ header: String, _ seconds: Double) {
    #expect(Backoff.asked(header, now: 1000) == seconds)
  }

  @Test(
    arguments: [
      nil, "", "-5", "1.5", "soon", "1e9", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
    ] as [String?])
  func nonsenseAsksForNothing(_ header: String?) {
    #expect(Backoff.asked(header, now: 1000) == nil)
  }
}
