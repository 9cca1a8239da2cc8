import ArgumentParser
import ManifestCore

/// Tells everything that happened to a deployment.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Tell what happened to a deployment, or what was deployed at a time.",
    discussion: """
      Reads the first-parent line of the protected branch, newest first: each promotion, rollback, change of routing, \
      other change and removal, with who approved it and what was measured. Dates are what commits claim.

      Exit status: 0 told, 1 there never was such a deployment, 2 cannot say.

        mlops-hook history churn
        mlops-hook history churn --env production --at 2026-11-30
        mlops-hook history churn --repo /srv/git/models.git --format json
      """)

  @Argument(help: "The deployment: the name of its file without `.yaml`.", completion: .words(.deployments))
  var name: String
  @Option(
    help: ArgumentHelp("Tell of this environment only.", valueName: "environment"), completion: .words(.environments))
  var env: String?
  @Option(
    help: ArgumentHelp("Tell what was deployed then: a day (its end, UTC), or an RFC 3339 time.", valueName: "date"))
  var at: String?
  @OptionGroup var options: PastOptions

  func run() throws {
    try options.answer(self) {
      try History.answer(
        .init(name: name, environment: env, date: at, ref: options.ref), path: options.path, context: .live())
    }
  }
}
