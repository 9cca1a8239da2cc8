import Testing

@testable import GitObjects

/// What is found wrong in trees, and that reading a tree beside an earlier one finds the same.
@Suite struct TreeScanTests {
  private static func scan(_ bytes: [UInt8], maximum: Int = 100) -> TreeScan {
    bytes.withUnsafeBytes { TreeScan.run($0, maximumEntries: maximum) }
  }

  @Test(
    arguments: [
      ([Entry(name: "a"), Entry(name: "b")], nil),
      ([Entry(name: "a.b"), Entry(mode: "40000", name: "a"), Entry(name: "a0")], nil),
      ([Entry(name: "")], .emptyName),
      ([Entry(name: ".")], .reservedName),
      ([Entry(name: "..")], .reservedName),
      ([Entry(mode: "40000", name: ".GiT")], .reservedName),
      ([Entry(name: ".gitx")], nil),
      ([Entry(name: "a/b")], .slashedName),
      ([Entry(mode: "100664", name: "a")], .oddMode),
      ([Entry(mode: "0100644", name: "a")], .oddMode),
      ([Entry(mode: "040000", name: "a")], .oddMode),
      ([Entry(name: "a"), Entry(name: "a")], .duplicate),
      ([Entry(name: "b"), Entry(name: "a")], .unsorted),
      ([Entry(mode: "40000", name: "a"), Entry(name: "a.b")], .unsorted),
      ([Entry(name: "a"), Entry(name: "a.b"), Entry(mode: "40000", name: "a")], .duplicate),
      ([Entry(name: "a"), Entry(name: "a-"), Entry(name: "a.b"), Entry(mode: "40000", name: "a")], .duplicate),
    ] as [([Entry], TreeProblem.Kind?)])
  func findsWhatIsWrong(_ entries: [Entry], _ kind: TreeProblem.Kind?) {
    let scan = Self.scan(treeBytes(entries))
    #expect(scan.problem?.kind == kind)
    #expect(scan.offsets.count == entries.count + 1)
    #expect(scan.hasFolders == entries.contains { $0.mode.hasPrefix("4") })
  }

  @Test func findsTruncation() {
    let bytes = treeBytes([Entry(name: "a"), Entry(name: "b")])
    let whole = treeBytes([Entry(name: "a")]).count
    for length in 0...bytes.count {
      let isWhole = length == 0 || length == whole || length == bytes.count
      #expect(Self.scan(Array(bytes[..<length])).problem?.kind == (isWhole ? nil : .truncated), "\(length) bytes")
    }
    #expect(Self.scan(Array("100644a".utf8) + [UInt8](repeating: 0, count: 30)).problem?.kind == .truncated)
  }

  @Test func countsEntries() {
    let entries = ["a", "b", "c"].map { Entry(name: $0) }
    #expect(!Self.scan(treeBytes(entries), maximum: 3).tooMany)
    #expect(Self.scan(treeBytes(entries), maximum: 2).tooMany)
  }

  // MARK: Beside an earlier tree

  private static let names = [
    "a", "a-", "a.b", "a0", "ab", "b", "b.c", "ba", "c", ".git", "", "x/y", "long-name-of-a-model",
  ]
  private static let modes = ["100644", "100644", "100644", "100755", "40000", "100664", "120000"]

  /// A tree that is sound as git makes them, of files alone.
  private static func sound(_ random: inout some RandomNumberGenerator) -> [Entry] {
    let count = Int.random(in: 0...40, using: &random)
    let stems = Set((0..<count).map { _ in "m-\(Int.random(in: 0...60, using: &random))" })
    return stems.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map {
      Entry(name: $0, id: UInt8.random(in: 0...3, using: &random))
    }
  }

  /// A few edits, honest and hostile.
  private static func edited(_ entries: [Entry], _ random: inout some RandomNumberGenerator) -> [UInt8] {
    var entries = entries
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let place = Int.random(in: 0...entries.count, using: &random)
      let name =
        Bool.random(using: &random)
        ? names[Int.random(in: names.indices, using: &random)] : "m-\(Int.random(in: 0...60, using: &random))"
      switch Int.random(in: 0...6, using: &random) {
      case 0: entries.insert(Entry(mode: modes[Int.random(in: modes.indices, using: &random)], name: name), at: place)
      case 1 where place < entries.count: entries.remove(at: place)
      case 2 where place < entries.count: entries[place].id = UInt8.random(in: 0...255, using: &random)
      case 3 where place < entries.count: entries[place].name = name
      case 4 where place < entries.count: entries[place].mode = modes[Int.random(in: modes.indices, using: &random)]
      case 5 where place < entries.count: entries.insert(entries[place], at: place)
      case 6 where place + 1 < entries.count: entries.swapAt(place, place + 1)
      default: entries.insert(Entry(name: "m-\(place)x"), at: place)
      }
    }
    var bytes = treeBytes(entries)
    if Int.random(in: 0...4, using: &random) == 0, !bytes.isEmpty {
      switch Int.random(in: 0...2, using: &random) {
      case 0: bytes.removeLast(Int.random(in: 1...min(30, bytes.count), using: &random))
      case 1: bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      default: bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random))
      }
    }
    return bytes
  }

  @Test func readsTheSameBesideAnEarlierTree() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    try repository.store.repository.keepNewObjectsInMemory()
    var random = SystemRandomNumberGenerator()
    var shortened = 0
    for round in 0..<4000 {
      let before = Self.sound(&random)
      let bytes = Self.edited(before, &random)
      func tree(_ bytes: [UInt8], like earlier: Tree? = nil) throws -> Tree {
        let id = try repository.store.repository.write(.tree, bytes)
        let object = try repository.store.repository.read(id, .tree, maximum: 1 << 20)
        return try Tree(id: id, object: object, maximumEntries: 50, like: earlier)
      }
      let earlier = try tree(treeBytes(before))
      let whole = try tree(bytes)
      let beside = try tree(bytes, like: earlier)
      #expect(beside.problem == whole.problem, "round \(round): \(before) \(bytes)")
      #expect(beside.entries == whole.entries, "round \(round): \(before) \(bytes)")
      #expect(beside.hasFolders == whole.hasFolders)
      if beside.likeness != nil { shortened += 1 }
      let changes = Tree.changes(from: earlier, to: whole).map { [$0.old, $0.new] }
      #expect(
        Tree.changes(from: earlier, to: beside).map { [$0.old, $0.new] } == changes,
        "round \(round): \(before) \(bytes)")
    }
    #expect(shortened > 500, "only \(shortened) trees were read beside the earlier one")
  }

  @Test func keepsTheLimitBesideAnEarlierTree() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    let few = treeBytes((10..<20).map { Entry(name: "m\($0)") })
    let more = treeBytes((10..<21).map { Entry(name: "m\($0)") })
    let first = try repository.store.repository.read(repository.literalTree(few), .tree, maximum: 1 << 20)
    let second = try repository.store.repository.read(repository.literalTree(more), .tree, maximum: 1 << 20)
    let earlier = try Tree(id: .zero, object: first, maximumEntries: 10)
    #expect(throws: ReadError.self) { try Tree(id: .zero, object: second, maximumEntries: 10, like: earlier) }
    #expect(try Tree(id: .zero, object: second, maximumEntries: 11, like: earlier).count == 11)
  }
}
