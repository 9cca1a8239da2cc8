import ArgumentParser
import ManifestCore
import Reconciliation

/// Shows how the deployments of an environment fare.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what was applied, and how each deployment fares.",
    discussion: """
      Reads what the last pass has left; asks nobody. Ends with 1 where something is not as git says.

        mlops-reconciler status --environment production
      """)

  @Option(help: ArgumentHelp("The environment.", valueName: "env"))
  var environment: String
  @Option(help: ArgumentHelp("The folder of what is known.", valueName: "dir"))
  var state: String?
  @Option(help: ArgumentHelp("How it is shown: text or json.", valueName: "format"))
  var format = "text"

  func validate() throws {
    guard ["text", "json"].contains(format) else { throw ValidationError("--format is text or json") }
  }

  func run() throws {
    let folder = state ?? "/var/lib/mlops-reconciler/\(environment)"
    guard SafeFiles.kind(folder + "/" + ReconcileRecord.fileName) == .file else {
      throw cannotSay(
        TargetFailure(
          "no reconciler has left anything in `\(Text.cut(folder))`",
          fix: "name the folder of the one that runs: `--state DIR`"))
    }
    let status = ReconcilerStatus(.load(folder, environment: environment))
    if format == "json" { say(status.json.text) } else { status.lines.forEach(say) }
    guard status.isWell else { throw ExitCode(1) }
  }
}
