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
      let lock = try lock(outbox, sink.name)
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
      lines.append(
        "\(sink.name): "
          + (dead.isEmpty
            ? "nothing in `dead/`; what waits has no pause now" : "\(Text.count(dead.count, "event")) moved back"))
    }
    guard missing.isEmpty else {
      throw LocalCheck.CannotSay(
        "no refused event has the id `\(Text.cut(missing.sorted().first ?? ""))`",
        fix: "look into `mlops/outbox/<sink>/dead/` in the git directory")
    }
    if lines.isEmpty {
      return [
        name.map { "nothing in `dead/` of `\(Text.cut($0))`, and it does not stand still" }
          ?? "nothing was refused, and no sink stands still"
      ]
    }
    return lines + [next(place, path)]
  }

  /// Hands everything over that lies there for a sink that is configured no more; gives lines to be shown.
  package static func hand(path: String, from old: String, to new: String, context: HookContext) throws -> [String] {
    let place = try RepositoryPlace(at: path, context)
    let sink = try place.sink(new)
    let shown = Text.cut(Text.escape(old))
    guard !place.sinks.contains(where: { $0.name == old }) else {
      throw LocalCheck.CannotSay(
        "the sink `\(shown)` is configured: its events go there",
        fix: "take it away first: `git config --remove-section mlops.sink.\(shown)`")
    }
    guard place.strays.contains(where: { $0.sink == old }) else {
      let names = place.strays.map(\.sink)
      throw LocalCheck.CannotSay(
        "nothing lies in `mlops/outbox/\(shown)`",
        fix: names.isEmpty ? "nothing has to be handed over" : "something lies there for \(Text.list(names))")
    }
    let source = Outbox(gitDirectory: place.gitDirectory, sink: old)
    let target = Outbox(gitDirectory: place.gitDirectory, sink: new)
    try target.make()
    let locks = [try lock(source, old), try lock(target, new)]
    defer { for lock in locks { SafeFiles.unlock(lock) } }
    for name in source.deadNames() { try source.revive(name) }
    var count = 0
    var left = 0
    for name in source.names() {
      guard takes(sink, source, name) else {
        left += 1
        continue
      }
      try source.hand(name, to: target)
      count += 1
    }
    var lines = ["\(new): \(Text.count(count, "event")) handed over from `\(shown)`"]
    if left > 0 {
      lines.append(
        "\(Text.count(left, "event")) left where they are: they name environments that `\(new)` does not take")
    }
    return count == 0 ? lines : lines + [next(place, path)]
  }

  /// Whether a sink's filter lets all of an event through; what is no event is for its queue to say.
  private static func takes(_ sink: Sink, _ outbox: Outbox, _ name: String) -> Bool {
    guard !sink.environments.isEmpty, case .content(let bytes) = outbox.read(name),
      let event = try? DeliveryEvent(bytes, file: name)
    else { return true }
    return event.changes.allSatisfy { sink.environments.contains($0.environment) }
  }

  private static func lock(_ outbox: Outbox, _ name: String) throws -> Int32 {
    guard let lock = outbox.lock(seconds: patience) else {
      throw LocalCheck.CannotSay(
        "somebody has been delivering to the sink `\(Text.cut(Text.escape(name)))` for \(patience) s", fix: "try again")
    }
    return lock
  }

  private static func next(_ place: RepositoryPlace, _ path: String) -> String {
    RelayBell.ring(place.gitDirectory)
      ? "the relay that runs sends them now" : "`mlops-relay once --repo \(ShellWord.quoted(path))` sends them now"
  }
}
