import GitObjects

/// One environment's folder that a step changes.
struct EnvironmentChange {
  var name: [UInt8]
  /// The folder as it was; empty where there was none.
  var old: Tree
  /// The folder as it is; empty where there is none.
  var new: Tree

  /// The folders of environments in which a step changes something; equal trees are not read.
  static func all(in step: Step, _ store: ObjectStore) throws -> [EnvironmentChange] {
    guard step.tree != step.parentTree else { return [] }
    let after = try folder(Snapshot.deploymentsRoot, of: try store.tree(step.tree))
    let before = try folder(Snapshot.deploymentsRoot, of: try store.tree(step.parentTree))
    guard after != before else { return [] }
    return try Tree.changes(from: try store.tree(before), to: try store.tree(after)).compactMap { change in
      let newID = change.new.flatMap { $0.mode == .folder ? $0.id : nil } ?? .zero
      let oldID = change.old.flatMap { $0.mode == .folder ? $0.id : nil } ?? .zero
      guard newID != oldID else { return nil }
      // Whoever walks back has read the newer one already: the older is read fast beside it.
      let new = try store.tree(newID)
      return EnvironmentChange(name: change.name, old: try store.tree(oldID, like: new), new: new)
    }
  }

  private static func folder(_ name: [UInt8], of tree: Tree) throws -> ObjectID {
    guard let entry = tree.entry(named: name), entry.mode == .folder else { return .zero }
    return entry.id
  }
}
