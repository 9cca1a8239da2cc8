package import ManifestCore

/// A repository with its sinks, as its configuration has them now.
package struct RepositoryPlace: Sendable {
  /// The git directory, with a slash at its end.
  package let gitDirectory: String
  let source: String
  let sinks: [Sink]
  /// The branch that `HEAD` names, without `refs/heads/`.
  let defaultBranch: String

  /// Looks at a repository.
  package init(at path: String, _ context: HookContext) throws(LocalCheck.CannotSay) {
    do {
      try self.init(HostRepository.open(at: path, context))
    } catch {
      throw OpeningWords.of(error, path: path)
    }
  }

  private init(_ host: HostRepository) throws {
    gitDirectory = host.repository.gitDirectory
    source = host.source
    sinks = host.settings.sinks
    let head = try HostRefs.of(host.repository).headBranch ?? bytes("refs/heads/main")
    defaultBranch = String(decoding: head.dropFirst("refs/heads/".utf8.count), as: UTF8.self)
  }

  /// Writes the triggers that are missing, then looks; gives the warnings too.
  static func sweep(
    at path: String, _ context: HookContext
  ) throws(LocalCheck.CannotSay) -> (place: RepositoryPlace, warnings: [String]) {
    do {
      let host = try HostRepository.open(at: path, context)
      var warnings: [String] = []
      do {
        warnings = try TriggerEmitter(host: host, context: context).emit().warnings
      } catch {
        // What lies in the outbox already can be delivered all the same.
        warnings = ["triggers were not written: \(EmitOperation.words(error).message)"]
      }
      let place = try RepositoryPlace(host)
      return (place, warnings + place.strays.map { "\($0.message); \($0.fix)" })
    } catch {
      throw OpeningWords.of(error, path: path)
    }
  }

  /// What lies in outboxes of sinks that are not configured.
  var strays: [OutboxStray] { OutboxStray.all(gitDirectory: gitDirectory, sinks: sinks) }

  /// The sink of a name.
  func sink(_ name: String) throws -> Sink {
    if let sink = sinks.first(where: { $0.name == name }) { return sink }
    let names = sinks.map(\.name)
    throw LocalCheck.CannotSay(
      "the repository has no sink `\(Text.cut(name))`",
      fix: names.isEmpty
        ? "configure one: `git config mlops.sink.\(Text.cut(name)).url …`" : "it has \(Text.list(names))")
  }
}
