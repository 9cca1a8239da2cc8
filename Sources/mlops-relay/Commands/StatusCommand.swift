import ArgumentParser
import Delivery
import ManifestCore
import Networking

/// Shows how each sink stands.
struct StatusCommand: ParsableCommand {
  /// How an answer is written.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what waits for each sink, its last success, and its last error.",
    discussion: """
      Read from the disk, so it works without a relay that runs. Exit status 1: a sink fails, stands still, or has \
      dead events, events wait for a sink that is configured no more, or one of several repositories cannot be looked at.

        mlops-relay status --scan /srv/git --format json
      """)

  @OptionGroup var places: Places
  @Option(help: "How to write it: text or json.")
  var format = Format.text

  func run() throws {
    do {
      let status = RelayStatus.read(try places.paths(), context: .live())
      if let failure = status.failure { throw LocalCheck.CannotSay(failure.message, fix: failure.fix) }
      switch format {
      case .json: say(status.json(now: WallClock.now).text)
      case .text: for line in status.lines(now: WallClock.now) { say(line) }
      }
      if status.needsAttention { throw ExitCode(1) }
    } catch {
      throw cannotSay(error)
    }
  }
}
