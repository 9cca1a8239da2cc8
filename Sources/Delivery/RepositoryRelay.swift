internal import Dispatch
internal import Glibc
internal import Logging
internal import ManifestCore
internal import Networking
internal import Synchronization

/// Serves one repository: sweeps its refs, listens for its hooks, and keeps a worker for each sink.
final class RepositoryRelay: Sendable {
  let path: String
  private let interval: Double
  private let logger: Logger
  private let metrics: RelayMetrics
  private let bell = WakeUp()
  private let isStopping = Mutex(false)
  /// When the last sweep ended, by a clock that nobody sets.
  private let lastSweep = Mutex(ContinuousClock.now)

  init(_ path: String, interval: Double, logger: Logger, metrics: RelayMetrics) {
    self.path = path
    self.interval = interval
    self.metrics = metrics
    var logger = logger
    logger[metadataKey: "repository"] = "\(path)"
    self.logger = logger
  }

  /// Begins nothing new.
  func stop() {
    isStopping.withLock { $0 = true }
    bell.ring()
  }

  /// Whether it sweeps as often as it should.
  var isAlive: Bool { ContinuousClock.now - lastSweep.withLock { $0 } < .seconds(3 * interval + 60) }

  /// Serves until it is stopped.
  func run() async {
    var workers: [String: (worker: SinkWorker, task: Task<Void, Never>)] = [:]
    var ear: Ear?
    var nextSweep = ContinuousClock.now
    var isOther = false
    var known: Set<String> = []
    while !isStopping.withLock({ $0 }) {
      do {
        let isDue = ContinuousClock.now >= nextSweep
        let place = try look(sweeps: isDue, &known)
        if isDue {
          nextSweep = .now + .seconds(interval)
          lastSweep.withLock { $0 = .now }
        }
        if ear == nil { ear = try Ear(place.gitDirectory, bell) }
        if ear == nil, !isOther { logger.warning("another relay serves this repository: this one waits") }
        isOther = ear == nil
        if ear != nil { serve(place, &workers) }
        if isDue { report(place) }
      } catch {
        nextSweep = .now + .seconds(interval)
        let words = OpeningWords.of(error, path: path)
        warn(["the repository cannot be looked at: \(words.message); \(words.fix)"], &known)
      }
      await bell.wait(seconds: max((nextSweep - .now) / .seconds(1), 0.01))
    }
    for entry in workers.values { entry.worker.stop() }
    for entry in workers.values { await entry.task.value }
  }

  private func look(sweeps: Bool, _ known: inout Set<String>) throws -> RepositoryPlace {
    let context = HookContext.live()
    guard sweeps else { return try RepositoryPlace(at: path, context) }
    let (place, warnings) = try RepositoryPlace.sweep(at: path, context)
    warn(warnings, &known)
    metrics.swept(place.gitDirectory, now: WallClock.now)
    return place
  }

  /// Says each warning when it comes up, not every half minute.
  private func warn(_ warnings: [String], _ known: inout Set<String>) {
    for warning in warnings where !known.contains(warning) { logger.warning("\(warning)") }
    known = Set(warnings)
  }

  private func serve(
    _ place: RepositoryPlace, _ workers: inout [String: (worker: SinkWorker, task: Task<Void, Never>)]
  ) {
    var wanted: Set<String> = []
    for sink in place.sinks {
      let plan: SinkPlan
      do {
        plan = try SinkPlan(sink, gitDirectory: place.gitDirectory, defaultBranch: place.defaultBranch)
      } catch {
        logger.error("not served: \(error.message)", metadata: ["hint": "\(error.fix)", "sink": "\(sink.name)"])
        continue
      }
      wanted.insert(sink.name)
      if let known = workers[sink.name] {
        known.worker.update(plan)
        continue
      }
      let worker = SinkWorker(plan, interval: interval, logger: logger, metrics: metrics)
      let task = Task(executorPreference: OwnThread("sink \(sink.name)")) { await worker.run() }
      workers[sink.name] = (worker, task)
    }
    for (name, entry) in workers where !wanted.contains(name) {
      entry.worker.stop()
      workers[name] = nil
      metrics.forget(place.gitDirectory, name)
    }
  }

  private func report(_ place: RepositoryPlace) {
    for sink in place.sinks { metrics.set(SinkReport(sink, in: place), now: WallClock.now) }
  }
}

/// Hears the bell that hooks ring, as long as this relay is the one that serves the repository.
private final class Ear {
  private let lock: Int32
  private let source: any DispatchSourceRead

  /// Listens; nil where another relay does.
  init?(_ gitDirectory: String, _ bell: WakeUp) throws {
    guard let lock = try RelayBell.lock(gitDirectory) else { return nil }
    self.lock = lock
    let pipe: Int32
    do {
      pipe = try RelayBell.listen(gitDirectory)
    } catch {
      SafeFiles.unlock(lock)
      throw error
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: pipe, queue: .global())
    source.setEventHandler {
      RelayBell.take(pipe)
      bell.ring()
    }
    source.setCancelHandler { close(pipe) }
    source.activate()
    self.source = source
  }

  deinit {
    source.cancel()
    SafeFiles.unlock(lock)
  }
}
