internal import CRuntime
import GitObjects

/// Lets a protected ref move only where the gate accepted exactly that move: `reference-transaction` under `mlops.strict`.
struct StrictGate {
  /// Why a move is refused, in words for whoever made it.
  struct Refusal {
    var message: String
    var fix: String
  }

  /// A move that changes something, by the name that it leads to.
  private struct Change {
    var name: [UInt8]
    var old: ObjectID
    /// Nil: the ref is to lead to another.
    var new: ObjectID?
  }

  let host: HostRepository

  /// Judges the moves that git has locked and is about to make.
  func judge(_ transaction: RefTransaction) throws -> [Refusal] {
    let changes = try transaction.moves.compactMap(change)
    guard !changes.isEmpty else { return [] }
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: Double(host.settings.timeout)))
    let refs = try HostRefs.of(host.repository)
    let files = host.settings.hostPolicyFiles()
    let policies = try PolicyLoader(store: store).load(host: files, refs: refs)
    let protected = changes.filter { isProtected($0.name, refs, policies) }
    guard !protected.isEmpty else { return [] }
    let basis = try PolicyBasis.inForce(store: store, refs: refs, host: files).text
    let record = VerdictRecord(gitDirectory: host.repository.gitDirectory)
    return protected.compactMap { change in
      let shown = Text.show(change.name)
      guard let new = change.new else {
        return Refusal(
          message: "`\(shown)` is protected, and would become a name for another ref",
          fix: "leave it; docs/strict.md says how an administrator changes it")
      }
      let move = RefUpdate(old: change.old, new: new, ref: change.name)
      let bases = record.bases(of: move, now: host.now)
      if bases.contains(basis) { return nil }
      guard bases.isEmpty else {
        return Refusal(
          message: "the policy has changed since the move of `\(shown)` was judged, so it is refused",
          fix: "fetch and push again: it is then judged by the policy that is in force now")
      }
      let from = move.old.isZero ? "nothing" : move.old.short
      let to = new.isZero ? "nothing" : new.short
      return Refusal(
        message:
          "`\(shown)` is protected, and the gate has accepted no move of it from \(from) to \(to) (`mlops.strict`)",
        fix: "push it, so that it is judged; docs/strict.md says how an administrator moves a ref without the gate")
    }
  }

  /// A ref is protected as the gate says; where the gate refuses every push, every ref that it could judge is.
  private func isProtected(_ name: [UInt8], _ refs: HostRefs, _ policies: PolicySet) -> Bool {
    if !policies.hostProblems.isEmpty { return true }
    let isEmpty = refs.branches.isEmpty
    if refs.headBranch == nil || (refs.headTip == nil && !isEmpty), name.starts(with: bytes("refs/heads/")) {
      return true
    }
    return !policies.judging(name, isFirstPush: isEmpty).isEmpty
  }

  /// What a line really changes; nil for nothing, and for what is no ref that a policy could protect.
  private func change(_ move: RefTransaction.Move) throws -> Change? {
    guard move.ref.starts(with: bytes("refs/")), !move.ref.starts(with: bytes("refs/mlops/")) else { return nil }
    let own = try host.repository.reference(move.ref)
    switch move.new {
    case .symbolic(let target):
      if own == .symbolic(target) { return nil }
      var old = ObjectID.zero
      if case .direct(let tip) = own { old = tip }
      return Change(name: move.ref, old: old, new: nil)
    case .object(let new):
      let lookUp = HostRefs(head: .detached, branches: [:], lookUp: { try host.repository.reference($0) })
      // A name that leads nowhere is judged by itself.
      let (name, tip) = try lookUp.resolve(move.ref) ?? (move.ref, .zero)
      if tip == new { return nil }
      if new.isZero, move.old == .object(tip), isPacked(name, tip) { return nil }
      return Change(name: name, old: tip, new: new)
    }
  }

  /// Whether git only removes a loose file whose ref stays in `packed-refs`, as `git pack-refs` and `git gc` do.
  ///
  /// Whoever deletes a ref for good holds the lock of `packed-refs` while it does.
  private func isPacked(_ name: [UInt8], _ tip: ObjectID) -> Bool {
    let path = host.repository.gitDirectory + "packed-refs"
    guard SafeFiles.kind(path + ".lock") == .nothing, case .content(let packed) = SafeFiles.read(path, maximum: 1 << 28)
    else { return false }
    let line = bytes("\n\(tip.hex) ") + name + [10]
    return mlops_contains(packed, UInt(packed.count), line, UInt(line.count)) != 0
  }
}
