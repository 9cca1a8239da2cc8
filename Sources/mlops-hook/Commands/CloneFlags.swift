import ArgumentParser
import ManifestCore

/// What every verb of the promotion workflow can be told about the clone.
struct CloneFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The branch that promotions go to; the host's HEAD otherwise.", valueName: "ref"))
  var ref: String?
  @Option(help: ArgumentHelp("A folder that stands for the host's policy.", valueName: "dir"))
  var policy: String?
  @Flag(help: "Work with what was fetched before.")
  var offline = false

  var options: CloneOptions {
    var options = CloneOptions()
    options.ref = ref
    options.policy = policy
    options.isOffline = offline
    return options
  }
}

extension ParsableCommand {
  /// Runs a verb of the promotion workflow, prints what it says, and ends with its status.
  func finish(_ body: () throws -> WorkflowReport) throws {
    let report: WorkflowReport
    do {
      report = try body()
    } catch {
      if let declined = WorkflowReport.declined(error) {
        StandardStreams.writeError(
          Terminal.line("error: \(declined.message)") + Terminal.line("hint: \(declined.fix)"))
        throw ExitCode(1)
      }
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
    for line in report.lines { StandardStreams.writeOutput(Terminal.line(line)) }
    if let verdict = report.verdict { StandardStreams.writeError(Report(verdict).text(.text)) }
    if report.status != 0 { throw ExitCode(report.status) }
  }
}
