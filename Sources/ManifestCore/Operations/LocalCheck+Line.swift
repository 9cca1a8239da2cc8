import GitObjects

extension LocalCheck {
  /// Judges the steps of a first-parent line between two commits, each by the policy at its first parent.
  ///
  /// Nil as the older one: from the beginning.
  func judgeLine(from: ObjectID?, to: ObjectID, of name: [UInt8]) throws -> Verdict {
    // The line's own ref is taken for `HEAD`'s branch: its steps are judged by the policies that they start from.
    let refs = HostRefs(head: .branch(name), branches: [name: from ?? to], lookUp: { _ in nil })
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 600))
    let context = try judgeContext(store, refs, hasPushBoundaries: false)
    let walker = LineWalker(store: store, maximumCommits: settings.maximumCommits, baselines: settings.baselines)
    let line = try walker.line(from: from ?? .zero, to: to)
    if from != nil, !line.metOld {
      throw CannotSay(
        "the first commit of the range is not on the first-parent line of the last",
        fix: "name a commit that `git log --first-parent` shows")
    }
    let judge = LineJudge(context: context, ref: name, policies: [], oldTree: .zero, isFirstPush: false)
    for step in line.steps { try judge.judge(step) }
    var verdict = Verdict(findings: judge.findings, approvals: judge.countedApprovals)
    let update = RefUpdate(old: from ?? .zero, new: to, ref: name)
    verdict.updates = [
      JudgedUpdate(update: update, isProtected: true, commits: line.steps.count, manifests: judge.manifestCount)
    ]
    verdict.notes.append(
      "a range of history: each commit is judged by the policy at its first parent; pusher, freeze and expiry are not known"
    )
    return verdict
  }
}
