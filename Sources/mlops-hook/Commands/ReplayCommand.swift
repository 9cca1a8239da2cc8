import ArgumentParser
import ManifestCore

/// Tries a policy on the past.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Tell which commits of the past another policy would have refused.",
    discussion: """
      DIR holds `policy.yaml` and `approvers.yaml`, written for a host or for a repository. Each commit of the \
      protected branch's first-parent line is judged by it alone, as a push of its own; pusher, freeze and expiry are \
      not known.

      Exit status: 0 none would have been refused, 1 some would, 2 cannot say (DIR cannot be used).

        mlops-hook replay --policy /usr/local/share/mlops-hook/policies/strict
        mlops-hook replay --policy my-policy --since 2026-06-01
        mlops-hook replay --policy my-policy --repo /srv/git/models.git --format json
      """)

  @Option(help: ArgumentHelp("The folder of the policy that is tried.", valueName: "dir"), completion: .directory)
  var policy: String
  @Option(
    help: ArgumentHelp(
      "Judge what follows this commit, or what claims to be no older than a day or an RFC 3339 time.",
      valueName: "commit|date"))
  var since: String?
  @OptionGroup var options: PastOptions

  func run() throws {
    try options.answer(self) {
      try Replay.answer(
        .init(policy: policy, since: since, ref: options.ref), path: options.path, context: .live())
    }
  }
}
