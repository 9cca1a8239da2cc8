package import ManifestCore
internal import Networking

/// How one sink stands, read from the disk: with or without a relay that runs.
package struct SinkReport: Sendable {
  /// The repository's git directory.
  package let repository: String
  /// The sink's name.
  package let sink: String
  /// How many events wait, and since when the oldest has.
  let pending: Int
  let oldest: Int64?
  let dead: Int
  let state: SinkState
  /// Why it cannot be served at all.
  let problem: SinkPlan.Refused?
  let warnings: [String]
  /// Whether its stop is still in force.
  let isStopped: Bool

  /// Whether nothing moves until somebody does something.
  var isStanding: Bool { isStopped || problem != nil }

  /// Whether somebody should look.
  package var needsAttention: Bool { isStanding || state.failures > 0 || dead > 0 }

  /// Looks at a sink.
  init(_ sink: Sink, in place: RepositoryPlace) {
    repository = place.gitDirectory
    self.sink = sink.name
    let outbox = Outbox(gitDirectory: place.gitDirectory, sink: sink.name)
    let names = outbox.names()
    pending = names.count
    oldest = names.first.flatMap { Self.arrival(of: $0, in: outbox) }
    dead = outbox.deadNames().count
    state = SinkState.read(outbox)
    var problem: SinkPlan.Refused?
    var warnings: [String] = []
    var isStopped = false
    do {
      let plan = try SinkPlan(sink, gitDirectory: place.gitDirectory, defaultBranch: place.defaultBranch)
      warnings = plan.warnings
      _ = try Transport(plan).secrets()
      isStopped = state.stop?.fingerprint == plan.fingerprint
    } catch {
      problem = error
      warnings += sink.unknownKeys.map { "`mlops.sink.\(sink.name).\(Text.cut($0))` is no key that anybody reads" }
    }
    self.problem = problem
    self.warnings = warnings
    self.isStopped = isStopped
  }

  /// When an event came: by its file's time, or, where the clock was set back since, by what it says itself.
  private static func arrival(of name: String, in outbox: Outbox) -> Int64? {
    guard let time = outbox.time(name), time > WallClock.now else { return outbox.time(name) }
    guard case .content(let bytes) = outbox.read(name), let event = try? DeliveryEvent(bytes, file: name) else {
      return time
    }
    return (try? Timestamp(event.time).seconds).map { min($0, time) } ?? time
  }

  /// The report in lines.
  package func lines(now: Int64) -> [String] {
    var lines = ["\(sink): \(head(now))"]
    if let time = state.lastSuccess { lines.append("  last success \(Self.ago(time, now))") }
    if let error = state.lastError {
      lines.append("  last error \(Self.ago(error.time, now)): \(error.message)")
      if state.failures > 0 || isStopped { lines.append("  hint: \(error.fix)") }
    }
    if dead > 0 { lines.append("  \(dead) dead: `mlops-relay redeliver --sink \(sink)` sends them again") }
    if let problem {
      lines.append("  not served: \(problem.message)")
      lines.append("  hint: \(problem.fix)")
    }
    lines += warnings.map { "  warning: \($0)" }
    return lines
  }

  private func head(_ now: Int64) -> String {
    var words = pending == 0 ? "nothing waits" : "\(pending) waiting"
    if let oldest { words += ", the oldest since \(Self.ago(oldest, now))" }
    if isStopped { return words + "; STOPPED: \(state.stop?.reason ?? "")" }
    let pause = state.pause(now: now)
    if state.failures > 0 {
      words += "; failing, \(Text.count(state.failures, "attempt"))"
      words += pause > 0 ? ", next in \(Self.span(Int64(pause)))" : ", next at once"
    }
    return words
  }

  private static func ago(_ time: Int64, _ now: Int64) -> String {
    "\(Timestamp(seconds: time)) (\(span(max(0, now - time))) ago)"
  }

  private static func span(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) days"
    }
  }

  /// The report as JSON.
  package func json(now: Int64) -> JSONValue {
    func time(_ value: Int64?) -> JSONValue { value.map { .string("\(Timestamp(seconds: $0))") } ?? .null }
    let error = state.lastError.map { error in
      JSONValue.object([
        ("time", time(error.time)), ("message", .string(error.message)), ("fix", .string(error.fix)),
      ])
    }
    let pause = state.pause(now: now)
    return .object([
      ("repository", .string(repository)), ("sink", .string(sink)), ("pending", .number(pending)),
      ("oldest", time(oldest)), ("dead", .number(dead)), ("failures", .number(state.failures)),
      ("last_success", time(state.lastSuccess)), ("last_error", error ?? .null),
      ("next_try", pause > 0 ? time(now + Int64(pause)) : .null), ("stopped", .bool(isStopped)),
      ("problem", problem.map { .object([("message", .string($0.message)), ("fix", .string($0.fix))]) } ?? .null),
      ("warnings", .array(warnings.map { .string($0) })),
    ])
  }
}
