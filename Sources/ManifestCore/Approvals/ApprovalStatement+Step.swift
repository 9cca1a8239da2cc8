import GitObjects

/// Finds which first-parent commit last changed a path.
///
/// Looks at each commit once, however many steps and paths ask; keeps what it saw within a bound.
final class LastChangeFinder {
  private struct Seen {
    var parent: ObjectID
    /// The governed paths that the commit changes against its first parent.
    var paths: Set<[UInt8]>
  }

  private let store: ObjectStore
  private var seen = GenerationCache<ObjectID, Seen>(limit: 200_000)

  init(store: ObjectStore) { self.store = store }

  /// For each path, the commit at or behind `tip` that last changed it; those that the last `maximumSince` did not change
  /// are left out.
  func lastChanges(of paths: [[UInt8]], behind tip: ObjectID) throws -> [[UInt8]: ObjectID] {
    var found: [[UInt8]: ObjectID] = [:]
    var commit = tip
    for _ in 0..<ApprovalStatement.maximumSince where !commit.isZero && found.count < paths.count {
      let own = try look(at: commit)
      if !own.paths.isEmpty {
        for path in paths where found[path] == nil && own.paths.contains(path) { found[path] = commit }
      }
      commit = own.parent
    }
    return found
  }

  private func look(at commit: ObjectID) throws -> Seen {
    if let known = seen.value(commit, cost: { 10 + $0.paths.count }) { return known }
    let links = try store.links(commit)
    let parent = links.parents.first ?? .zero
    let parentTree = parent.isZero ? ObjectID.zero : try store.links(parent).tree
    let paths = try ApprovalStatement.changedPaths(from: parentTree, to: links.tree, store).map(\.path)
    let value = Seen(parent: parent, paths: Set(paths))
    seen.insert(value, commit, cost: 10 + paths.count)
    return value
  }
}

extension ApprovalStatement {
  /// The paths below `deployments/` and `policies/` in which two trees differ, sorted, with their objects.
  static func changedPaths(from old: ObjectID, to new: ObjectID, _ store: ObjectStore) throws -> [Change] {
    try PathChanges(store: store).list(from: old, to: new, below: [Snapshot.deploymentsRoot, Snapshot.policiesRoot])
      .map { Change(path: $0.path, old: $0.old?.id ?? .zero, new: $0.new?.id ?? .zero, since: .zero) }
  }

  /// What whoever approves a step signs; nil where the step changes nothing that is approved.
  ///
  /// The step is taken against its first parent, a merge too: an approval of a branch's one change is good for its merge.
  static func of(
    _ change: StepChange, repository: String, expires: String, finder: LastChangeFinder, _ context: JudgeContext
  ) throws -> ApprovalStatement? {
    var changes = try changedPaths(from: change.before.root, to: change.after.root, context.store)
    guard !changes.isEmpty else { return nil }
    let since = try finder.lastChanges(of: changes.map(\.path), behind: change.step.parent)
    for index in changes.indices { changes[index].since = since[changes[index].path] ?? .zero }
    return ApprovalStatement(
      repository: repository, ref: change.place.ref, changes: changes,
      evidence: try evidence(of: changes.filter { !$0.new.isZero }.map(\.path), in: change.after), expires: expires)
  }

  /// The version folders that the deployments of some manifests name, their routings' too, each once.
  private static func evidence(of paths: [[UInt8]], in snapshot: Snapshot) throws -> [Evidence] {
    var folders: Set<[UInt8]> = []
    var found: [Evidence] = []
    for path in paths {
      let parts = path.split(separator: UInt8(ascii: "/")).map(Array.init)
      guard parts.count == 3, parts[0] == Snapshot.deploymentsRoot, let stem = Snapshot.stem(parts[2]),
        let owner = try snapshot.owner(of: stem, in: snapshot.environment(parts[1])),
        let state = try snapshot.deployment(parts[1], owner), let model = state.deployment?.model.name?.value
      else { continue }
      for version in state.namedVersions {
        let folder = Snapshot.versionPath(model, version)
        guard folders.insert(folder).inserted else { continue }
        found.append(Evidence(path: folder, tree: try snapshot.versionFolder(model, version) ?? .zero))
      }
    }
    return found.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }
}

extension DeploymentState {
  /// Every version that the deployment and its routes name, those without requests too.
  var namedVersions: [String] {
    [deployment?.model.version?.value].compactMap { $0 }
      + routings.flatMap { $0.routing.routes.map(\.version.value) }
  }
}
