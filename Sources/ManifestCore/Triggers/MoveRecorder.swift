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

  /// Records that a ref holds another commit than when it was last looked at.
  func record(_ ref: [UInt8], from old: ObjectID, to new: ObjectID, isJudged: Bool) {
    guard host.settings.audits else { return }
    // A push under another name of the ref ends at the same commit.
    let isOwn = updates?.contains { $0.new == new && !$0.ref.starts(with: bytes("refs/tags/")) } == true
    append(ref, old, new, isOwn: isOwn, isJudged: isJudged)
  }

  /// Records the protected tags of the push: they have no record of triggers to be compared with.
  func recordTags(_ policies: PolicySet) throws {
    guard host.settings.audits else { return }
    for update in updates ?? [] where update.ref.starts(with: bytes("refs/tags/")) {
      guard !policies.judging(update.ref, isFirstPush: false).isEmpty else { continue }
      var held = ObjectID.zero
      if case .direct(let id) = try host.repository.reference(update.ref) { held = id }
      guard held == update.new else { continue }
      append(update.ref, update.old, update.new, isOwn: true, isJudged: false)
    }
  }

  private func append(_ ref: [UInt8], _ old: ObjectID, _ new: ObjectID, isOwn: Bool, isJudged: Bool) {
    let actor = isOwn ? AuditLog.Actor(pusher: host.pusher, origin: HookOrigin.read(context)) : nil
    let isCovered = isJudged || host.auditLog.covers(Text.show(ref), from: old, to: new)
    let record = AuditLog.Moved(
      time: context.now, hook: updates == nil ? "emit" : "post-receive", actor: actor, ref: ref, old: old, new: new,
      isJudged: isCovered)
    do {
      try host.auditLog.append(record)
    } catch {
      let words = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
      let shown = Text.without(host.repository.gitDirectory, in: words)
      warnings.append("the move of \(Text.show(ref)) was not recorded in the audit log: \(shown)")
    }
  }
}
