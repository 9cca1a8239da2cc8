import Testing

@testable import GitObjects

/// That two trees differ where git says they do.
@Suite struct TreeDifferenceTests {
  private static func mktree(_ entries: [(mode: String, name: String, text: String)], _ repository: RealTrees) throws
    -> String
  {
    var lines = ""
    for entry in entries {
      let isFolder = entry.mode == "040000"
      let hash =
        isFolder
        ? try mktree([("100644", "inner", entry.text)], repository)
        : String(
          decoding: try repository.git(["hash-object", "-w", "--stdin"], input: Array(entry.text.utf8)).prefix(40),
          as: UTF8.self)
      lines += "\(entry.mode) \(isFolder ? "tree" : "blob") \(hash)\t\(entry.name)\n"
    }
    return String(decoding: try repository.git(["mktree"], input: Array(lines.utf8)).prefix(40), as: UTF8.self)
  }

  /// What `git diff-tree` says of the entries themselves: names with the ids before and behind.
  private static func expected(_ old: String, _ new: String, _ repository: RealTrees) throws -> [[String]] {
    let printed = try repository.git(["diff-tree", "-z", "--no-renames", old, new])
    let fields = printed.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return stride(from: 0, to: fields.count - 1, by: 2).flatMap { index -> [[String]] in
      let words = fields[index].split(separator: " ").map(String.init)
      return [[fields[index + 1], words[2], words[3]]]
    }
  }

  @Test func agreesWithGit() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    let names = ["a", "a-b", "a.b", "a0", "b", "c", "mödel", "z"]
    var random = SystemRandomNumberGenerator()
    func some() -> [(mode: String, name: String, text: String)] {
      names.filter { _ in Bool.random(using: &random) }.map {
        (
          ["100644", "100755", "040000"].randomElement(using: &random) ?? "100644", $0,
          "\(Int.random(in: 0...1, using: &random))"
        )
      }
    }
    for _ in 0..<12 {
      let old = try Self.mktree(some(), repository)
      let new = try Self.mktree(some(), repository)
      func tree(_ hex: String) throws -> Tree { try repository.store.tree(#require(ObjectID(hex: Array(hex.utf8)))) }
      let zero = ObjectID.zero.hex
      let found = try Tree.changes(from: tree(old), to: tree(new)).map {
        [String(decoding: $0.name, as: UTF8.self), $0.old?.id.hex ?? zero, $0.new?.id.hex ?? zero]
      }
      let expected = try Self.expected(old, new, repository)
      #expect(found.sorted { $0.description < $1.description } == expected.sorted { $0.description < $1.description })
    }
  }

  @Test func findsEntriesByName() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    let entries = [
      Entry(name: "a-b"), Entry(name: "a.b"), Entry(mode: "40000", name: "a"), Entry(name: "a0"), Entry(name: "b"),
    ]
    let tree = try repository.store.tree(repository.literalTree(treeBytes(entries)))
    #expect(tree.problem == nil)
    for entry in entries { #expect(tree.entry(named: Array(entry.name.utf8))?.name == Array(entry.name.utf8)) }
    for name in ["", "a.", "c", "A"] { #expect(tree.entry(named: Array(name.utf8)) == nil) }
    #expect(
      tree.entries(withPrefix: Array("a".utf8)).map { String(decoding: $0.name, as: UTF8.self) } == [
        "a-b", "a.b", "a", "a0",
      ])
    #expect(tree.entries(withPrefix: Array("a.".utf8)).count == 1)
  }

  @Test func findsTheFirstOfTwoInAMalformedTree() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    let entries = [Entry(name: "b", id: 7), Entry(name: "a", id: 8), Entry(name: "b", id: 9)]
    let tree = try repository.store.tree(repository.literalTree(treeBytes(entries)))
    #expect(tree.problem?.kind == .unsorted)
    #expect(tree.entry(named: Array("b".utf8))?.id == tree.entry(at: 0).id)
    #expect(tree.entries(withPrefix: Array("b".utf8)).count == 2)
  }
}
