internal import Logging
internal import ManifestCore
internal import Networking

/// Empties one sink's outbox, in order, an event at a time.
struct SinkQueue: Sendable {
  /// How long the lock is held at a stretch, in seconds: others may have to say something too.
  static let stretch: Int64 = 2

  /// Why a round ended.
  enum End: Sendable, Equatable {
    /// Nothing is left.
    case empty
    /// Another one delivers to this sink.
    case taken
    /// The sink failed, or is in a pause; the seconds until the next attempt.
    case paused(Double)
    /// The receiver wants nothing any more.
    case stopped
    /// There is more, and somebody else may want the lock.
    case more
    /// We were asked to stop.
    case interrupted
  }

  let transport: Transport
  let logger: Logger
  let metrics: RelayMetrics
  /// Whether to begin nothing new.
  let isStopping: @Sendable () -> Bool

  private var plan: SinkPlan { transport.plan }
  private var outbox: Outbox { plan.outbox }

  /// Delivers until there is nothing left, or a reason to wait.
  func drain() async -> End {
    while true {
      let end = await round()
      switch end {
      case .more: try? await Task.sleep(for: .milliseconds(30))
      case .empty where !outbox.names().isEmpty && !isStopping():
        // It came after the last look, and whoever brought it found the lock taken, and left it to us.
        continue
      case .empty, .taken, .paused, .stopped, .interrupted: return end
      }
    }
  }

  private func round() async -> End {
    let names = outbox.names()
    guard !names.isEmpty else { return .empty }
    guard let lock = outbox.lock() else { return .taken }
    defer { SafeFiles.unlock(lock) }
    var state = SinkState.read(outbox)
    let before = state
    defer {
      // Successes are written once a stretch: what is lost with them is a date.
      if state != before { write(state) }
    }
    if let stop = state.stop {
      if stop.fingerprint == plan.fingerprint { return .stopped }
      logger.notice("the sink's configuration has changed: it starts again")
      state.succeed(now: state.lastSuccess ?? 0)
      state.lastSuccess = before.lastSuccess
    }
    let pause = state.pause(now: WallClock.now)
    if pause > 0 { return .paused(pause) }
    let secrets: [Secret]
    do {
      secrets = try transport.secrets()
    } catch {
      return fail(&state, Outcome.Words(message: error.message, fix: error.fix), nil, event: nil)
    }
    let start = WallClock.now
    for name in names {
      if isStopping() { return .interrupted }
      guard let event = read(name, &state) else { continue }
      guard case .success(let event) = event else { return .paused(state.pause(now: WallClock.now)) }
      if let end = await deliver(event, name, secrets, &state) { return end }
      if !(0..<Self.stretch).contains(WallClock.now - start) { return .more }
    }
    return outbox.names().isEmpty ? .empty : .more
  }

  private struct CannotRead: Error {}

  /// Reads an event; nil where there is none, or none any more.
  private func read(_ name: String, _ state: inout SinkState) -> Result<DeliveryEvent, CannotRead>? {
    switch outbox.read(name) {
    case .notThere: return nil
    case .unfit(let why):
      return setAside(name, Outcome.Words(message: why, fix: "see what put it there"), nil, &state)
    case .failed(let why):
      let words = Outcome.Words(message: "the event \(name) cannot be read: \(why)", fix: "look at the disk")
      _ = fail(&state, words, nil, event: name)
      return .failure(CannotRead())
    case .content(let bytes):
      do {
        return .success(try DeliveryEvent(bytes, file: name))
      } catch {
        return setAside(name, Outcome.Words(message: error.message, fix: "look at the disk"), nil, &state)
      }
    }
  }

  /// Tries one event; gives why the round ends, if it does.
  private func deliver(
    _ event: DeliveryEvent, _ name: String, _ secrets: [Secret], _ state: inout SinkState
  ) async -> End? {
    let watch = ContinuousClock.now
    let outcome = await transport.deliver(event, file: name, secrets: secrets)
    metrics.attempt(plan, seconds: (ContinuousClock.now - watch) / .seconds(1), isDelivered: outcome == .delivered)
    let now = WallClock.now
    switch outcome {
    case .delivered:
      outbox.remove(name)
      logger.info("delivered", metadata: ["event": "\(event.id)"])
      if state.failures > 0 { logger.notice("delivered again after \(Text.count(state.failures, "failure"))") }
      state.succeed(now: now)
      return nil
    case .failed(let words, let pause):
      // An attempt that we gave up ourselves says nothing about the receiver.
      if Task.isCancelled { return .interrupted }
      let end = fail(&state, words, pause, event: event.id)
      guard state.isExhausted(arrived: outbox.time(name) ?? now, now: now) else { return end }
      let given = Outcome.Words(message: "it was tried for 3 days: \(words.message)", fix: words.fix)
      _ = setAside(name, given, nil, &state)
      return end
    case .refused(let words, let status):
      guard setAside(name, words, status, &state) == nil else { return .paused(state.pause(now: now)) }
      state.lastError = SinkState.Trouble(time: now, message: words.message, fix: words.fix)
      return nil
    case .stopped(let words):
      state.fail(words, pause: nil, now: now)
      state.stop = SinkState.Stop(time: now, reason: words.message, fingerprint: plan.fingerprint)
      logger.error("stopped: \(words.message)", metadata: ["hint": "\(words.fix)", "event": "\(event.id)"])
      return .stopped
    }
  }

  /// Notes a failure at once: a pause has to outlive the process.
  private func fail(_ state: inout SinkState, _ words: Outcome.Words, _ pause: Double?, event: String?) -> End {
    let now = WallClock.now
    state.fail(words, pause: pause, now: now)
    let wait = state.pause(now: now)
    var metadata: Logger.Metadata = ["hint": "\(words.fix)", "failures": "\(state.failures)", "next": "\(Int(wait)) s"]
    if let event { metadata["event"] = "\(event)" }
    logger.warning("not delivered: \(words.message)", metadata: metadata)
    return .paused(wait)
  }

  /// Puts a file aside; where even that fails, it is tried again like anything else.
  private func setAside(
    _ name: String, _ words: Outcome.Words, _ status: Int?, _ state: inout SinkState
  ) -> Result<DeliveryEvent, CannotRead>? {
    let reason = JSONValue.object([
      ("file", .string(Text.cut(name))), ("time", .string("\(Timestamp(seconds: WallClock.now))")),
      ("message", .string(words.message)), ("fix", .string(words.fix)),
      ("status", status.map { .number($0) } ?? .null), ("failures_before", .number(state.failures)),
    ])
    logger.error("put aside: \(words.message)", metadata: ["hint": "\(words.fix)", "file": "\(Text.cut(name))"])
    do {
      if let missing = try outbox.setAside(name, reason: reason) {
        logger.error("the reason could not be written: \(missing)")
      }
      metrics.dead(plan)
      return nil
    } catch {
      let why = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
      _ = fail(
        &state, Outcome.Words(message: "could not put a file aside: \(why)", fix: "look at the disk"), nil, event: name)
      return .failure(CannotRead())
    }
  }

  private func write(_ state: SinkState) {
    do {
      try state.write(outbox)
    } catch {
      logger.error("the sink's state was not written: \((error as? SafeFiles.WriteError)?.message ?? "\(error)")")
    }
  }
}
