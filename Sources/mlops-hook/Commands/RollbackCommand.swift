import ArgumentParser
import ManifestCore

/// Takes a deployment back to what stood before.
struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Take a deployment back to what stood before its version changed.",
    discussion: """
      Restores the model and the routing by content, and nothing else: later
      commits to other things stay. Where the policy does not waive approvals, it
      becomes a proposal.

        mlops-hook rollback churn --env production --reason "too slow" --push
        mlops-hook rollback churn --env production --to v2.3.0 --reason "drift"
      """)

  @Argument(help: "The deployment's name.", completion: .words(.deployments))
  var name: String
  @Option(help: ArgumentHelp("Its environment.", valueName: "env"), completion: .words(.environments))
  var env: String
  @Option(
    help: ArgumentHelp(
      "The version that is wanted back; what stood before the last change otherwise.", valueName: "version"))
  var to: String?
  @Option(help: ArgumentHelp("Why: it stands in the commit.", valueName: "text"))
  var reason: String
  @Flag(help: "Push the commit, or the proposal.")
  var push = false
  @OptionGroup var clone: CloneFlags

  func run() throws {
    var request = Rollback.Request()
    request.name = name
    request.environment = env
    request.version = to
    request.reason = reason
    request.pushes = push
    request.clone = clone.options
    try finish { try Rollback.run(request, context: .live()) }
  }
}
