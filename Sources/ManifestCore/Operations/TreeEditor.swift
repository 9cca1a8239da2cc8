import GitObjects

/// Makes trees that differ from others in a few files.
struct TreeEditor {
  let store: ObjectStore
  /// Writes an object and gives its id.
  let write: (ObjectKind, [UInt8]) throws -> ObjectID

  /// A tree in which some paths hold other entries, or none; folders come and go with what is in them.
  func setting(_ changes: [(path: [UInt8], entry: TreeEntry?)], in root: ObjectID) throws -> ObjectID {
    var tree = root
    for change in changes {
      let names = change.path.split(separator: UInt8(ascii: "/")).map(Array.init)
      tree = try set(names[...], to: change.entry, in: tree) ?? write(.tree, [])
    }
    return tree
  }

  /// A tree without the file at a path; nil where it has none.
  func removing(_ path: [[UInt8]], from root: ObjectID) throws -> ObjectID? {
    guard
      try store.entry(at: Array(path.joined(separator: [UInt8(ascii: "/")])), in: root).map({ $0.mode != .folder })
        == true
    else { return nil }
    return try set(path[...], to: nil, in: root) ?? write(.tree, [])
  }

  /// The tree with one entry set; nil where nothing is left in it.
  private func set(_ path: ArraySlice<[UInt8]>, to entry: TreeEntry?, in tree: ObjectID) throws -> ObjectID? {
    guard let name = path.first else { return tree }
    var entries = try store.tree(tree).entries
    let index = entries.firstIndex { $0.name == name }
    var new: TreeEntry?
    if path.count == 1 {
      new = entry.map { TreeEntry(name: name, mode: $0.mode, id: $0.id) }
    } else {
      let old = index.flatMap { entries[$0].mode == .folder ? entries[$0].id : nil } ?? .zero
      new = try set(path.dropFirst(), to: entry, in: old).map { TreeEntry(name: name, mode: .folder, id: $0) }
    }
    if let index { entries.remove(at: index) }
    if let new { entries.append(new) }
    guard !entries.isEmpty else { return nil }
    // git's order: a folder as if its name ended in a slash.
    func key(_ entry: TreeEntry) -> [UInt8] { entry.mode == .folder ? entry.name + [UInt8(ascii: "/")] : entry.name }
    entries.sort { key($0).lexicographicallyPrecedes(key($1)) }
    var content: [UInt8] = []
    for entry in entries {
      content += entry.mode.octal + [0x20] + entry.name + [0]
      entry.id.withRawBytes { content += $0 }
    }
    return try write(.tree, content)
  }
}
