import ArgumentParser
import Delivery
import ManifestCore

/// Sends refused events again.
struct RedeliverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redeliver",
    abstract: "Move refused events back into the queue, and start stopped sinks again.",
    discussion: """
      Without an id, all of them. Each has the id that it always had, so a receiver that took it once knows it again.

        mlops-relay redeliver --repo /srv/git/models.git --sink argocd
      """)

  @Argument(help: "Ids of events.")
  var ids: [String] = []
  @Option(help: "Only of this sink.")
  var sink: String?
  @Option(help: "The repository; the current folder otherwise.")
  var repo = "."

  func run() throws {
    do {
      for line in try Redelivery.run(path: repo, sink: sink, ids: ids, context: .live()) { say(line) }
    } catch {
      throw cannotSay(error)
    }
  }
}
