import GitObjects

/// Tells which files of an environment are a deployment's: its own, and those of its routing.
struct DeploymentFiles {
  let name: [UInt8]
  let context: JudgeContext

  /// The deployment's files that differ between two states; nil where nothing of it changed.
  ///
  /// No files: a routing changed hands, since another deployment came or went.
  func changed(_ change: EnvironmentChange, from before: Snapshot, to after: Snapshot) throws -> [TreeChange]? {
    var own: [TreeChange] = []
    var changesHands = false
    for file in changedFiles(change) {
      guard let stem = Snapshot.stem(file.name) else { continue }
      let was = try file.old.map { try before.isDeployment($0) } ?? false
      let isThere = try file.new.map { try after.isDeployment($0) } ?? false
      let isRouting =
        try isRouting(file.old, stem, before, change.old) || isRouting(file.new, stem, after, change.new)
      // A file of that name that only ever held somebody else's routing is none of the deployment's.
      if isRouting || stem == name && (was || isThere) {
        own.append(file)
      } else if was != isThere {
        let old = try before.deployment(change.name, name)?.routings.map(\.path)
        if try old != after.deployment(change.name, name)?.routings.map(\.path) { changesHands = true }
      }
    }
    return own.isEmpty && !changesHands ? nil : own
  }

  /// The files that changed among those whose names let them belong to the deployment; the folder is not read through.
  private func changedFiles(_ change: EnvironmentChange) -> [TreeChange] {
    let path = name + Snapshot.extensionBytes
    var changes: [TreeChange] = []
    let old = change.old.entry(named: path)
    let new = change.new.entry(named: path)
    if old != new { changes.append(TreeChange(old: old, new: new)) }
    let prefix = name + [UInt8(ascii: "-")]
    let left = change.old.entries(withPrefix: prefix)
    let right = change.new.entries(withPrefix: prefix)
    guard left != right else { return regular(changes) }
    let before = Dictionary(left.map { ($0.name, $0) }) { first, _ in first }
    let after = Dictionary(right.map { ($0.name, $0) }) { first, _ in first }
    for name in Set(before.keys).union(after.keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
    where before[name] != after[name] {
      changes.append(TreeChange(old: before[name], new: after[name]))
    }
    return regular(changes)
  }

  /// Changes of regular files: what else stands there is no manifest.
  private func regular(_ changes: [TreeChange]) -> [TreeChange] {
    changes.compactMap { change in
      let old = change.old.flatMap { $0.mode == .file ? $0 : nil }
      let new = change.new.flatMap { $0.mode == .file ? $0 : nil }
      return old == nil && new == nil ? nil : TreeChange(old: old, new: new)
    }
  }

  /// Whether a file holds a routing alone, which belongs to the deployment.
  private func isRouting(_ entry: TreeEntry?, _ stem: [UInt8], _ snapshot: Snapshot, _ tree: Tree) throws -> Bool {
    guard let entry else { return false }
    let file = try context.manifest(entry)
    return try file.deployment == nil && !file.routings.isEmpty && snapshot.owner(of: stem, in: tree) == name
  }
}
