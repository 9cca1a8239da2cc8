/// Events in the outbox of a sink that no configuration names: it was renamed or removed, or came before there was one.
package struct OutboxStray: Sendable, Equatable {
  /// The sink that they were written for.
  package let sink: String
  /// How many wait.
  package let waiting: Int
  /// How many a receiver had refused.
  package let dead: Int
  /// A sink that is configured, for the words.
  private let other: String?

  /// What lies in a git directory for sinks other than some, by name.
  package static func all(gitDirectory: String, sinks: [Sink]) -> [OutboxStray] {
    var known = Set(sinks.map(\.name))
    // Where nothing is configured the built-in sink is the one in use.
    if sinks.isEmpty { known.insert(Sink.local.name) }
    let folder = Outbox(gitDirectory: gitDirectory, sink: Sink.local.name).base
    guard SafeFiles.kind(folder) == .folder else { return [] }
    var strays: [OutboxStray] = []
    for name in SafeFiles.names(in: folder) where !known.contains(name) && name.utf8.first != UInt8(ascii: ".") {
      let outbox = Outbox(gitDirectory: gitDirectory, sink: name)
      let waiting = outbox.names().count
      let dead = outbox.deadNames().count
      guard waiting + dead > 0 else { continue }
      strays.append(OutboxStray(sink: name, waiting: waiting, dead: dead, other: sinks.first?.name))
    }
    return strays
  }

  /// Whether they came before a sink was configured, for whoever reads the folder.
  package var isLocal: Bool { sink == Sink.local.name }

  /// What was found.
  package var message: String {
    let name = Text.cut(Text.escape(sink))
    var amount = waiting > 0 ? Text.count(waiting, "event") : "\(dead) refused event\(dead == 1 ? "" : "s")"
    if waiting > 0, dead > 0 { amount += " and \(dead) refused" }
    let verb = waiting + dead == 1 ? "lies" : "lie"
    return isLocal
      ? "\(amount) from before a sink was configured \(verb) in `mlops/outbox/local`"
      : "\(amount) of the sink `\(name)`, which is configured no more, \(verb) in `mlops/outbox/\(name)`"
  }

  /// What to do.
  package var fix: String {
    let name = Text.cut(Text.escape(sink))
    var ways: [String] = []
    if let other { ways.append("`mlops-relay redeliver --from \(name) --to \(other)` hands them over") }
    if !isLocal { ways.append("`git config mlops.sink.\(name).url …` gives the sink back") }
    return (ways + ["remove the folder"]).joined(separator: "; or ")
  }
}
