import ArgumentParser
import ManifestCore

/// What every verb of the promotion workflow can be told about the clone.
struct CloneFlags: ParsableArguments {
  @OptionGroup var repository: RepositoryOptions
  @Option(help: ArgumentHelp("The branch that promotions go to; the host's HEAD otherwise.", valueName: "ref"))
  var ref: String?
  @Option(help: ArgumentHelp("A folder that stands for the host's policy.", valueName: "dir"), completion: .directory)
  var policy: String?
  @Flag(help: "Do not fetch first; a push that is asked for is still made.")
  var offline = false

  var options: CloneOptions {
    var options = CloneOptions()
    options.path = repository.path
    options.ref = ref
    options.policy = policy
    options.isOffline = offline
    return options
  }
}

extension ParsableCommand {
  /// Runs a verb of the promotion workflow, prints what it says, and ends with its status.
  func finish(_ body: () throws -> WorkflowReport) throws {
    var status: Int32 = 0
    try reporting {
      let report = try body()
      for line in report.lines { line.utf8.starts(with: "error:".utf8) ? complain(line) : say(line) }
      if let verdict = report.verdict {
        StandardStreams.writeError(Palette(.errors, .live()).lines(Report(verdict).text(.text)))
      }
      status = report.status
      return []
    }
    if status != 0 { throw ExitCode(status) }
  }
}
