import Foundation
import Logging
import ManifestCore
import Networking
import ServiceLifecycle
import Synchronization

/// Makes passes one after another: at an interval, which is the guarantee, and sooner where a trigger comes in.
package final class ReconcilerService: Service {
  private let reconciler: Reconciler
  private let interval: Double
  private let triggerDirectory: String?
  private let secrets: [Secret]
  private let logger: Logger
  private let bell = WakeUp()
  private let metrics = ReconcilerMetrics()
  /// What is known after the last pass: whoever asks need not wait for the one that is under way.
  private let known: Mutex<Known>
  private let isStopping = Mutex(false)
  private let mayBegin = AsyncStream<Never>.makeStream()

  private struct Known {
    var record: ReconcileRecord
    /// When the last pass ended, or the service began.
    var passed = ContinuousClock.now
  }

  /// How often the folder of triggers is looked at, in seconds.
  private static let look = 0.2

  /// Creates a service.
  package init(
    _ reconciler: Reconciler, interval: Double, triggerDirectory: String?, secrets: [Secret], logger: Logger
  ) async {
    self.reconciler = reconciler
    known = Mutex(Known(record: await reconciler.record))
    self.interval = interval
    self.triggerDirectory = triggerDirectory
    self.secrets = secrets
    self.logger = logger
  }

  /// How long a pass may go on after the service was told to stop, in seconds: a crash would do no harm either.
  private static let patience = 20.0

  /// Lets the first pass be made.
  package func begin() { mayBegin.continuation.finish() }

  package func run() async throws {
    for await _ in mayBegin.stream {}
    // Where the server could not listen, nothing begins.
    guard !Task.isCancelled else { return }
    // Programs, git and the disk block: they must not hold the threads that answer requests.
    let passes = Task(executorPreference: OwnThread("mlops-reconciler.passes", isConcurrent: true)) {
      while !Task.isCancelled, !self.isStopping.withLock({ $0 }) {
        await self.pass()
        await self.waitForNext()
      }
    }
    await withTaskCancellationOrGracefulShutdownHandler {
      await passes.value
    } onCancelOrGracefulShutdown: {
      self.isStopping.withLock { $0 = true }
      self.bell.ring()
      Task {
        try? await Task.sleep(for: .seconds(Self.patience))
        passes.cancel()
      }
    }
    await reconciler.release()
  }

  private func pass() async {
    let clock = ContinuousClock()
    let begin = clock.now
    do {
      let pass = try await reconciler.passes()
      let record = await reconciler.record
      known.withLock { $0 = Known(record: record) }
      metrics.passed(pass, record, seconds: (clock.now - begin).seconds)
    } catch {
      let failure = Reconciler.failure(error)
      metrics.failed()
      logger.error("a pass could not be made", metadata: ["error": "\(failure.message)", "hint": "\(failure.fix)"])
    }
  }

  private func waitForNext() async {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(interval)
    while !isStopping.withLock({ $0 }), !Task.isCancelled {
      let left = (end - clock.now).seconds
      guard left > 0 else { return }
      if let triggerDirectory, takeTriggers(triggerDirectory) { return }
      if await bell.wait(seconds: triggerDirectory == nil ? left : min(left, Self.look)) { return }
    }
  }

  /// Whether events lay in the folder; what they say is only that there is something to fetch.
  private func takeTriggers(_ folder: String) -> Bool {
    var found = false
    for name in SafeFiles.names(in: folder) where name.hasSuffix(".json") && !name.hasPrefix(".") {
      let path = folder + "/" + name
      SafeFiles.remove(path)
      // What cannot be removed would be a trigger for ever.
      if SafeFiles.kind(path) == .nothing { found = true }
    }
    return found
  }

  // MARK: What is asked from outside

  /// Answers a request.
  package func answer(_ request: HTTPServerRequest) async -> HTTPReply {
    switch request.path {
    case "/healthz":
      guard request.method == "GET" else { return .wrongMethod }
      return ContinuousClock.now - known.withLock { $0.passed } < .seconds(interval * 3 + 60)
        ? HTTPReply(200, "ok\n") : HTTPReply(503, "no pass has ended for too long\n")
    case "/metrics":
      return request.method == "GET"
        ? HTTPReply(200, metrics.text, type: "text/plain; version=0.0.4; charset=utf-8") : .wrongMethod
    case "/status.json":
      guard request.method == "GET" else { return .wrongMethod }
      let status = ReconcilerStatus(known.withLock { $0.record })
      return HTTPReply(200, status.json.text + "\n", type: "application/json")
    case "/trigger":
      guard request.method == "POST" else { return .wrongMethod }
      guard !secrets.isEmpty, isSigned(request) else { return HTTPReply(401, "the signature is missing or wrong\n") }
      bell.ring()
      return HTTPReply(202, "accepted\n")
    default: return .notFound
    }
  }

  private func isSigned(_ request: HTTPServerRequest) -> Bool {
    if let id = request.header("webhook-id"), let time = request.header("webhook-timestamp"),
      let signatures = request.header("webhook-signature")
    {
      return StandardWebhook.verify(
        id: id, timestamp: time, signatures: signatures, body: request.body, secrets: secrets,
        now: Int64(Date().timeIntervalSince1970))
    }
    for name in ["x-hub-signature-256", "x-signature"] {
      if let header = request.header(name) { return HMACSignature.verify(header, request.body, secrets: secrets) }
    }
    return false
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
