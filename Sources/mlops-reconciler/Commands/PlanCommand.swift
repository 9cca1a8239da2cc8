import ArgumentParser
import Reconciliation

/// Shows what a pass would do.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what a pass would do, and do nothing.",
    discussion: """
      Fetches and judges as a pass does. Ends with 1 where there is something to do.

        mlops-reconciler plan --repository /srv/git/models.git --environment production \\
          --targets targets.yaml --format json
      """)

  @OptionGroup var options: ReconcilerOptions
  @Option(help: ArgumentHelp("How it is shown: text or json.", valueName: "format"))
  var format = "text"

  func validate() throws {
    guard ["text", "json"].contains(format) else { throw ValidationError("--format is text or json") }
  }

  func run() async throws {
    do {
      let pass = try await options.reconciler(isDry: true).pass(isDry: true)
      if let plan = pass.plan {
        if format == "json" { say(plan.json.text) } else { plan.lines.forEach(say) }
      }
      for problem in pass.problems {
        complain("error: \(problem.subject): \(problem.message)")
        complain("hint: \(problem.fix)")
      }
      guard pass.problems.isEmpty, pass.plan?.isEmpty ?? true else { throw ExitCode(1) }
    } catch {
      throw cannotSay(error)
    }
  }
}
