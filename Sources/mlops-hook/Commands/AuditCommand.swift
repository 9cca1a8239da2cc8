import ArgumentParser
import ManifestCore

/// Looks into the audit log of a host's repository.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Verify or show the audit log of a host's repository.",
    discussion: """
      The log has a line for each judged push and each protected ref that moved; each line carries the digest of the \
      one before.

        mlops-hook audit verify --repo /srv/git/models.git
        mlops-hook audit show --repo /srv/git/models.git --refused -n 5
      """,
    subcommands: [AuditVerifyCommand.self, AuditShowCommand.self])
}

/// Says whether the audit log is whole.
struct AuditVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Say whether each line of the audit log follows the one before it.",
    discussion: """
      The digest of the last line that it prints can be kept elsewhere: who has it can tell whether the log was made \
      anew.

      Exit status: 0 the log is whole, 1 it is not (the first line that is wrong is named), 2 cannot say.

        mlops-hook audit verify --repo /srv/git/models.git
      """)

  @OptionGroup var options: AuditOptions

  func run() throws {
    try options.answer(self) { try Audit.verify(path: options.repository.path, context: .live()) }
  }
}

/// Shows records of the audit log.
struct AuditShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show who pushed what, when and from where, and what the gate said; the newest first.",
    discussion: """
      Exit status: 0 shown, 2 cannot say.

        mlops-hook audit show --repo /srv/git/models.git --ref main --since 2026-12-01
        mlops-hook audit show --repo /srv/git/models.git --refused -n 5 --format json
      """)

  @Option(help: "Only records of this ref.") var ref: String?
  @Option(help: ArgumentHelp("Only records from then on: a day, or an RFC 3339 time.", valueName: "date"))
  var since: String?
  @Flag(help: "Only pushes that the gate refused.") var refused = false
  @Option(name: .customShort("n"), help: ArgumentHelp("How many records at most.", valueName: "count")) var count = 20
  @OptionGroup var options: AuditOptions

  func validate() throws {
    guard count > 0 else { throw ValidationError("-n is a number above 0") }
  }

  func run() throws {
    try options.answer(self) {
      try Audit.show(
        .init(ref: ref, since: since, isRefused: refused, count: count), path: options.repository.path,
        context: .live())
    }
  }
}
