import ArgumentParser
import Delivery
import ManifestCore

/// One round.
struct OnceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "once",
    abstract: "Write missing triggers, deliver what is due, and end.",
    discussion: """
      For cron, and for hooks, which start it where no relay runs (`git config mlops.relay`). A sink that is in a \
      pause after a failure is left alone until that is over. A repository that cannot be looked at holds no other up. \
      Exit status: 0 all delivered, 1 something was not, 2 no repository could be looked at.

        mlops-relay once --repo /srv/git/models.git
      """)

  @OptionGroup var places: Places
  @OptionGroup var log: LogOptions

  func run() async throws {
    do {
      let round = await RelayOnce.run(try places.paths(), context: .live(), logger: log.logger)
      if round.served == 0, !round.problems.isEmpty { throw ExitCode(2) }
      if !round.problems.isEmpty || round.reports.contains(where: { $0.needsAttention }) { throw ExitCode(1) }
    } catch {
      throw cannotSay(error)
    }
  }
}
