import GitObjects

/// Records in the audit log which protected refs really moved, as the sweep for triggers finds them.
///
/// A judged push may still come to nothing: another hook, a lock or a lost connection can stop it.
final class MoveRecorder {
  private let host: HostRepository
  private let context: HookContext
  /// What the push moved that this runs for; nil where it runs for none.
  private let updates: [RefUpdate]?
  /// What could not be recorded.
  private(set) var warnings: [String] = []

  init(host: HostRepository, context: HookContext, updates: [RefUpdate]?) {
    self.host = host
    self.context = context
    self.updates = updates
  }

  /// A ref that holds another commit than when it was last looked at.
  struct Move {
    var name: [UInt8]
    var old: ObjectID
    var new: ObjectID
    /// What the audit log knows of it; nil where it was not asked.
    var way: AuditLog.Way?
  }

  /// Whether the push that this runs for moved a ref there.
  func isOwn(_ ref: [UInt8], _ new: ObjectID) -> Bool {
    guard let updates else { return false }
    if updates.contains(where: { $0.ref == ref && $0.new == new }) { return true }
    // A push under another name of the ref ends at the same commit.
    return updates.contains { update in
      update.new == new && !update.ref.starts(with: bytes("refs/tags/")) && target(update.ref) == ref
    }
  }

  /// The ref that a symbolic one leads to.
  private func target(_ ref: [UInt8]) -> [UInt8]? {
    guard case .symbolic(let target) = try? host.repository.reference(ref) else { return nil }
    return self.target(target) ?? target
  }

  /// Who moved a ref: who pushes, or whom the audit log names; nil where nobody knows.
  func pusher(of move: Move) -> String? { isOwn(move.name, move.new) ? host.pusher.shown : move.way?.pusher }

  /// Records moves, all of them before it comes back.
  func record(_ moves: [Move]) {
    guard host.settings.audits, !moves.isEmpty else { return }
    append(
      moves.map { move in
        let ref = Text.show(move.name)
        let isJudged = move.way?.isJudged == true || host.auditLog.covers(ref, from: move.old, to: move.new)
        return moved(
          move.name, move.old, move.new, isOwn: isOwn(move.name, move.new), isJudged: isJudged, move.way?.pusher)
      })
  }

  /// Records the protected tags of the push: they have no record of triggers to be compared with.
  func recordTags(_ policies: PolicySet) throws {
    guard host.settings.audits else { return }
    for update in updates ?? [] where update.ref.starts(with: bytes("refs/tags/")) {
      guard !policies.judging(update.ref, isFirstPush: false).isEmpty else { continue }
      var held = ObjectID.zero
      if case .direct(let id) = try host.repository.reference(update.ref) { held = id }
      guard held == update.new else { continue }
      let isCovered = host.auditLog.covers(Text.show(update.ref), from: update.old, to: update.new)
      append([moved(update.ref, update.old, update.new, isOwn: true, isJudged: isCovered, nil)])
    }
  }

  private func moved(
    _ ref: [UInt8], _ old: ObjectID, _ new: ObjectID, isOwn: Bool, isJudged: Bool, _ pusher: String?
  ) -> AuditLog.Moved {
    AuditLog.Moved(
      time: context.now, hook: updates == nil ? "emit" : "post-receive",
      actor: isOwn ? AuditLog.Actor(pusher: host.pusher, origin: HookOrigin.read(context)) : nil, pusher: pusher,
      ref: ref, old: old, new: new, isJudged: isJudged)
  }

  private func append(_ records: [AuditLog.Moved]) {
    do {
      try host.auditLog.append(records)
    } catch {
      let words = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
      let shown = Text.without(host.repository.gitDirectory, in: words)
      let refs = Text.list(records.map { Text.show($0.ref) })
      warnings.append("the move of \(refs) was not recorded in the audit log: \(shown)")
    }
  }
}
