import ArgumentParser
import ManifestCore

/// What the verbs of the audit log have in common.
struct AuditOptions: ParsableArguments {
  @OptionGroup var repository: RepositoryOptions
  @Option(help: "How to answer: \(PastAnswer.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: PastAnswer.Format = .text

  /// Writes an answer, and ends with its status.
  func answer(_ command: some ParsableCommand, _ ask: () throws -> PastAnswer) throws {
    try command.answer(format, ask)
  }
}
