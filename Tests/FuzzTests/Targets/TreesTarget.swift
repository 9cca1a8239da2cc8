@testable import GitObjects
@testable import ManifestCore

/// Tree objects: the first two bytes say how many of the rest are an earlier tree; the others are the one that is read.
enum TreesTarget {
  private static let maximum = 40

  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    guard input.count >= 2 else { return }
    let content = Array(input.dropFirst(2))
    let size = min(content.count, Int(input[0]) << 8 | Int(input[1]))
    let one = Array(content[..<size])
    let other = Array(content[size...])
    let outcome = one.withUnsafeBytes { first in
      other.withUnsafeBytes { second in
        Result { () throws(BrokenPromise) in try run(first, second) }
      }
    }
    try outcome.get()
  }

  private static func run(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) throws(BrokenPromise) {
    let earlier = try read(first)
    guard let later = try read(second) else { return }
    if let earlier { try compare(earlier, later, second) }
  }

  private static func tree(_ bytes: UnsafeRawBufferPointer, id: UInt8, like earlier: Tree? = nil) throws(ReadError)
    -> Tree
  {
    let id = [UInt8](repeating: id, count: ObjectID.size).withUnsafeBytes {
      $0.baseAddress.map { ObjectID(rawBytes: $0) } ?? .zero
    }
    return try Tree(id: id, bytes: bytes, owner: nil, maximumEntries: maximum, like: earlier)
  }

  /// Reads a tree; nil where it has too many entries.
  private static func read(_ bytes: UnsafeRawBufferPointer) throws(BrokenPromise) -> Tree? {
    let entries = SimpleTree.entries(bytes)
    let tree: Tree
    do { tree = try Self.tree(bytes, id: 1) } catch {
      // Entries are counted before the end of the last one is looked for.
      try promise((entries?.count ?? maximum) >= maximum, "too many entries: \(entries?.count ?? 0)")
      return nil
    }
    try promise(tree.count <= maximum, "\(tree.count) entries")
    let isSound = entries.map(SimpleTree.isSound) ?? false
    try promise(isSound == (tree.problem == nil), "a tree is \(tree.problem.map { "\($0)" } ?? "sound")")
    let all = tree.entries
    for name in tree.unusualNames { try promise(!TreeEntry.isPlain(name), "a plain name is unusual") }
    if isSound, let entries {
      try promise(all == entries, "the entries of a sound tree are others: \(all)")
      try promise(tree.hasFolders == entries.contains { $0.mode == .folder }, "folders are overlooked")
      for entry in entries { try promise(tree.entry(named: entry.name) == entry, "an entry is not found by its name") }
    }
    for entry in all.prefix(8) {
      _ = tree.entry(named: entry.name)
      for length in [1, 2, entry.name.count] where length <= entry.name.count {
        let prefix = Array(entry.name[..<length])
        let found = tree.entries(withPrefix: prefix)
        try promise(
          found == all.filter { $0.name.starts(with: prefix) }, "entries that begin with `\(Text.show(prefix))`")
      }
    }
    try promise(tree.entry(named: [0]) == nil, "an entry out of nowhere")
    return tree
  }

  /// Reading beside an earlier tree finds the same as reading alone, and so does comparing.
  private static func compare(_ earlier: Tree, _ later: Tree, _ bytes: UnsafeRawBufferPointer) throws(BrokenPromise) {
    let beside: Tree
    do { beside = try tree(bytes, id: 2, like: earlier) } catch {
      throw BrokenPromise(description: "too many entries beside an earlier tree alone")
    }
    try promise(
      beside.problem == later.problem && beside.entries == later.entries && beside.hasFolders == later.hasFolders,
      "a tree is another one beside an earlier one")
    let changes = Tree.changes(from: earlier, to: later)
    let shown = changes.map { [$0.old, $0.new] }
    try promise(Tree.changes(from: earlier, to: beside).map { [$0.old, $0.new] } == shown, "other changes beside it")
    try promise(changes.allSatisfy { $0.old != nil || $0.new != nil }, "a change of nothing")
    guard earlier.problem == nil, later.problem == nil else { return }
    let before = Set(earlier.entries)
    let after = Set(later.entries)
    try promise(Set(changes.compactMap(\.old)) == before.subtracting(after), "what went is not what changed")
    try promise(Set(changes.compactMap(\.new)) == after.subtracting(before), "what came is not what changed")
    for change in changes {
      if let old = change.old, let new = change.new { try promise(old.name == new.name, "a change of two names") }
    }
  }
}
