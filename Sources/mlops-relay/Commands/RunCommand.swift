import ArgumentParser
import Delivery
import Logging
import ManifestCore
import Networking
import ServiceLifecycle

/// Serves repositories until it is told to stop.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Deliver triggers as they come, until SIGTERM or SIGINT.",
    discussion: """
      Hooks wake it; every 30 seconds it also writes the triggers that no hook wrote, and finds new repositories. What \
      is under way when it shall end has 15 seconds; an event that was not delivered stays where it is.

        mlops-relay run --scan /srv/git \\
          --metrics-address 127.0.0.1:9465
      """)

  @OptionGroup var places: Places
  @OptionGroup var log: LogOptions
  @Option(help: ArgumentHelp("Where /metrics and /healthz are served.", valueName: "host:port"))
  var metricsAddress: String?
  @Option(help: ArgumentHelp("Seconds between two looks at the refs.", valueName: "seconds"))
  var interval = 30.0

  func validate() throws {
    guard (1...3600).contains(interval) else { throw ValidationError("--interval is a number from 1 to 3600.") }
  }

  func run() async throws {
    do {
      let logger = log.logger
      // A folder may be empty at first; of repositories that are named one has to be there, and the log names the others.
      if places.scan.isEmpty {
        let failures = places.finder.paths().map { path in Result { try RepositoryPlace(at: path, .live()) } }
        if let first = failures.first, failures.allSatisfy({ (try? $0.get()) == nil }) { _ = try first.get() }
      }
      let relay = Relay(places.finder, interval: interval, logger: logger, metrics: RelayMetrics())
      var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: relay, successTerminationBehavior: .gracefullyShutdownGroup)
      ]
      if let metricsAddress {
        let server = HTTPServer(try ListenAddress(metricsAddress), logger: logger) { relay.answer($0) }
        services.insert(.init(service: server), at: 0)
      }
      var quiet = logger
      quiet.logLevel = max(.warning, logger.logLevel)
      let group = ServiceGroup(
        configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
      try await group.run()
    } catch let error as ListenAddress.Invalid {
      throw cannotSay(LocalCheck.CannotSay(error.message, fix: error.fix))
    } catch {
      throw cannotSay(error)
    }
  }
}
