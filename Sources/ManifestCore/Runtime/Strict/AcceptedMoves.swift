import GitObjects

/// The moves that an accepted push may make, with the rules under which they were judged.
public struct AcceptedMoves: Sendable {
  /// Each move of a ref that is protected, or may be by the time it moves, by the name that it leads to.
  var moves: [RefUpdate] = []
  /// The rules before the push, and those that the push itself brings: git moves refs one after the other.
  var bases: [String] = []

  /// What a push may move, once it is accepted.
  static func of(_ updates: [RefUpdate], _ context: JudgeContext, host: HostPolicyFiles?) throws -> AcceptedMoves {
    let refs = context.refs
    var accepted = AcceptedMoves()
    let before = try PolicyBasis.inForce(store: context.store, refs: refs, host: host)
    accepted.bases = [before.text]
    let resolved: [RefUpdate] = try updates.compactMap { update in
      guard let (name, tip) = try refs.resolve(update.ref) else { return nil }
      return RefUpdate(old: tip, new: update.new, ref: name)
    }
    if let head = resolved.first(where: { $0.ref == refs.headBranch }), !head.new.isZero {
      let after = try PolicyBasis.after(head.new, store: context.store, refs: refs, host: host)
      if after != before { accepted.bases.append(after.text) }
    }
    accepted.moves = resolved.filter { move in
      // A policy that comes with the push may protect any of the refs that git moves after it.
      accepted.bases.count > 1 || !context.policies.judging(move.ref, isFirstPush: refs.branches.isEmpty).isEmpty
    }
    return accepted
  }
}
