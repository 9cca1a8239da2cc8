internal import Logging
internal import ManifestCore
internal import Networking
internal import Synchronization

/// Serves one sink as long as a relay runs: a task and a thread of its own, so that it holds nobody else.
final class SinkWorker: Sendable {
  private struct Order {
    var plan: SinkPlan?
    var isStopping = false
  }

  private let order: Mutex<Order>
  private let bell = WakeUp()
  private let logger: Logger
  private let metrics: RelayMetrics
  private let interval: Double

  init(_ plan: SinkPlan, interval: Double, logger: Logger, metrics: RelayMetrics) {
    order = Mutex(Order(plan: plan))
    self.interval = interval
    self.metrics = metrics
    var logger = logger
    logger[metadataKey: "repository"] = "\(RelayMetrics.shown(plan.gitDirectory))"
    logger[metadataKey: "sink"] = "\(plan.sink.name)"
    self.logger = logger
  }

  /// Looks at the outbox now.
  func ring() { bell.ring() }

  /// Serves by another configuration from now on.
  func update(_ plan: SinkPlan) {
    let isNew = order.withLock { order in
      defer { order.plan = plan }
      return order.plan != plan
    }
    if isNew { logger.info("the configuration has changed") }
    bell.ring()
  }

  /// Begins nothing new, and ends after what is under way.
  func stop() {
    order.withLock { $0.isStopping = true }
    bell.ring()
  }

  private var isStopping: Bool { order.withLock { $0.isStopping } }

  /// Serves until it is stopped.
  func run() async {
    var transport: Transport?
    var lastProblem: SinkPlan.Refused?
    while !isStopping {
      guard let plan = order.withLock({ $0.plan }) else { return }
      do {
        if transport?.plan != plan {
          transport = try Transport(plan)
          plan.outbox.removeLeftovers(now: WallClock.now)
          for warning in plan.warnings { logger.warning("\(warning)") }
        }
        lastProblem = nil
      } catch {
        transport = nil
        if lastProblem != error { logger.error("not served: \(error.message)", metadata: ["hint": "\(error.fix)"]) }
        lastProblem = error
      }
      var pause = interval
      if let transport {
        let queue = SinkQueue(transport: transport, logger: logger, metrics: metrics) { [self] in isStopping }
        switch await queue.drain() {
        case .paused(let seconds): pause = min(pause, max(seconds, 0.05))
        // Its holder may have looked before the event came.
        case .taken: pause = 1
        case .empty, .stopped, .more, .interrupted: break
        }
      }
      if !isStopping { await bell.wait(seconds: pause) }
    }
  }
}
