package import ManifestCore

/// How all sinks of some repositories stand.
package struct RelayStatus: Sendable {
  private struct Repository {
    var gitDirectory: String
    var sinks: [SinkReport]
    /// What lies in the built-in sink, where nothing else is configured.
    var waiting: Int
    var strays: [OutboxStray]

    /// Whether somebody should look: what came before there was a sink is somebody's, maybe, who reads it there.
    var needsAttention: Bool { sinks.contains(where: \.needsAttention) || strays.contains { !$0.isLocal } }
  }

  private var repositories: [Repository] = []
  private var problems: [PlaceProblem] = []

  /// Looks at some repositories; one that cannot be looked at hides no other.
  package static func read(_ paths: [String], context: HookContext) -> RelayStatus {
    var status = RelayStatus()
    for path in paths {
      do throws(LocalCheck.CannotSay) {
        let place = try RepositoryPlace(at: path, context)
        let local = Outbox(gitDirectory: place.gitDirectory, sink: Sink.local.name)
        status.repositories.append(
          Repository(
            gitDirectory: place.gitDirectory, sinks: place.sinks.map { SinkReport($0, in: place) },
            waiting: place.sinks.isEmpty ? local.names().count : 0, strays: place.strays))
      } catch {
        status.problems.append(PlaceProblem(path, error))
      }
    }
    return status
  }

  /// Why nothing can be said at all, where no repository could be looked at.
  package var failure: PlaceProblem? { repositories.isEmpty ? problems.first : nil }

  /// Whether somebody should look.
  package var needsAttention: Bool { !problems.isEmpty || repositories.contains(where: \.needsAttention) }

  /// The answer in lines.
  package func lines(now: Int64) -> [String] {
    var lines: [String] = []
    for repository in repositories {
      if repositories.count + problems.count > 1 { lines.append("\(repository.gitDirectory):") }
      if repository.sinks.isEmpty {
        lines.append(
          "no sink is configured; \(Text.count(repository.waiting, "event")) in `mlops/outbox/local` for whoever reads them"
        )
      }
      lines += repository.sinks.flatMap { $0.lines(now: now) }
      for stray in repository.strays { lines += ["warning: \(stray.message)", "hint: \(stray.fix)"] }
    }
    for problem in problems {
      lines += ["\(problem.path): cannot be looked at: \(problem.message)", "  hint: \(problem.fix)"]
    }
    return lines
  }

  /// The answer as JSON.
  package func json(now: Int64) -> JSONValue {
    let strays = repositories.flatMap { repository in
      repository.strays.map { stray in
        JSONValue.object([
          ("repository", .string(repository.gitDirectory)), ("sink", .string(stray.sink)),
          ("pending", .number(stray.waiting)), ("dead", .number(stray.dead)), ("message", .string(stray.message)),
          ("fix", .string(stray.fix)),
        ])
      }
    }
    let unreadable = problems.map { problem in
      JSONValue.object([
        ("repository", .string(problem.path)), ("message", .string(problem.message)), ("fix", .string(problem.fix)),
      ])
    }
    return .object([
      ("schema", .number(1)), ("sinks", .array(repositories.flatMap(\.sinks).map { $0.json(now: now) })),
      ("not_configured", .array(strays)), ("unreadable", .array(unreadable)),
    ])
  }
}
