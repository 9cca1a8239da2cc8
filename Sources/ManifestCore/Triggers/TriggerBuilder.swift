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
    let oldFile = try oldEntry.map { try context.manifest($0) }
    let newFile = try newEntry.map { try context.manifest($0) }
    let step = try finder.lastChange(of: path)
    var found: [TriggerEvent.Change] = []
    func add(
      _ kind: ManifestKind, _ name: String, _ operation: TriggerEvent.Operation, _ from: String?, _ to: String?,
      _ was: Bool, _ isThere: Bool
    ) {
      found.append(
        TriggerEvent.Change(
          kind: kind, environment: Text.show(environment), name: name, path: Text.show(path), operation: operation,
          from: was ? oldEntry.map { (from, $0.id) } : nil, to: isThere ? newEntry.map { (to, $0.id) } : nil,
          commit: step?.commit.id ?? .zero, approvals: []))
    }
    let oldDocuments = try oldEntry.map { try context.documents($0.id) } ?? ManifestDocuments()
    let newDocuments = try newEntry.map { try context.documents($0.id) } ?? ManifestDocuments()
    let routesChanged = !Self.sameRoutings(oldDocuments, newDocuments)
    let oldDeployment = oldFile?.deployment
    let newDeployment = newFile?.deployment
    if oldDeployment != nil || newDeployment != nil {
      let from = oldDeployment?.model.version?.value
      let to = newDeployment?.model.version?.value
      var isSame = false
      if let oldDocument = oldDocuments.deployment, let newDocument = newDocuments.deployment {
        isSame = oldDocument.hasSameValue(as: newDocument)
      }
      // A file whose routing alone changed has no change of its deployment, save one of comments only.
      if !(isSame && routesChanged) {
        let operation = try operation(oldDeployment, newDeployment, environment, stem, step)
        add(.deployment, Text.show(stem), operation, from, to, oldDeployment != nil, newDeployment != nil)
      }
    }
    if routesChanged {
      let name = (newFile?.routings.first ?? oldFile?.routings.first)?.name?.value ?? Text.show(stem)
      let isGone = newFile?.routings.isEmpty ?? true
      add(.routing, name, isGone ? .remove : .route, nil, nil, oldFile?.routings.isEmpty == false, !isGone)
    }
    if found.isEmpty, oldDeployment == nil, newDeployment == nil, newEntry != nil || oldEntry != nil {
      let name = (newFile?.routings.first ?? oldFile?.routings.first)?.name?.value ?? Text.show(stem)
      add(.routing, name, newEntry == nil ? .remove : .route, nil, nil, oldEntry != nil, newEntry != nil)
    }
    if let step, (try? niceties.checkTime()) != nil {
      let approvals = finder.approvals(step, environment, path)
      for index in found.indices { found[index].approvals = approvals }
    }
    return found
  }

  private static func sameRoutings(_ left: ManifestDocuments, _ right: ManifestDocuments) -> Bool {
    left.routings.count == right.routings.count
      && zip(left.routings, right.routings).allSatisfy { $0.hasSameValue(as: $1) }
  }

  private func operation(
    _ old: ModelDeployment?, _ new: ModelDeployment?, _ environment: [UInt8], _ stem: [UInt8], _ step: CommittedChange?
  ) throws -> TriggerEvent.Operation {
    guard let old else { return .add }
    guard let new else { return .remove }
    guard old.model.version?.value != new.model.version?.value else { return .update }
    guard let step else { return .promote }
    let rollback = RollbackFinder(
      context: context, judged: step, old: try step.before.deployment(environment, stem),
      new: try step.after.deployment(environment, stem))
    // An event never depends on a nicety: what cannot be found out in time is called a promotion.
    guard (try? niceties.checkTime()) != nil else { return .promote }
    return (try? rollback.isRollback(depth: 100)) == true ? .rollback : .promote
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
    let before = context.snapshot(step.parentTree)
    let after = context.snapshot(step.tree)
    var paths: [[UInt8]] = []
    for environment in Tree.changes(
      from: try before.folder(Snapshot.deploymentsRoot), to: try after.folder(Snapshot.deploymentsRoot))
    {
      let old = try before.environment(environment.name)
      for file in Tree.changes(from: old, to: try after.environment(environment.name)) {
        paths.append(joined(Snapshot.deploymentsRoot, environment.name, file.name))
      }
    }
    return paths
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
    guard let stem = path.split(separator: UInt8(ascii: "/")).last.flatMap({ Snapshot.stem(Array($0)) }) else {
      return []
    }
    let names = [step.before, step.after].flatMap { snapshot -> [[UInt8]] in
      guard let tree = try? snapshot.environment(environment), let owner = try? snapshot.owner(of: stem, in: tree)
      else { return [] }
      return [owner]
    }
    judge.onlyCounts = true
    try? judge.judgeApprovals(of: path, environment, concerning: Set(names), step)
    return judge.countedApprovals
  }
}
