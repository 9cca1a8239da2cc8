import GitObjects

/// How much of a push is judged.
public enum JudgeScope: Sendable {
  /// Everything.
  case full
  /// Refs and the manifests' form: pre-receive under `mlops.gate = ref`.
  case form
  /// What may happen to a ref: `update` under `mlops.gate = push`.
  case history
}

/// Judges a whole push: each ref by every policy that protects it, all problems together.
struct PushJudge {
  let context: JudgeContext
  let scope: JudgeScope
  private(set) var verdict = Verdict()

  init(context: JudgeContext, scope: JudgeScope) {
    self.context = context
    self.scope = scope
  }

  private var policies: PolicySet { context.policies }
  private var refs: HostRefs { context.refs }
  private var isEmptyHost: Bool { refs.branches.isEmpty }

  /// Judges the updates of a push.
  mutating func judge(_ updates: [RefUpdate]) {
    if let canary = updates.first(where: { Canary.isCanary($0.ref) }), scope != .history {
      verdict.isCanary = updates.allSatisfy { Canary.isCanary($0.ref) }
      return refuse(.pushMalformed, canary.ref, Canary.refusal, "push to a branch instead")
    }
    verdict.policies = policies.all.map { "\($0.origin.rawValue):\($0.identity)" }
    guard policies.hostProblems.isEmpty else {
      verdict.findings += policies.hostProblems
      verdict.updates = updates.map { JudgedUpdate(update: $0, isProtected: true, commits: 0, manifests: 0) }
      return
    }
    if scope != .history { judgeHead(updates) }
    guard verdict.isAccepted else { return }
    var resolved: [(update: RefUpdate, name: [UInt8])] = []
    for update in updates {
      attempt(update.ref) { judge in
        if let name = try judge.resolve(update) {
          if resolved.contains(where: { $0.name == name }) {
            judge.refuse(.pushMalformed, name, "two names of the push lead to one ref", "push one of them")
          }
          resolved.append((update, name))
        }
      }
    }
    if scope == .form { judgePoliciesAlone(resolved) }
    // A push that is malformed is not looked into: nothing in it can be trusted to be what git will do.
    guard verdict.isAccepted else { return }
    for (update, name) in resolved {
      attempt(name) { try $0.judge(update, name, resolved) }
    }
    if scope != .history { judgeByPolicyToCome(resolved) }
  }

  /// A policy that comes with the push guards the refs that git moves after it: `update` would stop half of the push.
  private mutating func judgeByPolicyToCome(_ resolved: [(update: RefUpdate, name: [UInt8])]) {
    guard let head = resolved.first(where: { $0.name == refs.headBranch })?.update, !head.new.isZero, resolved.count > 1
    else { return }
    attempt(head.ref) { judge in
      let loader = PolicyLoader(store: judge.context.store)
      let tree = try judge.context.store.links(head.new).tree
      guard let policy = try loader.repositoryPolicy(inTree: tree, headBranch: judge.refs.headBranch).files?.policy
      else { return }
      for (update, name) in resolved where judge.policies.judging(name, isFirstPush: judge.isEmptyHost).isEmpty {
        guard policy.protectedRefs?.contains(where: { $0.matches(name) }) == true else { continue }
        let before = judge.verdict.errors.count
        if name.starts(with: bytes("refs/tags/")) {
          try judge.judgeTag(update, name, resolved)
        } else if update.new.isZero {
          judge.refuse(
            .historyDelete, name,
            "`\(Text.show(name))` is protected by the policy of this push, and may not be deleted",
            "delete it first, in a push of its own")
        } else if !update.old.isZero {
          _ = try judge.line(update, name)
        }
        if judge.verdict.errors.count > before {
          judge.verdict.notes.append(
            "`\(Text.show(name))` is protected by the policy that this push brings: make two pushes")
        }
      }
    }
  }

  /// Runs one part; what could not be looked at becomes a finding that refuses.
  private mutating func attempt(_ ref: [UInt8], _ body: (inout PushJudge) throws -> Void) {
    do {
      try body(&self)
    } catch {
      verdict.findings.append(HostFinding.of(error, ref: ref, limit: context.settings.maximumCommits))
    }
  }

