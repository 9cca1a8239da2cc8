import ArgumentParser
import ManifestCore
import Reconciliation

/// The command line of the operator.
@main struct MLOpsReconciler: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlops-reconciler",
    abstract: "Make what runs in one environment what git says.",
    discussion: """
      Where deployments run stands in a targets file: see docs/reconciler.md.
      Exit status: 0 fine, 1 something is not as git says, 2 cannot say (usage, no repository).

        mlops-reconciler run --repository https://git.example.com/ml/models.git \\
          --environment production --targets /etc/mlops/targets.yaml
      """,
    subcommands: [RunCommand.self, OnceCommand.self, PlanCommand.self, StatusCommand.self, RetryCommand.self])

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

  /// Ends with "cannot say", in words.
  func cannotSay(_ error: any Error) -> ExitCode {
    if let error = error as? ExitCode { return error }
    for (message, fix) in ReconcilerWords.of(error) {
      complain("error: \(message)")
      if let fix { complain("hint: \(fix)") }
    }
    return ExitCode(2)
  }
}
