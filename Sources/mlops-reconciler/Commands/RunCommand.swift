import ArgumentParser
import Logging
import Networking
import Reconciliation
import ServiceLifecycle

/// Makes passes until it is told to stop.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Make passes until SIGTERM or SIGINT.",
    discussion: """
      A pass is made every --interval seconds, and at once where a trigger comes in: an event in --trigger-directory, or
      a POST to /trigger of --http, signed by a secret of --trigger-secret-file.

        mlops-reconciler run --repository https://git.example.com/ml/models.git \\
          --environment production --targets /etc/mlops/targets.yaml --http 127.0.0.1:9466
      """)

  @OptionGroup var options: ReconcilerOptions
  @Option(help: ArgumentHelp("The time between two passes.", valueName: "seconds"))
  var interval = 60
  @Option(
    help: ArgumentHelp("Where /healthz, /metrics, /status.json and /trigger are served.", valueName: "host:port"))
  var http: String?
  @Option(help: ArgumentHelp("The secrets that a trigger may be signed by, one a line.", valueName: "file"))
  var triggerSecretFile: String?
  @Option(help: ArgumentHelp("The folder of a directory sink: an event in it is a trigger.", valueName: "dir"))
  var triggerDirectory: String?

  func validate() throws {
    guard (1...86_400).contains(interval) else { throw ValidationError("--interval is from 1 to 86400") }
  }

  func run() async throws {
    do {
      let logger = options.log.logger
      let secrets = try triggerSecretFile.map { try SecretFile.read($0) } ?? []
      let reconciler = try options.reconciler(interval: interval)
      let service = await ReconcilerService(
        reconciler, interval: Double(interval), triggerDirectory: triggerDirectory, secrets: secrets, logger: logger)
      var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
        .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
      ]
      if let http {
        let server = HTTPServer(try ListenAddress(http), logger: logger) { await service.answer($0) }
        services.insert(.init(service: Front(server: server, service: service)), at: 0)
      } else {
        service.begin()
      }
      var quiet = logger
      quiet.logLevel = max(.warning, logger.logLevel)
      let group = ServiceGroup(
        configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
      try await group.run()
    } catch {
      throw cannotSay(error)
    }
  }
}

/// The server of a reconciler, which makes no pass before it is known that it can be asked.
private struct Front: Service {
  let server: HTTPServer
  let service: ReconcilerService

  func run() async throws { try await server.run { _ in service.begin() } }
}