  private mutating func refuse(_ check: CheckName, _ ref: [UInt8]?, _ message: String, _ fix: String) {
    verdict.findings.append(Finding(check, Place(ref: ref), message, fix: fix))
  }

  // MARK: The push

  /// Which branch is `HEAD`'s decides which policy is in force, so it must be there, or come alone and first.
  private mutating func judgeHead(_ updates: [RefUpdate]) {
    guard let head = refs.headBranch else {
      let branch =
        refs.branches.keys.sorted { $0.lexicographicallyPrecedes($1) }.first.map(Text.show) ?? "refs/heads/main"
      return refuse(
        .pushMalformed, bytes("HEAD"), "`HEAD` of the repository names no branch, so no policy can be found",
        "on the host: git symbolic-ref HEAD \(branch)")
    }
    let shown = Text.show(head)
    if isEmptyHost {
      guard let stray = updates.first(where: { $0.ref != head }) else { return }
      let isOnly = !updates.contains { $0.ref == head }
      refuse(
        .pushMalformed, stray.ref,
        "the first push into an empty repository must be of `\(shown)` alone, the branch of `HEAD`",
        isOnly
          ? "push `\(shown)` first, or on the host: git symbolic-ref HEAD \(stray.shown)"
          : "make two pushes: `\(shown)` first, then the rest")
    } else if refs.headTip == nil {
      let other = refs.branches.keys.sorted { $0.lexicographicallyPrecedes($1) }.first.map(Text.show) ?? shown
      refuse(
        .pushMalformed, head,
        "`HEAD` of the repository names `\(shown)`, which is not there, so no policy can be found",
        "on the host: git symbolic-ref HEAD \(other)")
    }
  }

  /// Looks a ref up again: what a client says it holds is only a claim.
  ///
  /// Nil where the update is refused.
  private mutating func resolve(_ update: RefUpdate) throws -> [UInt8]? {
    guard let (name, tip) = try refs.resolve(update.ref) else {
      refuse(.pushMalformed, update.ref, "the symbolic ref leads nowhere", "ask the host's administrator to mend it")
      return nil
    }
    if tip != update.old {
      refuse(
        .pushMalformed, update.ref,
        "the repository holds \(tip.isZero ? "nothing" : tip.short) there, not \(update.old.isZero ? "nothing" : update.old.short)",
        "fetch and retry")
      return nil
    }
    for prefix in ["refs/replace/", "refs/mlops/"] where name.starts(with: Array(prefix.utf8)) {
      refuse(
        .pushMalformed, update.ref, "refs below `\(prefix)` are not taken from anybody", "push to a branch instead")
      return nil
    }
    for (pushers, directory) in policies.reservations(of: name)
    where !context.pusher.holds(oneOf: pushers, directory: directory) {
      refuse(
        .pushMalformed, update.ref, "the ref is reserved, and the pusher is `\(Text.cut(context.pusher.shown))`",
        pushers.isEmpty ? "nobody may push it" : "only \(Text.list(pushers, "or")) may push it")
      return nil
    }
    return name
  }

  /// Where refs are judged one by one, a change of the policy must not travel with what it would judge.
  private mutating func judgePoliciesAlone(_ resolved: [(update: RefUpdate, name: [UInt8])]) {
    let protected = resolved.filter { !policies.judging($0.name, isFirstPush: isEmptyHost).isEmpty }
    guard protected.count > 1, let head = protected.first(where: { $0.name == refs.headBranch }) else { return }
    attempt(head.name) { judge in
      guard !head.update.new.isZero, !head.update.old.isZero else { return }
      let store = judge.context.store
      func policies(_ commit: ObjectID) throws -> ObjectID? {
        try store.tree(store.links(commit).tree).entry(named: Snapshot.policiesRoot)?.id
      }
      guard try policies(head.update.old) != policies(head.update.new) else { return }
      judge.refuse(
        .policyGuard, head.name, "`policies/` changes together with another protected ref (`mlops.gate` is `ref`)",
        "push `\(Text.show(head.name))` first, then the rest")
    }
  }

  // MARK: One ref

