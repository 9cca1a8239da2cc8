import ArgumentParser
import ManifestCore

/// What the verbs of the audit log have in common.
struct AuditOptions: ParsableArguments {
  @OptionGroup var repository: RepositoryOptions
  @Option(help: "How to answer: \(PastAnswer.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: PastAnswer.Format = .text

  /// Writes an answer, and ends with its status.
  func answer(_ command: some ParsableCommand, _ ask: () throws -> PastAnswer) throws {
    let answer: PastAnswer
    do {
      answer = try ask()
    } catch let error as LocalCheck.CannotSay {
      throw command.cannotSay(error.message, fix: error.fix)
    } catch {
      let words = EmitOperation.words(error)
      throw command.cannotSay(words.message, fix: words.fix)
    }
    StandardStreams.writeOutput(answer.text(format))
    if !answer.isFine { throw ExitCode(1) }
  }
}
