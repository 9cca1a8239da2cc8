import ArgumentParser
import ManifestCore

/// Says of all repositories of a host whether their gates are in force.
struct MonitorCommand: ParsableCommand {
  /// How the answer is written.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Say of all repositories of a host whether their gates are in force.",
    discussion: """
      Looks at hooks and settings without running anything, some milliseconds a repository; links are not
      followed, and what cannot be read is reported. `doctor` looks at one repository more closely.

      Exit status: 0 all in force, 1 some not, 2 cannot say of some.

        mlops-hook monitor --scan /srv/git
        mlops-hook monitor --scan /srv/git --except /srv/git/site.git --format json
      """)

  @Option(
    help: ArgumentHelp("Look at all repositories below this folder; may be repeated.", valueName: "dir"),
    completion: .directory)
  var scan: [String] = []
  @Option(
    name: [.customShort("C"), .customLong("repo")],
    help: ArgumentHelp("Look at this repository; may be repeated.", valueName: "dir"), completion: .directory)
  var repo: [String] = []
  @Option(
    help: ArgumentHelp("Leave out this repository, which needs no gate; may be repeated.", valueName: "dir"),
    completion: .directory)
  var except: [String] = []
  @Option(help: ArgumentHelp("How many folders deep to look.", valueName: "n"))
  var depth: Int?
  @Flag(help: "Make a real push into each repository, which its gate must refuse.")
  var canary = false
  @Option(help: "text or json.")
  var format = Format.text
  @Option(
    help: ArgumentHelp("Write metrics for node_exporter's textfile collector.", valueName: "file"), completion: .file())
  var metricsFile: String?

  func run() throws {
    guard !scan.isEmpty || !repo.isEmpty else {
      throw cannotSay("no folder is named", fix: "name one: `mlops-hook monitor --scan /srv/git`")
    }
    var status: Int32 = 2
    try reporting {
      let answer = try Monitor.look(
        folders: scan, repositories: repo, except: except, depth: depth, pushes: canary, context: .live())
      status = answer.status
      if let metricsFile { try StandardStreams.write(answer.metrics, to: metricsFile) }
      return format == .json ? [answer.json.text] : answer.lines
    }
    if status != 0 { throw ExitCode(status) }
  }
}