  private mutating func judge(_ update: RefUpdate, _ name: [UInt8], _ all: [(update: RefUpdate, name: [UInt8])]) throws
  {
    let isFirstPush = isEmptyHost
    let judging = policies.judging(name, isFirstPush: isFirstPush)
    guard !judging.isEmpty else {
      verdict.updates.append(
        JudgedUpdate(update: update, isProtected: false, commits: 0, manifests: 0, target: name))
      return
    }
    try noteBuiltIn(judging)
    if !policies.repositoryProblems.isEmpty, try !mendsPolicy(update, name, all) { return }
    if name.starts(with: Array("refs/tags/".utf8)) {
      try judgeTag(update, name, all)
      verdict.updates.append(JudgedUpdate(update: update, isProtected: true, commits: 0, manifests: 0, target: name))
      return
    }
    guard !update.new.isZero else {
      refuse(
        .historyDelete, name, "`\(Text.show(name))` is protected and may not be deleted",
        "leave it; its history is the audit log")
      if context.settings.guardsRewrites { try guardPolicies(update, name) }
      return
    }
    let record = bytes(TriggerEmitter.recordName(name))
    guard record.count < Repository.maximumReferenceName, Repository.isValidReferenceName(record) else {
      refuse(
        .pushMalformed, name, "the name of the protected ref is too long for the record of its triggers",
        "use a shorter name")
      return
    }
    guard try context.store.header(update.new).kind == .commit else {
      refuse(
        .pushMalformed, name, "`\(Text.show(name))` would hold \(update.new.short), which is no commit", "push a commit"
      )
      return
    }
    let line = try self.line(update, name)
    guard let line else { return }
    let judge = LineJudge(
      context: context, ref: name, policies: judging, oldTree: line.startTree,
      newTree: line.steps.last?.tree ?? line.startTree,
      isFirstPush: isFirstPush)
    if scope != .history {
      do {
        try judgeSteps(of: line, judge)
      } catch {
        // What was found until then is true all the same.
        verdict.findings.append(HostFinding.of(error, ref: name, limit: context.settings.maximumCommits))
      }
    }
    verdict.findings += judge.findings
    verdict.approvals += judge.countedApprovals
    verdict.updates.append(
      JudgedUpdate(
        update: update, isProtected: true, commits: line.steps.count, manifests: judge.manifestCount,
        policy: judging.first?.origin, target: name, changesPolicies: judge.changesPolicies))
    if isFirstPush, scope == .full {
      verdict.notes.append(
        "first push: form, evidence and policy were judged; approvals, order, weights and publishers are asked from the next push on"
      )
    }
  }

  /// Names the built-in policy among those that judged, by the id that its file has.
  private mutating func noteBuiltIn(_ judging: [PolicyInForce]) throws {
    guard judging.contains(where: \.isBuiltIn),
      !verdict.policies.contains(where: { $0.utf8.starts(with: "built-in:".utf8) })
    else { return }
    verdict.policies.append("built-in:\(try context.store.repository.hash(blob: bytes(BuiltInPolicy.text)))")
  }

  /// Judges the steps in their order, a long line with a second thread that reads ahead.
  private func judgeSteps(of line: Line, _ judge: LineJudge) throws {
    if line.steps.count >= ReadAhead.minimumSteps, let open = context.settings.open {
      let ahead = ReadAhead(line.steps, open: open)
      context.ahead = ahead
      ahead.start()
    }
    defer {
      context.ahead?.end()
      context.ahead = nil
    }
    for (index, step) in line.steps.enumerated() {
      if index & 15 == 0 { context.ahead?.advance(to: index) }
      try judge.judge(step)
    }
  }

