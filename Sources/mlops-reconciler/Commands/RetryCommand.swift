import ArgumentParser
import ManifestCore
import Reconciliation

/// Lets what was left alone be tried again.
struct RetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Try again what was left alone after three failures.",
    discussion: """
      For when the fault was the host's, and is mended: the next pass tries again. A new commit that changes the
      deployment does the same. Without names, all that failed.

        mlops-reconciler retry churn --environment production
      """)

  @Argument(help: ArgumentHelp("The deployments.", valueName: "name"))
  var names: [String] = []
  @Option(help: ArgumentHelp("The environment.", valueName: "env"))
  var environment: String
  @Option(help: ArgumentHelp("The folder of what is known.", valueName: "dir"))
  var state: String?

  func run() throws {
    let folder = state ?? "/var/lib/mlops-reconciler/\(environment)"
    do {
      let asked = try ReconcileRecord.askAgain(names, in: folder, environment: environment)
      for name in asked { say("\(name): the next pass tries again") }
      if asked.isEmpty { say("nothing failed") }
    } catch {
      throw cannotSay(error)
    }
  }
}
