import ManifestCore
import Testing

@testable import Delivery
@testable import Networking

/// What is remembered of a sink, and what a clock may do to it.
@Suite struct SinkStateTests {
  private let words = Outcome.Words(message: "no", fix: "look")

  private func failed(_ times: Int, at now: Int64, pause: Double? = nil) -> SinkState {
    var state = SinkState()
    for _ in 0..<times { state.fail(words, pause: pause, now: now) }
    return state
  }

  @Test func aFailureMakesAPause() {
    let state = failed(1, at: 1000)
    #expect((1...3).contains(state.pause(now: 1000)))
    #expect(state.pause(now: 1010) == 0)
  }

  @Test func aReceiverIsAskedAgainWhenItSays() {
    #expect(failed(1, at: 1000, pause: 120).pause(now: 1000) == 120)
  }

  @Test func aReceiverCannotAskForNoPause() {
    for asked in [0, 0.5] {
      let state = failed(6, at: 1000, pause: asked)
      #expect(state.pause(now: 1000) >= 24, "our own is 32 s, a quarter more or less")
    }
  }

  @Test func whatCameByAClockThatWasAheadIsGivenUpAfterThreeDaysToo() {
    let day: Int64 = 86_400
    #expect(failed(50, at: 0).isExhausted(arrived: 400 * day, now: 3 * day))
    #expect(!failed(50, at: 0).isExhausted(arrived: 400 * day, now: 3 * day - 1))
  }

  @Test(arguments: [-10, -1, 1, 10] as [Int64])
  func aClockThatJumpsByYearsHoldsNothing(_ years: Int64) {
    var state = failed(5, at: 2_000_000_000)
    let now = 2_000_000_000 + years * 31_536_000
    #expect(state.pause(now: now) == 0)
    #expect(!state.isExhausted(arrived: 2_000_000_000, now: now), "5 attempts are not 3 days of them")
    state.fail(words, pause: nil, now: now)
    #expect(state.pause(now: now) > 0 && state.pause(now: now) < 60)
  }

  @Test func anEventHasThreeDaysFromWhenItCame() {
    let day: Int64 = 86_400
    let state = failed(50, at: 0)
    #expect(!state.isExhausted(arrived: -10 * day, now: 3 * day - 1))
    #expect(state.isExhausted(arrived: -10 * day, now: 3 * day))
    #expect(!state.isExhausted(arrived: 2 * day, now: 3 * day), "the next one has its own three days")
    #expect(state.isExhausted(arrived: 2 * day, now: 5 * day))
  }

  @Test func successForgetsFailures() {
    var state = failed(50, at: 0)
    state.succeed(now: 7)
    #expect(state.failures == 0 && state.pause(now: 0) == 0 && state.lastSuccess == 7)
    #expect(!state.isExhausted(arrived: 0, now: .max / 2))
  }
}