  /// The steps of an update; nil where the update itself is refused.
  private mutating func line(_ update: RefUpdate, _ name: [UInt8]) throws -> Line? {
    let settings = context.settings
    let walker = LineWalker(
      store: context.store, maximumCommits: settings.maximumCommits, baselines: settings.baselines)
    if isEmptyHost {
      let links = try context.store.links(update.new)
      return Line(
        steps: [Step(commit: update.new, tree: links.tree, parentTree: .zero, parent: .zero, brought: [])],
        startTree: .zero)
    }
    if update.old.isZero {
      return try walker.line(to: update.new, awayFrom: policies.protectedBranches(refs).map(\.tip))
    }
    let line = try walker.line(from: update.old, to: update.new)
    if line.metOld { return line }
    if context.settings.guardsRewrites { try guardPolicies(update, name) }
    if try walker.reaches(update.old, from: update.new) {
      refuse(
        .historyFoxtrot, name,
        "`\(update.old.short)`, the old tip of `\(Text.show(name))`, is not on the first-parent line of \(update.new.short)",
        "`git pull --rebase`, or merge the other way: check out `\(Text.show(name))` and merge your branch into it")
    } else {
      refuse(
        .historyRewrite, name,
        "`\(Text.show(name))` is protected, and \(update.new.short) does not follow \(update.old.short)",
        "fetch, and build on what is there: `git pull --rebase`; a rollback is a commit of its own")
    }
    return nil
  }

  /// Where the gate only reports, a rewrite is taken; it may not take a policy with it that nobody approved.
  private mutating func guardPolicies(_ update: RefUpdate, _ name: [UInt8]) throws {
    let store = context.store
    func policies(_ commit: ObjectID) throws -> ObjectID? {
      guard !commit.isZero else { return nil }
      return try store.tree(store.links(commit).tree).entry(named: Snapshot.policiesRoot)?.id
    }
    guard try policies(update.old) != policies(update.new) else { return }
    refuse(
      .policyGuard, name, "`policies/` would change with a history that is rewritten or deleted",
      "change it by a commit on `\(Text.show(name))` that its `policy_approvers` approve")
  }

  // MARK: Tags

  /// A protected tag is made once, on the first-parent line of a protected branch, and never moved or deleted.
  private mutating func judgeTag(_ update: RefUpdate, _ name: [UInt8], _ all: [(update: RefUpdate, name: [UInt8])])
    throws
  {
    let shown = Text.show(name)
    guard update.old.isZero else {
      refuse(
        .historyTag, name, "`\(shown)` is protected and may not be \(update.new.isZero ? "deleted" : "moved")",
        "make a new tag")
      return
    }
    let (commit, kind) = try context.store.peel(update.new)
    guard kind == .commit else {
      return refuse(.historyTag, name, "`\(shown)` is protected, and does not lead to a commit", "tag a commit")
    }
    var tips = policies.protectedBranches(refs).map(\.tip)
    for other in all where !other.update.new.isZero && !policies.judging(other.name, isFirstPush: isEmptyHost).isEmpty {
      if !other.name.starts(with: Array("refs/tags/".utf8)) { tips.append(other.update.new) }
    }
    let walker = LineWalker(store: context.store, maximumCommits: context.settings.maximumCommits, baselines: [])
    for tip in Set(tips) where try walker.isOnLine(commit, endingIn: tip) { return }
    refuse(
      .historyTag, name,
      "`\(shown)` is protected, and \(commit.short) is not on the first-parent line of a protected branch",
      "tag a commit of a protected branch")
  }

  // MARK: A policy that cannot be used

  /// Where the repository's policy cannot be read, only a push that mends it, with the host's approval, is judged on.
  private mutating func mendsPolicy(
    _ update: RefUpdate, _ name: [UInt8], _ all: [(update: RefUpdate, name: [UInt8])]
  ) throws -> Bool {
    func refuseAll(_ hint: String) {
      for var finding in policies.repositoryProblems {
        finding.message = "the policy in force cannot be used: " + finding.message
        finding.fix = hint
        if !verdict.findings.contains(finding) { verdict.findings.append(finding) }
      }
    }
    guard let host = policies.host, !host.policy.policyApprovers.isEmpty else {
      refuseAll("only the host's shell can mend it: a push there with the hooks off")
      return false
    }
    let mends =
      "push the mended `policies/` to `\(Text.show(policies.headBranch ?? []))` alone, with the approval of \(Text.list(host.policy.policyApprovers))"
    guard name == policies.headBranch, all.count == 1, !update.new.isZero else {
      refuseAll(mends)
      return false
    }
    let tree = try context.store.links(update.new).tree
    let read = try PolicyLoader(store: context.store).repositoryPolicy(inTree: tree, headBranch: name)
    guard !read.findings.contains(where: { $0.severity == .error }) else {
      refuseAll(mends)
      return false
    }
    return true
  }
}
