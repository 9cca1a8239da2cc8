import GitObjects

/// `mlops-hook rollback`: takes a deployment's model and routing back to what stood before, and nothing else.
public struct Rollback {
  /// What is asked.
  public struct Request: Sendable {
    /// The deployment's name.
    public var name = ""
    /// Its environment.
    public var environment = ""
    /// The version that is wanted back; nil: what stood before the last change of the version.
    public var version: String?
    /// Why.
    public var reason = ""
    /// Further trailers of the commit: what made a program ask for it.
    package var trailers: [(key: String, value: String)] = []
    /// Whether the commit is pushed.
    public var pushes = false
    /// The clone.
    public var clone = CloneOptions()

    /// Creates a request.
    public init() {}
  }

  /// Where a rollback leads.
  private struct Target {
    var state: DeploymentState
    var snapshot: Snapshot
    /// The commit that brought what is undone.
    var undone: ObjectID
  }

  private let request: Request
  private let bench: Workbench
  private let standing: Snapshot
  private let current: DeploymentState

  /// Rolls back.
  public static func run(_ request: Request, context: HookContext) throws -> WorkflowReport {
    guard !PromotionMessage.oneLine(request.reason).isEmpty else {
      throw LocalCheck.CannotSay("a rollback needs a reason", fix: "say why: `--reason \"…\"`")
    }
    return try Rollback(request, context).run()
  }

  private init(_ request: Request, _ context: HookContext) throws {
    self.request = request
    bench = try Workbench(request.clone.options, context: context)
    standing = try bench.standing()
    let shown = "`\(Text.cut(request.name))` does not stand in `\(Text.cut(request.environment))`"
    guard let state = try standing.deployment(bytes(request.environment), bytes(request.name)) else {
      let tree = try standing.environment(bytes(request.environment))
      let names = tree.entries.compactMap { Snapshot.stem($0.name).map { Text.show($0) } }
      let near =
        tree.entries.isEmpty
        ? Suggestion.nearest(to: request.environment, among: try standing.environments().map { Text.show($0) })
        : Suggestion.nearest(to: request.name, among: names)
      throw Refused(
        shown, fix: near.map { "did you mean `\($0)`?" } ?? "`mlops-hook status` shows what stands where")
    }
    guard state.isReadable else {
      throw Refused(
        "`\(Text.show(state.path))` cannot be read as it stands",
        fix: "mend it by a commit of its own: `git log --oneline -- \(Text.show(state.path))`")
    }
    current = state
  }

  private func run() throws -> WorkflowReport {
    let target = try target()
    let old = leaving(target.state)
    let new = target.state.deployment?.model.version?.value ?? "nothing"
    let tree = try RollbackTree(bench: bench, current: current, target: target.state, then: target.snapshot).tree()
    var message = PromotionMessage(subject: "Rollback: \(request.name) \(old) -> \(new)", trailers: [])
    message.add("To", request.environment)
    message.add("Rollback-of", target.undone.hex)
    message.add("Reason", PromotionMessage.oneLine(request.reason))
    for trailer in request.trailers { message.add(trailer.key, PromotionMessage.oneLine(trailer.value)) }
    let commit = try bench.commit(tree, message: message.text)
    let verdict = try bench.judge(commit)
    var report = WorkflowReport()
    for note in bench.notes { report.say("note: " + note) }
    guard verdict.otherErrors.isEmpty else {
      report.verdict = verdict
      report.status = 1
      report.say("nothing was rolled back: the gate would refuse it")
      return report
    }
    report.say("rollback: \(request.name) in \(request.environment), \(old) -> \(new), undoing \(target.undone.short)")
    let stays = target.state.versions.filter { $0.isRoute }
    for use in stays {
      report.say("note: `\(use.version.value)` gets \(use.share) % of the requests again, as it did then")
    }
    if let use = stays.first {
      report.say(
        "hint: to end that: mlops-hook propose \(request.name) --to \(request.environment) --version \(use.version.value) --weight 0 --push"
      )
    }
    try finish(&report, commit, verdict, from: old)
    return report
  }

  /// The version that is rolled away from: the one that stands, or the canary beside it.
  private func leaving(_ target: DeploymentState) -> String {
    let own = current.deployment?.model.version?.value
    guard own == target.deployment?.model.version?.value else { return own ?? "nothing" }
    let kept = target.versions.map(\.version.value)
    return current.versions.first { !kept.contains($0.version.value) }?.version.value ?? own ?? "nothing"
  }

  // MARK: Where to

