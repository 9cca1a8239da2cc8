package import ManifestCore
internal import Networking

/// Moves refused events back, and starts stopped sinks again.
package enum Redelivery {
  /// How long to wait for whoever delivers to a sink just now, in seconds.
  private static let patience = 70

  /// Moves events back by their ids, or all of them; gives lines to be shown.
  package static func run(path: String, sink name: String?, ids: [String], context: HookContext) throws -> [String] {
    let place = try RepositoryPlace(at: path, context)
    let sinks = try name.map { [try place.sink($0)] } ?? place.sinks
    var lines: [String] = []
    var missing = Set(ids)
    for sink in sinks {
      let outbox = Outbox(gitDirectory: place.gitDirectory, sink: sink.name)
      let dead = outbox.deadNames().filter { file in
        ids.isEmpty || ids.contains { Array("\($0).json".utf8) == Array(file.utf8) }
      }
      let isHeld = { SinkState.read(outbox).stop != nil || SinkState.read(outbox).failures > 0 }
      guard !dead.isEmpty || (ids.isEmpty && isHeld()) else { continue }
      guard let lock = outbox.lock(seconds: patience) else {
        throw LocalCheck.CannotSay(
          "somebody has been delivering to the sink `\(sink.name)` for \(patience) s", fix: "try again")
      }
      defer { SafeFiles.unlock(lock) }
      for file in dead {
        try outbox.revive(file)
        missing.remove(String(decoding: file.utf8.dropLast(".json".utf8.count), as: UTF8.self))
      }
      var state = SinkState.read(outbox)
      if state.stop != nil { lines.append("\(sink.name): starts again") }
      state.stop = nil
      state.failures = 0
      state.failingSince = nil
      state.nextTry = nil
      try state.write(outbox)
      lines.append("\(sink.name): \(Text.count(dead.count, "event")) moved back")
    }
    guard missing.isEmpty else {
      throw LocalCheck.CannotSay(
        "no refused event has the id `\(Text.cut(missing.sorted().first ?? ""))`",
        fix: "look into `mlops/outbox/<sink>/dead/` in the git directory")
    }
    let isHeard = RelayBell.ring(place.gitDirectory)
    if lines.isEmpty { return ["nothing was refused, and no sink stands still"] }
    return lines + [isHeard ? "the relay that runs sends them now" : "`mlops-relay once --repo \(path)` sends them now"]
  }
}
