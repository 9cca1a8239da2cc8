import ArgumentParser
import ManifestCore

/// The command line of the gate.
@main struct MLOpsHook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlops-hook",
    abstract: "Judge, explain and look after the deployments of models that are kept in git.",
    discussion: """
      Exit status: 0 fine, 1 refused, 2 cannot say (usage, not a repository, an unreadable policy).
      `mlops-hook --version` shows the version.
      """,
    subcommands: [
      InitCommand.self,
      RegisterCommand.self,
      Check.self,
      ProposeCommand.self,
      ApproveCommand.self,
      PromoteCommand.self,
      RollbackCommand.self,
      StatusCommand.self,
      HistoryCommand.self,
      ReplayCommand.self,
      RenderCommand.self,
      Explain.self,
      SchemaCommand.self,
      Emit.self,
      DoctorCommand.self,
      AuditCommand.self,
      MonitorCommand.self,
    ])

  static func main() {
    // Not the parser's own flag: that one answers for every verb whose usage is wrong, `propose --version` among them.
    if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
      StandardStreams.writeOutput(Version.current + "\n")
      StandardStreams.exit(0)
    }
    do {
      try refuseUnknownVerb()
      var command = try parseAsRoot()
      try command.run()
    } catch let error as ExitCode {
      StandardStreams.exit(error.rawValue)
    } catch {
      // A usage error is "cannot say", whatever status the parser would give it.
      let isHelp = exitCode(for: error) == .success
      if isHelp {
        StandardStreams.writeOutput(fullMessage(for: error) + "\n")
      } else {
        UsageError.show(fullMessage(for: error))
      }
      StandardStreams.exit(isHelp ? 0 : 2)
    }
  }

  /// A misspelt verb is answered with the nearest; the parser would only count its words.
  private static func refuseUnknownVerb() throws {
    guard let word = CommandLine.arguments.dropFirst().first, word.utf8.first != UInt8(ascii: "-") else { return }
    let verbs = configuration.subcommands.map { $0._commandName }
    guard word != "help", !verbs.contains(word) else { return }
    let near = Suggestion.nearest(to: word, among: verbs)
    throw MLOpsHook().cannotSay(
      "there is no verb `\(word)`",
      fix: near.map { "did you mean `mlops-hook \($0)`?" } ?? "`mlops-hook --help` lists them")
  }
}

extension ParsableCommand {
  /// Ends with "cannot say".
  func cannotSay(_ message: String, fix: String) -> ExitCode {
    complain("error: \(message)")
    complain("hint: \(fix)")
    return ExitCode(2)
  }

  /// Does what changes files, and shows its lines; what was refused ends with 1, what can't be said with 2.
  func reporting(_ work: () throws -> [String]) throws {
    do {
      try work().forEach(show)
    } catch let error as Refused {
      for reason in error.reasons {
        complain("error: \(reason.message)")
        complain("hint: \(reason.fix)")
      }
      throw ExitCode(1)
    } catch let error as LocalCheck.CannotSay {
      throw cannotSay(error.message, fix: error.fix)
    } catch {
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
  }

  /// Writes a line where it belongs: a warning to standard error.
  func show(_ line: String) { line.utf8.starts(with: "warning:".utf8) ? complain(line) : say(line) }

  /// Writes a line to standard output.
  func say(_ line: String) {
    StandardStreams.writeOutput(Palette(.output, .live()).lines(Terminal.line(line)))
  }

  /// Writes a line to standard error.
  func complain(_ line: String) {
    StandardStreams.writeError(Palette(.errors, .live()).lines(Terminal.line(line)))
  }
}
