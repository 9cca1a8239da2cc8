import ArgumentParser
import ManifestCore

/// What the verbs of the past have in common: where they read, and how they answer.
struct PastOptions: ParsableArguments {
  @Option(help: "The ref to read; otherwise the branch of HEAD, in a clone the host's as it was last fetched.")
  var ref: String?
  @OptionGroup var repository: RepositoryOptions
  @Option(help: "How to answer: \(PastAnswer.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: PastAnswer.Format = .text

  /// The repository that is read.
  var path: String { repository.path }

  /// Writes an answer, and ends with its status.
  func answer(_ command: some ParsableCommand, _ ask: () throws -> PastAnswer) throws {
    try command.answer(format, ask)
  }
}

extension ParsableCommand {
  /// Writes an answer in a format, and ends with its status.
  func answer(_ format: PastAnswer.Format, _ ask: () throws -> PastAnswer) throws {
    let answer: PastAnswer
    do {
      answer = try ask()
    } catch let error as PastAnswer.NotSo {
      StandardStreams.writeError(Terminal.line("error: \(error.message)") + Terminal.line("hint: \(error.fix)"))
      throw ExitCode(1)
    } catch let error as LocalCheck.CannotSay {
      throw cannotSay(error.message, fix: error.fix)
    } catch {
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
    StandardStreams.writeOutput(answer.text(format))
    if !answer.isFine { throw ExitCode(1) }
  }
}

extension PastAnswer.Format: ExpressibleByArgument {}
