import ArgumentParser
import ManifestCore

/// The command line of the gate.
@main struct MLOpsHook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlops-hook",
    abstract: "Judge, explain and look after the deployments of models that are kept in git.",
    discussion: """
      Exit status: 0 fine, 1 refused, 2 cannot say (usage, not a repository, an unreadable policy).
      """,
    version: Version.current,
    subcommands: [
      Check.self,
      ProposeCommand.self,
      ApproveCommand.self,
      PromoteCommand.self,
      StatusCommand.self,
      HistoryCommand.self,
      Explain.self,
      SchemaCommand.self,
      Emit.self,
      DoctorCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as ExitCode {
      StandardStreams.exit(error.rawValue)
    } catch {
      // A usage error is "cannot say", whatever status the parser would give it.
      let isHelp = exitCode(for: error) == .success
      (isHelp ? StandardStreams.writeOutput : StandardStreams.writeError)(fullMessage(for: error) + "\n")
      StandardStreams.exit(isHelp ? 0 : 2)
    }
  }
}

extension ParsableCommand {
  /// Ends with "cannot say".
  func cannotSay(_ message: String, fix: String) -> ExitCode {
    complain("error: \(message)")
    complain("hint: \(fix)")
    return ExitCode(2)
  }

  /// Writes a line to standard output.
  func say(_ line: String) {
    StandardStreams.writeOutput(Palette(.output, .live()).lines(Terminal.line(line)))
  }

  /// Writes a line to standard error.
  func complain(_ line: String) {
    StandardStreams.writeError(Palette(.errors, .live()).lines(Terminal.line(line)))
  }
}
