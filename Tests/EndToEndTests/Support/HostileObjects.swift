import Foundation

/// Makes objects that git's own commands refuse to make.
struct HostileObjects {
  /// One line of a tree.
  struct Entry {
    /// The mode, as it is written.
    var mode: String
    /// The name: any bytes.
    var name: [UInt8]
    /// The object's id in hex.
    var oid: String

    /// Creates an entry.
    init(_ mode: String, _ name: String, _ oid: String) { self.init(mode, bytes: Array(name.utf8), oid) }

    /// Creates an entry whose name is no text.
    init(_ mode: String, bytes name: [UInt8], _ oid: String) {
      self.mode = mode
      self.name = name
      self.oid = oid
    }
  }

  /// The clone that gets the objects.
  let clone: Clone

  /// Creates a maker of objects for a clone.
  init(_ clone: Clone) { self.clone = clone }

  /// Writes a blob.
  func blob(_ text: String) throws -> String { try write("blob", Array(text.utf8)) }

  /// Writes a tree with these entries in this order.
  func tree(_ entries: [Entry]) throws -> String {
    var bytes: [UInt8] = []
    for entry in entries {
      bytes += Array("\(entry.mode) ".utf8) + entry.name + [0]
      var hex = entry.oid[...]
      while let byte = UInt8(hex.prefix(2), radix: 16) {
        bytes.append(byte)
        hex = hex.dropFirst(2)
      }
    }
    return try write("tree", bytes)
  }

  /// The entries of a tree that is there.
  func entries(_ treeish: String) throws -> [Entry] {
    try clone.git("ls-tree", "-z", treeish).split(separator: "\0").map { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      let fields = parts[0].split(separator: " ")
      let mode = fields[0] == "040000" ? "40000" : String(fields[0])
      return Entry(mode, String(parts[1]), String(fields[2]))
    }
  }

  /// A tree like `base` in which the folder at `path` has become `folder`.
  func tree(_ base: String, replacing path: [String], by folder: String) throws -> String {
    guard let first = path.first else { return folder }
    var list = try entries(base)
    let index = list.firstIndex { $0.name == Array(first.utf8) }
    let inner = index.map { list[$0].oid }
    let new =
      path.count == 1 ? folder : try tree(inner ?? clone.git("mktree"), replacing: Array(path.dropFirst()), by: folder)
    if let index {
      list[index].oid = new
    } else {
      list.append(Entry("40000", first, new))
      list.sort { left, right in
        let slash: (Entry) -> [UInt8] = { $0.name + ($0.mode == "40000" ? [UInt8(ascii: "/")] : []) }
        return slash(left).lexicographicallyPrecedes(slash(right))
      }
    }
    return try tree(list)
  }

  /// Writes a commit from whole header lines and a message of any bytes.
  func commit(headers: [String], message: [UInt8]) throws -> String {
    try write("commit", Array(headers.map { $0 + "\n" }.joined().utf8) + [UInt8(ascii: "\n")] + message)
  }

  /// Writes an ordinary commit of a tree.
  func commit(
    tree: String, parents: [String], message: String, author: String = "Dev <dev@example.com> 1700000000 +0000"
  ) throws -> String {
    try commit(
      headers: ["tree \(tree)"] + parents.map { "parent \($0)" } + ["author \(author)", "committer \(author)"],
      message: Array(message.utf8))
  }

  private func write(_ type: String, _ bytes: [UInt8]) throws -> String {
    try clone.git("hash-object", "-t", type, "-w", "--stdin", "--literally", input: bytes)
  }
}
