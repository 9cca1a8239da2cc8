package import Logging
package import ManifestCore
internal import Networking

/// One round: writes missing triggers, delivers what is due, and ends.
package enum RelayOnce {
  /// What came of a round.
  package struct Round: Sendable {
    /// How each sink stands afterwards.
    package var reports: [SinkReport] = []
    /// The repositories that could not be looked at.
    package var problems: [PlaceProblem] = []
    /// How many repositories could be.
    package var served = 0
  }

  /// Serves some repositories, all sinks side by side.
  package static func run(_ paths: [String], context: HookContext, logger: Logger) async -> Round {
    var round = Round()
    for path in paths {
      var logger = logger
      logger[metadataKey: "repository"] = "\(path)"
      do throws(LocalCheck.CannotSay) {
        let (place, warnings) = try RepositoryPlace.sweep(at: path, context)
        for warning in warnings { logger.warning("\(warning)") }
        await serve(place, logger)
        round.reports += place.sinks.map { SinkReport($0, in: place) }
        round.served += 1
      } catch {
        logger.error("the repository cannot be looked at: \(error.message)", metadata: ["hint": "\(error.fix)"])
        round.problems.append(PlaceProblem(path, error))
      }
    }
    return round
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
