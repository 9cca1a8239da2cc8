import ArgumentParser
import ManifestCore

/// Says whether a repository's gate is in force.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say whether a repository's gate is really in force.",
    discussion: """
      Exit status: 0 it is in force (recommended settings are warnings), 1 it is not, 2 cannot say.
      With `--canary`, what git does is asked too, and not only what it would: a push is made below
      `refs/mlops-canary/`, which a gate refuses whatever its policies say. It leaves nothing behind.

        mlops-hook doctor --repo /srv/git/models.git
        mlops-hook doctor --canary --repo /srv/git/models.git
      """)

  @Flag(help: "Make a real push that the gate must refuse.")
  var canary = false
  @Flag(help: "Look at the hooks alone, not at settings, policies and triggers.")
  var hooksOnly = false
  @OptionGroup var repository: RepositoryOptions

  func run() throws {
    var closeness = Doctor.Closeness()
    closeness.pushes = canary
    closeness.looksAtAll = !hooksOnly
    let (items, status) = Doctor.examine(path: repository.path, closeness: closeness, context: .live())
    for item in items {
      let word = item.state == .broken ? "error" : item.state.rawValue
      say("\(word): \(item.message)")
      if let fix = item.fix { say("hint: \(fix)") }
    }
    let summary =
      status == 0
      ? "the gate is in force"
      : status == 1 ? "error: the gate is NOT in force" : "error: cannot say whether the gate is in force"
    say(summary)
    if status != 0 { throw ExitCode(status) }
  }
}
