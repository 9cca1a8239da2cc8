package import Logging
package import ManifestCore
internal import Networking

/// One round: writes missing triggers, delivers what is due, and ends.
package enum RelayOnce {
  /// Serves some repositories, all sinks side by side; gives how each sink stands afterwards.
  package static func run(_ paths: [String], context: HookContext, logger: Logger) async throws -> [SinkReport] {
    var reports: [SinkReport] = []
    for path in paths {
      var logger = logger
      logger[metadataKey: "repository"] = "\(path)"
      let (place, warnings) = try RepositoryPlace.sweep(at: path, context)
      for warning in warnings { logger.warning("\(warning)") }
      await serve(place, logger)
      reports += place.sinks.map { SinkReport($0, in: place) }
    }
    return reports
  }

  private static func serve(_ place: RepositoryPlace, _ logger: Logger) async {
    let metrics = RelayMetrics()
    await withTaskGroup(of: Void.self) { group in
      for sink in place.sinks {
        group.addTask(executorPreference: OwnThread("sink \(sink.name)")) {
          var logger = logger
          logger[metadataKey: "sink"] = "\(sink.name)"
          do throws(SinkPlan.Refused) {
            let plan = try SinkPlan(sink, gitDirectory: place.gitDirectory, defaultBranch: place.defaultBranch)
            let transport = try Transport(plan)
            plan.outbox.removeLeftovers(now: WallClock.now)
            _ = await SinkQueue(transport: transport, logger: logger, metrics: metrics) { false }.drain()
          } catch {
            logger.error("not served: \(error.message)", metadata: ["hint": "\(error.fix)"])
          }
        }
      }
    }
  }
}
