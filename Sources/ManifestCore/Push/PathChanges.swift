import GitObjects

/// One file in which two trees differ.
struct PathChange {
  var path: [UInt8]
  /// The entries before and after; nil for none, and never a folder.
  var old: TreeEntry?
  var new: TreeEntry?
}

/// Lists the files in which two trees differ.
struct PathChanges {
  let store: ObjectStore
  /// The most files that are listed: folders that hold one another by the million are made in a moment.
  static let maximum = 100_000

  /// The changes between two root trees, those below some folders alone where any are named, sorted by path.
  func list(from old: ObjectID, to new: ObjectID, below roots: [[UInt8]] = []) throws -> [PathChange] {
    guard old != new else { return [] }
    let before = try store.tree(old)
    let after = try store.tree(new)
    var changes: [PathChange] = []
    if roots.isEmpty {
      for change in Tree.changes(from: before, to: after) {
        try list(change.old, change.new, change.name, depth: 1, into: &changes)
      }
    }
    for root in roots {
      try list(before.entry(named: root), after.entry(named: root), root, depth: 1, into: &changes)
    }
    return changes.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  private func list(
    _ old: TreeEntry?, _ new: TreeEntry?, _ path: [UInt8], depth: Int, into changes: inout [PathChange]
  ) throws {
    guard old != new else { return }
    guard depth <= 64 else { throw ReadError.limit("folders are nested more than 64 deep") }
    // What the caches hold costs no budget, but time.
    try store.budget.checkTime()
    let before = old?.mode == .folder ? try store.tree(old?.id ?? .zero) : .empty()
    let after = new?.mode == .folder ? try store.tree(new?.id ?? .zero) : .empty()
    for change in Tree.changes(from: before, to: after) {
      try list(change.old, change.new, joined(path, change.name), depth: depth + 1, into: &changes)
    }
    let file = PathChange(
      path: path, old: old?.mode == .folder ? nil : old, new: new?.mode == .folder ? nil : new)
    if file.old != nil || file.new != nil { changes.append(file) }
    if changes.count > Self.maximum { throw ReadError.limit("more than \(Self.maximum) files change") }
  }
}
