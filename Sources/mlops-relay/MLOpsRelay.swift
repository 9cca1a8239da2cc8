import ArgumentParser
import Delivery
import ManifestCore

/// The command line of the relay.
@main struct MLOpsRelay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlops-relay",
    abstract: "Deliver the triggers of gated repositories to whoever reconciles.",
    discussion: """
      Sinks are configured by `git config mlops.sink.<name>.…` in each repository: see docs/relay.md. Exit status: 0 \
      fine, 1 something was not delivered, 2 cannot say (usage, not a repository).

        mlops-relay run --scan /srv/git
      """,
    subcommands: [RunCommand.self, OnceCommand.self, TestCommand.self, StatusCommand.self, RedeliverCommand.self])

  static func main() async {
    if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
      StandardStreams.writeOutput(Version.current + "\n")
      StandardStreams.exit(0)
    }
    LongRunner.prepare()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      StandardStreams.exit(0)
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
  /// Writes a line to standard output.
  func say(_ line: String) { StandardStreams.writeOutput(Palette(.output, .live()).lines(Terminal.line(line))) }

  /// Writes a line to standard error.
  func complain(_ line: String) { StandardStreams.writeError(Palette(.errors, .live()).lines(Terminal.line(line))) }

  /// Ends with "cannot say" where that is what was thrown.
  func cannotSay(_ error: any Error) -> ExitCode {
    if let error = error as? ExitCode { return error }
    let words = EmitOperation.words(error)
    complain("error: \(words.message)")
    complain("hint: \(words.fix)")
    return ExitCode(2)
  }
}
