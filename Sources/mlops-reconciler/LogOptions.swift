import ArgumentParser
import Logging
import Networking

extension LogOutput: ExpressibleByArgument {}

/// How the log is written.
struct LogOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How the log on standard error is written: logfmt or json.", valueName: "format"))
  var logFormat = LogOutput.logfmt
  @Option(help: ArgumentHelp("What is logged: debug, info, notice, warning or error.", valueName: "level"))
  var logLevel = "info"

  func validate() throws {
    guard Logger.Level(rawValue: logLevel) != nil else {
      throw ValidationError("--log-level is debug, info, notice, warning or error.")
    }
  }

  /// The logger.
  var logger: Logger { logFormat.logger("mlops-reconciler", level: Logger.Level(rawValue: logLevel) ?? .info) }
}
