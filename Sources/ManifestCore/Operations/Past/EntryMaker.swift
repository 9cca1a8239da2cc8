import GitObjects

/// Makes entries of a history from the steps that a walk has found: one judge for all of them, fed from the oldest on.
final class EntryMaker {
  private let line: PastLine
  private let context: JudgeContext
  private let judge: LineJudge
  /// The latest folder of an environment that was read.
  private var latestFolder: Tree?

  init(line: PastLine, context: JudgeContext) {
    self.line = line
    self.context = context
    judge = LineJudge(context: context, ref: line.ref, policies: [], oldTree: .zero, isFirstPush: false)
  }

  /// What a step did to a deployment in one environment.
  ///
  /// `past` is what stood from before the step on; nil where nobody asks whether the step is a rollback.
  func entry(
    _ step: Step, _ name: [UInt8], _ environment: [UInt8], files: [TreeChange],
    past: ArraySlice<DeploymentPast.Entry>?
  ) throws -> HistoryEntry {
    let judged = try line.committed(step, context)
    var entry = try entry(judged, name, environment, files: files, past: past)
    if let new = try judged.after.deployment(environment, name) {
      entry.readings = try VersionReading.all(
        of: new, in: judged.after, baseline(of: new, environment, name, judged), judge.policies)
    }
    return entry
  }

  /// The entry without what the versions had measured.
  private func entry(
    _ judged: CommittedChange, _ name: [UInt8], _ environment: [UInt8], files: [TreeChange],
    past: ArraySlice<DeploymentPast.Entry>?
  ) throws -> HistoryEntry {
    let step = judged.change.step
    try readFolders(environment, judged)
    let old = try judged.before.deployment(environment, name)
    let new = try judged.after.deployment(environment, name)
    var changes: [(path: [UInt8], change: ManifestOperation)] = []
    for file in files {
      guard let stem = Snapshot.stem(file.name) else { continue }
      let operations = try ManifestOperation.all(in: stem, from: file.old, to: file.new, context) {
        guard let past else { return false }
        return try RollbackFinder(context: context, judged: judged, old: old, new: new, past: past)
          .isRollback(depth: ManifestOperation.rollbackDepth)
      }
      // What another deployment became in a file that held a routing is its own history.
      changes += operations.filter { stem == name || $0.kind == .routing }.map {
        (Snapshot.path(environment, stem), $0)
      }
    }
    try judge.restart(at: step)
    let approvals = files.flatMap { file -> [CountedApproval] in
      guard let stem = Snapshot.stem(file.name) else { return [] }
      return judge.approvals(of: Snapshot.path(environment, stem), environment, judged)
    }
    let trailers = MessageTrailers.parse(judged.commit.message)
    return HistoryEntry(
      step: step, environment: environment, name: name,
      operation: changes.first { $0.change.kind == .deployment }?.change.operation ?? .route, changes: changes,
      from: old?.deployment?.model.version?.value, to: new?.deployment?.model.version?.value,
      oldRoutes: RouteWeight.all(of: old), newRoutes: RouteWeight.all(of: new), author: judged.commit.author,
      subject: Array(judged.commit.message.drop { $0 == 10 }.prefix { $0 != 10 && $0 != 13 }), approvals: approvals,
      problem: new.flatMap { $0.deployment == nil ? $0.file.problems.first?.message : nil },
      rollbackOf: trailers.values(forKeys: ["Rollback-of"]).last?.value,
      reason: trailers.values(forKeys: ["Reason"]).last?.value,
      readings: [])
  }

  /// Reads an environment's folders beside the latest one, which they are much like: large ones are read faster so.
  private func readFolders(_ environment: [UInt8], _ judged: CommittedChange) throws {
    for snapshot in [judged.before, judged.after] {
      guard let entry = try snapshot.folder(Snapshot.deploymentsRoot).entry(named: environment), entry.mode == .folder
      else { continue }
      latestFolder = try context.store.tree(entry.id, like: latestFolder)
    }
  }

  /// What stands for a deployment in a state of the repository, since a step that made it so.
  ///
  /// Nil where nothing stands. The floors are those of `policies`, or else of the policies that judge the step.
  func deployed(
    _ name: [UInt8], _ environment: [UInt8], at snapshot: Snapshot, since step: Step, files: [TreeChange],
    past: ArraySlice<DeploymentPast.Entry>?, policies: [PolicyInForce]? = nil
  ) throws -> DeployedState? {
    guard let state = try snapshot.deployment(environment, name) else { return nil }
    let judged = try line.committed(step, context)
    let since = try entry(judged, name, environment, files: files, past: past)
    return DeployedState(
      name: name, environment: environment, version: state.deployment?.model.version?.value,
      routes: RouteWeight.all(of: state), since: since,
      readings: try VersionReading.all(
        of: state, in: snapshot, baseline(of: state, environment, name, judged), policies ?? judge.policies))
  }

  /// What thresholds that lean on the baseline are compared with, as for a push of that step alone.
  private func baseline(
    of new: DeploymentState, _ environment: [UInt8], _ name: [UInt8], _ judged: CommittedChange
  ) throws -> BaselineEvidence {
    let old = try judged.before.deployment(environment, name)
    return try BaselineEvidence(
      before: old, oldTip: judged.before, move: Move(from: old, to: new), isFirstPush: judged.change.step.parent.isZero)
  }
}
