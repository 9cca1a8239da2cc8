import ArgumentParser
import ManifestCore

/// Makes the commit of an approved proposal.
struct PromoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Make the one commit of an approved proposal, and push it.",
    discussion: """
      Collects the approvals, puts the change on top of the protected branch, and runs the gate's own check first.

        mlops-hook promote promote/churn-v2.5.0-production --push
        mlops-hook promote promote/churn-v2.5.0-production \\
          --approved-by "Aiko Tanaka <aiko@example.com>"
      """)

  @Argument(help: "The proposal's branch, or a commit.", completion: .words(.proposals))
  var proposal: String
  @Option(
    help: ArgumentHelp(
      "Somebody who approved, where the policy takes trailers; may be repeated.", valueName: "approver"))
  var approvedBy: [String] = []
  @Flag(help: "Push the commit.")
  var push = false
  @Flag(help: "Leave the proposal's branch and approvals where they are.")
  var keep = false
  @OptionGroup var clone: CloneFlags

  func run() throws {
    var request = Promote.Request()
    request.name = proposal
    request.approvers = approvedBy
    request.pushes = push
    request.keepsBranch = keep
    request.clone = clone.options
    try finish { try Promote.run(request, context: .live()) }
  }
}
