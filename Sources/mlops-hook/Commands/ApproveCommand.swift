import ArgumentParser
import ManifestCore

/// Shows a proposal and approves it.
struct ApproveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract: "Show a proposal as its approver must see it, and sign it.",
    discussion: """
      Signs with git's own SSH key (`gpg.format ssh`, `user.signingKey`). On a terminal it asks before it signs.

        mlops-hook approve promote/churn-v2.5.0-production --show
        mlops-hook approve promote/churn-v2.5.0-production --push
      """)

  @Argument(help: "The proposal's branch, or a commit.", completion: .words(.proposals))
  var proposal: String
  @Flag(help: "Show the proposal, and sign nothing.")
  var show = false
  @Flag(help: "Take the approval back.")
  var withdraw = false
  @Option(
    help: ArgumentHelp(
      "How long the approval is good, as in 7d; 14d, or what the policy allows, otherwise.", valueName: "span"))
  var validFor: String?
  @Flag(help: "Push the approval, or its withdrawal.")
  var push = false
  @Flag(help: "Do not ask before signing.")
  var yes = false
  @OptionGroup var clone: CloneFlags

  func validate() throws {
    if show, withdraw || push { throw ValidationError("--show goes with neither --withdraw nor --push") }
  }

  func run() throws {
    var request = Approve.Request()
    request.name = proposal
    request.validity = validFor
    request.pushes = push
    request.clone = clone.options
    try finish {
      let approve = try Approve(request, context: .live())
      if withdraw { return try approve.withdraw() }
      if !show { try approve.prepare() }
      for line in approve.review { say(line) }
      if show { return WorkflowReport() }
      guard yes || StandardStreams.confirm("approve this? [y/N] ") else {
        var report = WorkflowReport()
        report.lines = ["nothing was signed"]
        report.status = 1
        return report
      }
      return try approve.sign()
    }
  }
}
