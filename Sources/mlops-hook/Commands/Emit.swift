import ArgumentParser
import ManifestCore

/// Writes missing triggers.
struct Emit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the triggers that are missing, and serve directory and command sinks.",
    discussion: """
      Compares every protected branch with `refs/mlops/emitted/…`. Safe to run at any time, also from cron.

        mlops-hook emit --repo /srv/git/models.git
      """)

  @OptionGroup var repository: RepositoryOptions
  @Flag(help: "Record the standing tips as emitted, without an event.")
  var record = false

  func run() throws {
    do {
      let result = try EmitOperation.run(path: repository.path, recordOnly: record, context: .live())
      for line in result.lines { say(line) }
      for warning in result.warnings { complain("warning: " + warning) }
      if !result.warnings.isEmpty { throw ExitCode(1) }
    } catch let error as ExitCode {
      throw error
    } catch {
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
  }
}
