import GitObjects

/// Finds what changed between two commits of a protected ref, in the words of an event.
struct TriggerBuilder {
  let context: JudgeContext
  let ref: [UInt8]
  /// The time for what an event can do without: who approved, and whether it was a rollback.
  let niceties = Budget(seconds: 2)

  /// The changes of governed manifests; `before` is zero where nothing was emitted yet.
  func changes(from before: ObjectID, to after: ObjectID) throws -> [TriggerEvent.Change] {
    let store = context.store
    let old = context.snapshot(before.isZero ? .zero : try store.links(before).tree)
    let new = context.snapshot(try store.links(after).tree)
    var changes: [TriggerEvent.Change] = []
    let environments = Tree.changes(
      from: try old.folder(Snapshot.deploymentsRoot), to: try new.folder(Snapshot.deploymentsRoot))
    let finder = try StepFinder(context: context, ref: ref, from: before, to: after)
    for environment in environments {
      for file in Tree.changes(from: try old.environment(environment.name), to: try new.environment(environment.name)) {
        guard let stem = Snapshot.stem(file.name), file.new?.mode == .file || file.old?.mode == .file else { continue }
        changes += try self.changes(environment.name, stem, file, finder)
      }
    }
    return changes
  }

  private func changes(
    _ environment: [UInt8], _ stem: [UInt8], _ file: TreeChange, _ finder: StepFinder
  ) throws -> [TriggerEvent.Change] {
    let path = Snapshot.path(environment, stem)
    let oldEntry = file.old.flatMap { $0.mode == .file ? $0 : nil }
    let newEntry = file.new.flatMap { $0.mode == .file ? $0 : nil }
    let step = try finder.lastChange(of: path)
    let operations = try ManifestOperation.all(in: stem, from: oldEntry, to: newEntry, context) {
      try isRollback(environment, stem, step)
    }
    var found = operations.map { change in
      TriggerEvent.Change(
        kind: change.kind, environment: Text.show(environment), name: change.name, path: Text.show(path),
        operation: change.operation, from: change.was ? oldEntry.map { (change.from, $0.id) } : nil,
        to: change.isThere ? newEntry.map { (change.to, $0.id) } : nil, commit: step?.commit.id ?? .zero,
        approvals: [])
    }
    if let step, (try? niceties.checkTime()) != nil {
      let approvals = finder.approvals(step, environment, path)
      for index in found.indices { found[index].approvals = approvals }
    }
    return found
  }

  private func isRollback(_ environment: [UInt8], _ stem: [UInt8], _ step: CommittedChange?) throws -> Bool {
    guard let step else { return false }
    let rollback = RollbackFinder(
      context: context, judged: step, old: try step.before.deployment(environment, stem),
      new: try step.after.deployment(environment, stem))
    // An event never depends on a nicety: what cannot be found out in time is called a promotion.
    guard (try? niceties.checkTime()) != nil else { return false }
    return (try? rollback.isRollback(depth: ManifestOperation.rollbackDepth)) == true
  }
}

/// Finds the step of a line that last changed a path, and who approved it.
final class StepFinder {
  private let context: JudgeContext
  private let ref: [UInt8]
  private let steps: [Step]

  init(context: JudgeContext, ref: [UInt8], from before: ObjectID, to after: ObjectID) throws {
    self.context = context
    self.ref = ref
    let walker = LineWalker(store: context.store, maximumCommits: 100_000, baselines: [])
    // A line that is too long, or was cut off by force, has no steps to name.
    let line = try? walker.line(from: before, to: after)
    steps = line?.steps ?? []
  }

  /// The newest step that changed each manifest, found in one walk from the newest step to the oldest.
  private lazy var lastChanges: [[UInt8]: Step] = {
    var found: [[UInt8]: Step] = [:]
    for step in steps.reversed() where step.tree != step.parentTree {
      // What cannot be read has no step to name.
      guard let paths = try? changedManifests(step) else { continue }
      for path in paths where found[path] == nil { found[path] = step }
    }
    return found
  }()

  private func changedManifests(_ step: Step) throws -> [[UInt8]] {
    try EnvironmentChange.all(in: step, context.store).flatMap { environment in
      Tree.changes(from: environment.old, to: environment.new).map {
        joined(Snapshot.deploymentsRoot, environment.name, $0.name)
      }
    }
  }

  /// The newest step that changed a manifest.
  func lastChange(of path: [UInt8]) throws -> CommittedChange? {
    guard let step = lastChanges[path] else { return nil }
    let change = StepChange(
      step: step, place: StepPlace(ref: ref, commit: step.commit), before: context.snapshot(step.parentTree),
      after: context.snapshot(step.tree))
    return CommittedChange(
      change: change, commit: try context.store.commit(step.commit),
      broughtIn: BroughtIn(step: step, store: context.store, maximum: 100_000))
  }

  /// Who approved a step's change of a path, by the policies at the step's parent; none where that cannot be told.
  func approvals(_ step: CommittedChange, _ environment: [UInt8], _ path: [UInt8]) -> [CountedApproval] {
    let judge = LineJudge(
      context: context, ref: ref, policies: context.policies.judging(ref, isFirstPush: false),
      oldTree: step.before.root, isFirstPush: false)
    return judge.approvals(of: path, environment, step)
  }
}