  private func target() throws -> Target {
    let walker = LineWalker(store: bench.store, maximumCommits: 10_000_000, baselines: [])
    var walk = DeploymentWalk(
      name: bytes(request.name), environment: bytes(request.environment), context: try bench.judgeContext())
    try walk.walk(try walker.line(from: .zero, to: bench.tip))
    let entries = walk.pasts[bytes(request.environment)]?.entries ?? []
    /// What stood before the state of an index; what is undone is the newest change that it takes back.
    func target(_ index: Int, undoing newest: Int? = nil) throws -> Target? {
      guard entries.indices.contains(index + 1), let state = entries[index + 1].state, state.isReadable else {
        return nil
      }
      let touch = walk.touches.first {
        $0.environment == bytes(request.environment) && $0.changesMeaning && $0.pastIndex == (newest ?? index) + 1
      }
      return Target(state: state, snapshot: entries[index + 1].snapshot, undone: touch?.step.commit ?? bench.tip)
    }
    if let version = request.version { return try self.target(version, entries) { try target($0) } }
    guard let last = entries.indices.first(where: { entries[$0].bringsVersion || entries[$0].changesVersion }) else {
      throw nothingBefore()
    }
    if DeploymentPast.goesBack(entries[...])[last] {
      throw Refused(
        "the last change of `\(request.name)` was a rollback already, to `\(current.deployment?.model.version?.value ?? "")`",
        fix: "say where to go: `--to VERSION`; `mlops-hook history \(request.name)` shows what stood")
    }
    let beginning = beginning(of: last, entries)
    guard let found = try target(beginning, undoing: last) else { throw nothingBefore() }
    guard entries[beginning + 1].meaning != entries[0].meaning else {
      throw Refused(
        "what stood before the last change of a version stands already: `\(current.deployment?.model.version?.value ?? "")`",
        fix: "say where to go: `--to VERSION`; `mlops-hook history \(request.name)` shows what stood")
    }
    return found
  }

  /// Where the version of a change first got requests: before a promotion, its canary may have had some.
  ///
  /// A rollback that brought the canary back would bring back what it is meant to stop.
  private func beginning(of last: Int, _ entries: [DeploymentPast.Entry]) -> Int {
    guard entries[last].changesVersion, let version = entries[last].version else { return last }
    for index in entries.indices.dropFirst(last) where entries.indices.contains(index + 1) {
      guard let older = entries[index + 1].state, older.isReadable else { return last }
      if !older.versions.contains(where: { $0.version.value == version }) { return index }
      // Another change of the version lies between: that one is not part of this promotion.
      if index > last, entries[index].changesVersion { return last }
    }
    return last
  }

  private func target(
    _ version: String, _ entries: [DeploymentPast.Entry], _ make: (Int) throws -> Target?
  ) throws -> Target {
    let served = current.versions.map(\.version.value)
    for index in entries.indices.dropLast() {
      let older = entries[index + 1]
      // A canary that has ended since is not what was asked for.
      let bringsOthers = older.state?.versions.contains { $0.isRoute && !served.contains($0.version.value) } ?? false
      guard !bringsOthers, older.state?.deployment?.model.version?.value == version,
        older.meaning != entries[0].meaning,
        let found = try make(index)
      else { continue }
      return found
    }
    let known = entries.dropFirst().compactMap { $0.state?.deployment?.model.version?.value }
    if current.deployment?.model.version?.value == version {
      throw Refused("`\(Text.cut(version))` is what stands", fix: "name another version: `--to`")
    }
    var names: [String] = []
    for name in known where !names.contains(name) && name != current.deployment?.model.version?.value {
      names.append(name)
    }
    throw Refused(
      "`\(Text.cut(version))` never stood in `\(request.environment)`",
      fix: names.isEmpty
        ? "nothing else did"
        : "there stood \(Text.list(names)); a version that did not is proposed: `mlops-hook propose`")
  }

  private func nothingBefore() -> Refused {
    Refused(
      "nothing stood before `\(current.deployment?.model.version?.value ?? "")`: it is the first version of `\(request.name)` in `\(request.environment)`",
      fix: "propose another version, or remove the deployment by a commit of its own")
  }

  // MARK: The end

  private func finish(_ report: inout WorkflowReport, _ commit: ObjectID, _ verdict: Verdict, from old: String) throws {
    if verdict.isAccepted, request.pushes {
      try bench.publish(commit, &report, done: "rolled back", failed: "not rolled back")
      return
    }
    let signed = try bench.signing(commit)
    let target = Text.show(Workbench.short(bench.target))
    let branch = bytes("refs/heads/rollback/\(request.name)-\(old)-\(request.environment)")
    let shown = Text.show(Workbench.short(branch))
    let hints = ApproveHints(shown, try bench.policies())
    if try bench.proposalBranches().contains(where: { $0.name == branch }) {
      throw Refused(
        "the branch `\(shown)` is there already",
        fix: "promote it: `mlops-hook promote \(hints.name) --push`; or delete it: `git branch -D \(hints.name)`")
    }
    try bench.keep()
    try bench.move([(branch, .zero, signed)], reason: "rollback")
    if verdict.isAccepted {
      report.say("ready: commit \(signed.short) on `\(shown)` is what the gate takes")
      return report.say("hint: git push \(bench.remote) \(hints.name):\(ShellWord.quoted(target))")
    }
    report.say("branch: \(shown) (commit \(signed.short)); it needs approvals, as the policy does not waive them")
    for line in verdict.waiting { report.say(line) }
    if request.pushes, try !bench.push(["\(Text.show(branch)):\(Text.show(branch))"]) {
      report.status = 1
      return report.say("error: `\(shown)` was made here, and could not be pushed")
    }
    if !request.pushes { report.say("hint: git push \(bench.remote) \(hints.name)") }
    report.say("hint: " + hints.approve)
    report.say("hint: then: mlops-hook promote \(hints.name) --push")
  }
}
