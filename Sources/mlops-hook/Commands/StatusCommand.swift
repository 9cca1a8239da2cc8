import ArgumentParser
import ManifestCore

/// Tells what is deployed.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell what is deployed where, since when, by whom, and whether its evidence holds.",
    discussion: """
      Reads the tip of the protected branch and its first-parent line. Dates are what commits claim.

      Exit status: 0 told, 2 cannot say.

        mlops-hook status --fetch
        mlops-hook status --repo /srv/git/models.git --format json
      """)

  @Flag(help: "Ask the remote first for what is new: branches, proposals, approvals.")
  var fetch = false
  @OptionGroup var options: PastOptions

  func run() throws {
    try options.answer(self) {
      try Status.answer(ref: options.ref, path: options.path, fetches: fetch, context: .live())
    }
  }
}
