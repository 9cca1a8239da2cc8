import ArgumentParser
import Delivery
import ManifestCore

/// Sends refused events again.
struct RedeliverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redeliver",
    abstract: "Move refused events back into the queue, and start stopped sinks again.",
    discussion: """
      Without an id, all of them. Each has the id that it always had, so a receiver that took it once knows it again. \
      With --from and --to, hand over what lies there for a sink that was renamed or removed.

        mlops-relay redeliver --repo /srv/git/models.git --sink argocd
        mlops-relay redeliver --from old --to argocd
      """)

  @Argument(help: "Ids of events.")
  var ids: [String] = []
  @Option(help: "Only of this sink.")
  var sink: String?
  @Option(help: "A sink that is configured no more.")
  var from: String?
  @Option(help: "The sink that gets its events.")
  var to: String?
  @Option(help: "The repository; the current folder otherwise.")
  var repo = "."

  func validate() throws {
    guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to are used together.") }
    guard from == nil || (sink == nil && ids.isEmpty) else {
      throw ValidationError("--from takes all events: it is used without ids and without --sink.")
    }
  }

  func run() throws {
    do {
      if let from, let to {
        for line in try Redelivery.hand(path: repo, from: from, to: to, context: .live()) { say(line) }
        return
      }
      for line in try Redelivery.run(path: repo, sink: sink, ids: ids, context: .live()) { say(line) }
    } catch {
      throw cannotSay(error)
    }
  }
}
