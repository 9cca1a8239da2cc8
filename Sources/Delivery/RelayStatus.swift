package import ManifestCore

/// How all sinks of some repositories stand.
package struct RelayStatus: Sendable {
  private struct Repository {
    var gitDirectory: String
    var sinks: [SinkReport]
    /// What lies in the built-in sink, where nothing else is configured.
    var waiting: Int
  }

  private var repositories: [Repository] = []

  /// Looks at some repositories.
  package static func read(_ paths: [String], context: HookContext) throws -> RelayStatus {
    var status = RelayStatus()
    for path in paths {
      let place = try RepositoryPlace(at: path, context)
      let local = Outbox(gitDirectory: place.gitDirectory, sink: Sink.local.name)
      status.repositories.append(
        Repository(
          gitDirectory: place.gitDirectory, sinks: place.sinks.map { SinkReport($0, in: place) },
          waiting: place.sinks.isEmpty ? local.names().count : 0))
    }
    return status
  }

  /// Whether somebody should look.
  package var needsAttention: Bool { repositories.contains { $0.sinks.contains(where: \.needsAttention) } }

  /// The answer in lines.
  package func lines(now: Int64) -> [String] {
    var lines: [String] = []
    for repository in repositories {
      if repositories.count > 1 { lines.append("\(repository.gitDirectory):") }
      if repository.sinks.isEmpty {
        lines.append(
          "no sink is configured; \(Text.count(repository.waiting, "event")) in `mlops/outbox/local` for whoever reads them"
        )
      }
      lines += repository.sinks.flatMap { $0.lines(now: now) }
    }
    return lines
  }

  /// The answer as JSON.
  package func json(now: Int64) -> JSONValue {
    .object([
      ("schema", .number(1)), ("sinks", .array(repositories.flatMap(\.sinks).map { $0.json(now: now) })),
    ])
  }
}
