package import Logging
package import ManifestCore
package import Networking
internal import ServiceLifecycle
internal import Synchronization

/// The relay as a service: finds repositories, and serves each until the program shall end.
package struct Relay: Service {
  /// How long what is under way may take once the program shall end, in seconds.
  static let farewell = 15.0

  private let finder: RepositoryFinder
  private let interval: Double
  private let logger: Logger
  private let metrics: RelayMetrics
  private let bell = WakeUp()
  private let state = RelayState()

  /// Creates a relay.
  ///
  /// - Parameter interval: how often refs are swept and folders looked through, in seconds.
  package init(_ finder: RepositoryFinder, interval: Double, logger: Logger, metrics: RelayMetrics) {
    self.finder = finder
    self.interval = interval
    self.logger = logger
    self.metrics = metrics
  }

  /// Serves until the program shall end.
  package func run() async throws {
    await withTaskCancellationOrGracefulShutdownHandler {
      while !state.isStopping {
        let paths = finder.paths()
        let gone = state.keep(paths)
        for relay in gone { relay.stop() }
        for path in paths where !state.has(path) { start(path) }
        metrics.registry.set("mlops_relay_repositories", Double(state.count))
        await bell.wait(seconds: interval)
      }
    } onCancelOrGracefulShutdown: {
      state.stop()
      bell.ring()
    }
    for relay in state.all { relay.stop() }
    let end = ContinuousClock.now + .seconds(Self.farewell)
    while state.running > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
    // What has not ended keeps its event, and is sent again by the next relay.
    let left = state.running
    logger.info("ended", metadata: left > 0 ? ["abandoned": "\(left)"] : [:])
  }

  private func start(_ path: String) {
    let relay = RepositoryRelay(path, interval: interval, logger: logger, metrics: metrics)
    state.add(path, relay)
    logger.info("serving", metadata: ["repository": "\(path)"])
    let state = state
    Task(executorPreference: OwnThread("repository")) {
      await relay.run()
      state.ended()
    }
  }

  /// What `/healthz` and `/metrics` answer.
  package func answer(_ request: HTTPServerRequest) -> HTTPReply {
    guard request.method == "GET" || request.method == "HEAD" else { return .wrongMethod }
    switch request.path {
    case "/metrics": return HTTPReply(200, metrics.registry.text, type: "text/plain; version=0.0.4; charset=utf-8")
    case "/healthz":
      let late = state.all.filter { !$0.isAlive }.map(\.path)
      if late.isEmpty { return HTTPReply(200, "ok\n") }
      return HTTPReply(503, "not swept for too long: \(Text.list(late))\n")
    default: return .notFound
    }
  }
}

/// The repositories that a relay serves.
private final class RelayState: Sendable {
  private struct Content {
    var relays: [String: RepositoryRelay] = [:]
    var running = 0
    var isStopping = false
  }

  private let content = Mutex(Content())

  var isStopping: Bool { content.withLock { $0.isStopping } }
  var running: Int { content.withLock { $0.running } }
  var count: Int { content.withLock { $0.relays.count } }
  var all: [RepositoryRelay] { content.withLock { Array($0.relays.values) } }

  func stop() { content.withLock { $0.isStopping = true } }

  func has(_ path: String) -> Bool { content.withLock { $0.relays[path] != nil } }

  func add(_ path: String, _ relay: RepositoryRelay) {
    content.withLock { content in
      content.relays[path] = relay
      content.running += 1
    }
  }

  func ended() { content.withLock { $0.running -= 1 } }

  /// Forgets what is not among some paths, and gives it.
  func keep(_ paths: [String]) -> [RepositoryRelay] {
    let wanted = Set(paths)
    return content.withLock { content in
      let gone = content.relays.filter { !wanted.contains($0.key) }
      for path in gone.keys { content.relays[path] = nil }
      return Array(gone.values)
    }
  }
}
