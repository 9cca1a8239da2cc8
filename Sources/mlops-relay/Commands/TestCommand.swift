import ArgumentParser
import Delivery
import ManifestCore

/// Asks a receiver whether it takes what we send.
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Send a test event to a sink, and say what the answer means.",
    discussion: """
      It passes by the queue, and the receiver takes it for an event: one that acts on each message acts on this one \
      too, with `after` of 40 zeros in formats argocd and flux. Where the sink had stopped after a 410, it starts again \
      once a test is taken.

        mlops-relay test argocd --repo /srv/git/models.git
      """)

  @Argument(help: "The sink's name.")
  var sink: String
  @Option(help: "The repository; the current folder otherwise.")
  var repo = "."

  func run() async throws {
    do {
      let result = try await SinkTest.run(path: repo, sink: sink, context: .live())
      for line in result.lines {
        let isProblem = ["error:", "hint:", "warning:"].contains { line.utf8.starts(with: $0.utf8) }
        isProblem ? complain(line) : say(line)
      }
      if !result.isTaken { throw ExitCode(1) }
    } catch {
      throw cannotSay(error)
    }
  }
}
