import GitObjects

/// Finds which first-parent commit last changed a path.
///
/// It goes back until it is found, to the beginning if need be: were it given up after some commits, whoever can push as
/// many empty ones could use an approval again. Only the entries that are asked for are compared, whatever else changed.
final class LastChangeFinder {
  /// What a commit holds of the folders that matter, so that most commits are passed over at once.
  private struct Seen {
    var parent: ObjectID
    var roots: [TreeEntry?]
    var tree: ObjectID
  }

  private static let roots = [Snapshot.deploymentsRoot, Snapshot.policiesRoot]

  private let store: ObjectStore
  private let maximum: Int
  private var seen = GenerationCache<ObjectID, Seen>(limit: 50_000)

  /// Creates a finder that looks at no more than `maximum` commits for one answer.
  init(store: ObjectStore, maximum: Int) {
    self.store = store
    self.maximum = maximum
  }

  /// For each path, the commit at or behind `tip` that last changed it; those that none did are left out.
  func lastChanges(of paths: [[UInt8]], behind tip: ObjectID) throws -> [[UInt8]: ObjectID] {
    var found: [[UInt8]: ObjectID] = [:]
    var open = paths
    var commit = tip
    var walked = 0
    while !commit.isZero, !open.isEmpty {
      walked += 1
      if walked > maximum { throw LineWalker.TooLong() }
      if walked & 63 == 0 { try store.budget.checkTime() }
      let own = try look(at: commit)
      let parent = own.parent.isZero ? nil : try look(at: own.parent)
      if own.roots != parent?.roots {
        for path in open where try entry(path, own) != entry(path, parent) { found[path] = commit }
        open.removeAll { found[$0] != nil }
      }
      commit = own.parent
    }
    return found
  }

  private func entry(_ path: [UInt8], _ seen: Seen?) throws -> TreeEntry? {
    try seen.flatMap { try store.entry(at: path, in: $0.tree) }.flatMap { $0.mode == .folder ? nil : $0 }
  }

  private func look(at commit: ObjectID) throws -> Seen {
    if let known = seen.value(commit, cost: { _ in 1 }) { return known }
    let links = try store.links(commit)
    let root = try store.tree(links.tree)
    let value = Seen(
      parent: links.parents.first ?? .zero, roots: Self.roots.map { root.entry(named: $0) }, tree: links.tree)
    seen.insert(value, commit, cost: 1)
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
