import ArgumentParser
import Reconciliation

/// Makes one pass.
struct OnceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "once",
    abstract: "Make one pass: fetch, judge, compare, change.",
    discussion: """
      For cron, and for trying it out. Ends with 1 where something is not as git says afterwards.

        mlops-reconciler once --repository /srv/git/models.git --environment production \\
          --targets targets.yaml --state /var/lib/mlops-reconciler/production
      """)

  @OptionGroup var options: ReconcilerOptions

  func run() async throws {
    do {
      let reconciler = try options.reconciler()
      let pass = try await reconciler.passes()
      await reconciler.release()
      for action in pass.done { say("\(action)") }
      for held in pass.plan?.held ?? [] { say("held: \(held.deployment): \(held.reason)") }
      for problem in pass.problems {
        complain("error: \(problem.subject): \(problem.message)")
        complain("hint: \(problem.fix)")
      }
      guard pass.isSettled else { throw ExitCode(1) }
      if pass.plan?.isEmpty ?? true { say("nothing to do: what runs is what git says") }
    } catch {
      throw cannotSay(error)
    }
  }
}
