internal import CRuntime
import GitObjects
import YAMLTree

/// What the log says of the past of a ref.
extension AuditLog {
  /// How much of the log's end is searched, in bytes: what is asked for nearly always is among the last lines.
  private static let tails = [256 << 10, 4 << 20]
  /// The same where a ref's way must be found: refused pushes may lie behind it.
  private static let longTails = tails + [32 << 20]

  /// A push that was taken because somebody broke the glass.
  struct BrokenGlass: Equatable {
    var time: String
    var who: String
    var reason: String
    /// The commit that it let in.
    var commit: String
  }

  /// The way of a ref from one commit to another, as far as the log knows it.
  struct Way {
    /// Whether recorded acceptances lead all the way.
    var isJudged = false
    /// The latest break-glass on the way.
    var brokenGlass: BrokenGlass?
    /// Who pushed what the ref holds now.
    var pusher: String?
  }

  /// Whether recorded acceptances lead from one commit of a ref to another.
  func covers(_ ref: String, from old: ObjectID, to new: ObjectID) -> Bool { way(of: ref, from: old, to: new).isJudged }

  /// Follows the records of a ref back from one commit to another.
  func way(of ref: String, from old: ObjectID, to new: ObjectID) -> Way {
    if old == new { return Way(isJudged: true) }
    for tail in Self.longTails {
      let lines = files.lastLines(tail)
      let (way, isComplete) = Self.way(of: Text.escape(ref), from: old.hex, to: new.hex, in: lines)
      if isComplete || tail == Self.longTails.last { return way }
    }
    return Way()
  }

  private static func way(of ref: String, from old: String, to new: String, in lines: [ArraySlice<UInt8>]) -> (
    Way, isComplete: Bool
  ) {
    var way = Way(isJudged: true)
    var current = new
    for line in lines where holds(line, current) {
      guard let entry = AuditEntry(line), entry.type == "judged", entry.scope != "form" else { continue }
      // A push lists its unprotected refs too, which nobody judged.
      guard let update = entry.updates.first(where: { $0.isProtected && $0.ref == ref && $0.new == current }) else {
        continue
      }
      if !entry.isAccepted || !entry.isTaken { way.isJudged = false }
      // What was refused last was not taken, whatever was recorded before.
      guard entry.isTaken else { return (way, true) }
      if way.pusher == nil { way.pusher = entry.text("pusher") }
      if way.brokenGlass == nil, let glass = entry.brokenGlass {
        way.brokenGlass = BrokenGlass(time: entry.time, who: glass.who, reason: glass.reason, commit: update.new)
      }
      current = update.old
      if current == old { return (way, true) }
    }
    way.isJudged = false
    return (way, false)
  }

  /// Whether the latest move of a ref that is recorded is this one.
  func endsWith(moveOf ref: String, from old: ObjectID, to new: ObjectID) -> Bool {
    let name = Text.escape(ref)
    for line in files.lastLines(Self.tails[0]) where Self.holds(line, "moved") {
      guard let entry = AuditEntry(line), entry.type == "moved",
        let update = entry.updates.first(where: { $0.ref == name })
      else { continue }
      return update.old == old.hex && update.new == new.hex
    }
    return false
  }

  private static func holds(_ line: ArraySlice<UInt8>, _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return line.withUnsafeBytes { mlops_contains($0.baseAddress, UInt($0.count), wanted, UInt(wanted.count)) != 0 }
  }

  /// The refs and commits that audit mode let through although the gate would have refused them.
  func letThrough() -> [String] {
    recentEntries().filter { $0.isTaken && !$0.isAccepted && $0.brokenGlass == nil }.map(\.heading)
  }

  /// The pushes that were taken because somebody broke the glass, the oldest first.
  func brokenGlasses() -> [String] {
    recentEntries().compactMap { entry in
      guard entry.isTaken, let glass = entry.brokenGlass else { return nil }
      return "\(entry.heading), by \(glass.who): \(glass.reason)"
    }
  }

  private func recentEntries() -> [AuditEntry] {
    files.lastLines(Self.tails.last ?? 0).reversed().compactMap { AuditEntry($0) }.filter { $0.type == "judged" }
  }
}
