internal import ManifestCore
internal import Networking
internal import YAMLTree

/// How a sink stands, kept beside its outbox: written whole or not at all.
///
/// It is a memory of failures, not of events: without it nothing is lost but a pause.
struct SinkState: Sendable, Equatable {
  /// The file's name: no event's, and hidden.
  static let fileName = ".state"
  /// How long an event is tried, in seconds: 3 days.
  static let patience: Int64 = 3 * 86_400
  /// How often a sink has to have failed at least before an event is given up, whatever the clock says.
  static let minimumFailures = 10

  /// The last thing that went wrong.
  struct Trouble: Sendable, Equatable {
    var time: Int64
    var message: String
    var fix: String
  }

  /// Why nothing is sent any more, and under which configuration that was.
  struct Stop: Sendable, Equatable {
    var time: Int64
    var reason: String
    var fingerprint: String
  }

  /// Failures since the last success.
  var failures = 0
  var failingSince: Int64?
  var nextTry: Int64?
  var lastError: Trouble?
  var lastSuccess: Int64?
  var stop: Stop?

  /// The seconds to wait before the next attempt.
  ///
  /// A clock that was set back must not hold a sink for years: no pause is longer than the longest that is ever made.
  func pause(now: Int64) -> Double {
    guard let nextTry, nextTry > now, Double(nextTry - now) <= Backoff.maximumAsked * 1.25 else { return 0 }
    return Double(nextTry - now)
  }

  /// Notes a failure, and when to try again: a receiver may ask for a longer pause than our own, not for none.
  mutating func fail(_ words: Outcome.Words, pause: Double?, now: Int64) {
    failures = min(failures + 1, 1_000_000)
    if failingSince.map({ $0 > now }) ?? true { failingSince = now }
    lastError = Trouble(time: now, message: words.message, fix: words.fix)
    nextTry = now + Int64(max(pause ?? 0, Backoff.pause(after: failures)).rounded(.up))
  }

  /// Notes a success.
  mutating func succeed(now: Int64) {
    failures = 0
    failingSince = nil
    nextTry = nil
    lastSuccess = now
    stop = nil
  }

  /// Whether an event that came at some time has been tried for long enough.
  func isExhausted(arrived: Int64, now: Int64) -> Bool {
    guard let failingSince, failures >= Self.minimumFailures else { return false }
    // What came by a clock that was ahead says nothing of how long it has waited.
    return now - (arrived > now ? failingSince : max(failingSince, arrived)) >= Self.patience
  }

  // MARK: On disk

  /// Reads a sink's state; what cannot be read is as if nothing had happened.
  static func read(_ outbox: Outbox) -> SinkState {
    guard case .content(let bytes) = SafeFiles.read(outbox.folder + "/" + fileName, maximum: 1 << 16),
      let node = JSONReader.read(bytes).node
    else { return SinkState() }
    func number(_ node: Node?, _ key: String) -> Int64? { node?[key]?.scalar.flatMap { Int64($0.text) } }
    func text(_ node: Node?, _ key: String) -> String? { node?[key]?.scalar?.text }
    var state = SinkState()
    state.failures = number(node, "failures").flatMap { Int(exactly: $0) }.map { max(0, min($0, 1_000_000)) } ?? 0
    state.failingSince = number(node, "failing_since")
    state.nextTry = number(node, "next_try")
    state.lastSuccess = number(node, "last_success")
    if let error = node["last_error"], let time = number(error, "time"), let message = text(error, "message") {
      state.lastError = Trouble(time: time, message: message, fix: text(error, "fix") ?? "")
    }
    if let stop = node["stopped"], let time = number(stop, "time"), let reason = text(stop, "reason") {
      state.stop = Stop(time: time, reason: reason, fingerprint: text(stop, "configuration") ?? "")
    }
    return state
  }

  /// Writes the state in the old one's place.
  func write(_ outbox: Outbox) throws {
    try SafeFiles.write(bytes(json.text + "\n"), folder: outbox.folder, name: Self.fileName)
  }

  private var json: JSONValue {
    var pairs: [(String, JSONValue)] = [("schema", .number(1)), ("failures", .number(failures))]
    for (key, value) in [("failing_since", failingSince), ("next_try", nextTry), ("last_success", lastSuccess)] {
      if let value { pairs.append((key, .number(Int(value)))) }
    }
    if let lastError {
      pairs.append(
        (
          "last_error",
          .object([
            ("time", .number(Int(lastError.time))), ("message", .string(lastError.message)),
            ("fix", .string(lastError.fix)),
          ])
        ))
    }
    if let stop {
      pairs.append(
        (
          "stopped",
          .object([
            ("time", .number(Int(stop.time))), ("reason", .string(stop.reason)),
            ("configuration", .string(stop.fingerprint)),
          ])
        ))
    }
    return .object(pairs)
  }
}
