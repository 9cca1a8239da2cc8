private import Glibc

/// One entry of a tree.
public struct TreeEntry: Sendable, Hashable {
  /// The name, as bytes: it may be anything but a zero byte.
  public var name: [UInt8]
  /// The mode.
  public var mode: FileMode
  /// The object.
  public var id: ObjectID

  /// Creates an entry.
  public init(name: [UInt8], mode: FileMode, id: ObjectID) {
    self.name = name
    self.mode = mode
    self.id = id
  }
}

extension TreeEntry {
  static func isPlain(_ byte: UInt8) -> Bool { byte < 0x80 && !(0x41...0x5a).contains(byte) }

  /// Whether a name is ASCII without capitals.
  public static func isPlain(_ name: [UInt8]) -> Bool { name.allSatisfy(isPlain) }
}

/// A tree object, read by ourselves: libgit2 and git disagree about hostile ones.
public final class Tree {
  /// The tree's id.
  public let id: ObjectID
  /// What is wrong with it, so that two readers could see two different folders; nil for a sound tree.
  public let problem: TreeProblem?

  /// Whether an entry passes for a folder.
  let hasFolders: Bool
  /// What it has in common with the tree that it was read beside.
  let likeness: TreeLikeness?

  /// What owns the content.
  private let owner: ObjectBytes?
  /// The content.
  ///
  /// Valid while this tree is alive, as `owner` is.
  let bytes: UnsafeRawBufferPointer
  /// Where each entry begins, and one more: the end.
  private let offsets: [UInt32]

  /// The tree without entries, also standing for "there was no tree".
  public static func empty() -> Tree { Tree() }

  private init() {
    id = .zero
    owner = nil
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    offsets = [0]
    problem = nil
    hasFolders = false
    likeness = nil
  }

  /// Reads a tree.
  ///
  /// `maximumEntries` is a limit on what is taken apart; a tree that is much like `earlier` takes less time beside
  /// it, and means the same.
  convenience init(
    id: ObjectID, object: ObjectBytes, maximumEntries: Int, like earlier: Tree? = nil
  ) throws(ReadError) {
    try self.init(id: id, bytes: object.bytes, owner: object, maximumEntries: maximumEntries, like: earlier)
  }

  /// Reads bytes that `owner` keeps alive; where there is none, the caller has to outlive the tree.
  init(
    id: ObjectID, bytes: UnsafeRawBufferPointer, owner: ObjectBytes?, maximumEntries: Int, like earlier: Tree? = nil
  ) throws(ReadError) {
    self.id = id
    self.owner = owner
    self.bytes = bytes
    let short = earlier.flatMap { TreeScan.run(bytes, like: $0, maximumEntries: maximumEntries) }
    let scan = short?.0 ?? TreeScan.run(bytes, maximumEntries: maximumEntries)
    likeness = short?.1
    hasFolders = scan.hasFolders
    if scan.tooMany { throw .limit("the folder \(id.short) has more than \(maximumEntries) entries") }
    offsets = scan.offsets
    problem = scan.problem
  }

  /// The number of entries.
  public var count: Int { offsets.count - 1 }

  /// The size of the tree in bytes, as a measure of what keeping it costs.
  var cost: Int { bytes.count + offsets.count * 4 + 200 }

  /// The entry at an index below `count`.
  public func entry(at index: Int) -> TreeEntry {
    let raw = raw(at: index)
    return TreeEntry(name: [UInt8](raw.name), mode: raw.mode, id: raw.id)
  }

  /// The names that a file system could take for another one's: with capitals, or beyond ASCII.
  public private(set) lazy var unusualNames: [[UInt8]] = (0..<count).compactMap { index in
    let name = rawName(at: index)
    return name.allSatisfy(TreeEntry.isPlain) ? nil : [UInt8](name)
  }

  /// All entries, in order.
  public var entries: [TreeEntry] { (0..<count).map { entry(at: $0) } }

  /// The entry with exactly this name; the first one, where a malformed tree has several.
  public func entry(named name: [UInt8]) -> TreeEntry? {
    name.withUnsafeBytes { wanted in
      if problem == nil {
        // A folder sorts as if its name ended in a slash, so a name can stand at two places.
        for asFolder in [false, true] {
          if let index = search(wanted, asFolder: asFolder) { return entry(at: index) }
        }
        return nil
      }
      for index in 0..<count where sameBytes(rawName(at: index), wanted) { return entry(at: index) }
      return nil
    }
  }

  /// The entries whose name begins with `prefix`, in order.
  public func entries(withPrefix prefix: [UInt8]) -> [TreeEntry] {
    prefix.withUnsafeBytes { wanted in
      var low = 0
      if problem == nil {
        var high = count
        while low < high {
          let middle = (low + high) / 2
          if isBefore(middle, prefix: wanted) {
            low = middle + 1
          } else {
            high = middle
          }
        }
      }
      var found: [TreeEntry] = []
      for index in low..<max(low, count) {
        let name = rawName(at: index)
        if name.count >= wanted.count, sameBytes(UnsafeRawBufferPointer(rebasing: name[..<wanted.count]), wanted) {
          found.append(entry(at: index))
        } else if problem == nil {
          break
        }
      }
      return found
    }
  }

  // MARK: Raw access

  /// Where an entry begins.
  func offset(at index: Int) -> Int { Int(offsets[index]) }

  /// The number of entries that lie in the first `length` bytes.
  func entriesWithin(_ length: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if Int(offsets[middle + 1]) <= length { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Adds where entries begin, moved by some bytes.
  func appendOffsets(_ range: Range<Int>, shiftedBy shift: Int, to other: inout [UInt32]) {
    if shift == 0 {
      other.append(contentsOf: offsets[range])
    } else {
      let by = UInt32(truncatingIfNeeded: shift)
      offsets.withUnsafeBufferPointer { own in
        for index in range { other.append(own[index] &+ by) }
      }
    }
  }

  struct RawEntry {
    var name: UnsafeRawBufferPointer
    var mode: FileMode
    var id: ObjectID
  }

  /// The bytes of an entry as they stand in the object.
  func slice(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[index])..<Int(offsets[index + 1])])
  }

  private func space(in slice: UnsafeRawBufferPointer) -> Int {
    // The first one: a name may begin with a space, too.
    slice.firstIndex(of: UInt8(ascii: " ")) ?? 0
  }

  func rawName(at index: Int) -> UnsafeRawBufferPointer {
    let slice = slice(at: index)
    let start = space(in: slice) + 1
    let end = slice.count - ObjectID.size - 1
    return UnsafeRawBufferPointer(rebasing: slice[min(start, end)..<end])
  }

  func isFolder(at index: Int) -> Bool { bytes[Int(offsets[index])] == UInt8(ascii: "4") }

  func raw(at index: Int) -> RawEntry {
    let slice = slice(at: index)
    let mode = FileMode(octal: UnsafeRawBufferPointer(rebasing: slice[..<space(in: slice)]))
    let id = slice.baseAddress.map { ObjectID(rawBytes: $0 + (slice.count - ObjectID.size)) } ?? .zero
    return RawEntry(name: rawName(at: index), mode: mode, id: id)
  }

  /// Whether an entry stands before all whose names begin with `prefix`.
  ///
  /// A folder stands where its name with a slash would: the folder `a` behind `a-b`.
  private func isBefore(_ index: Int, prefix: UnsafeRawBufferPointer) -> Bool {
    let name = rawName(at: index)
    let order = compare(UnsafeRawBufferPointer(rebasing: name.prefix(prefix.count)), prefix)
    guard order < 0, isFolder(at: index), name.count < prefix.count,
      sameBytes(name, UnsafeRawBufferPointer(rebasing: prefix[..<name.count]))
    else { return order < 0 }
    return UInt8(ascii: "/") < prefix[name.count]
  }

  private func search(_ wanted: UnsafeRawBufferPointer, asFolder: Bool) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let order = compareTreeNames(rawName(at: middle), isFolder(at: middle), wanted, asFolder)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}

/// Whether two stretches of bytes are the same.
func sameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  guard let first = left.baseAddress, let second = right.baseAddress else { return true }
  return memcmp(first, second, left.count) == 0
}

/// Compares bytes as `memcmp` does, a prefix before what it is a prefix of.
func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
  let shared = min(left.count, right.count)
  if shared > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, shared)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}

/// Compares two names as git orders them in a tree: a folder as if its name ended in a slash.
func compareTreeNames(
  _ left: UnsafeRawBufferPointer, _ leftIsFolder: Bool, _ right: UnsafeRawBufferPointer, _ rightIsFolder: Bool
) -> Int {
  let shared = min(left.count, right.count)
  if shared > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, shared)
    if order != 0 { return Int(order) }
  }
  let slash = Int(UInt8(ascii: "/"))
  let next = left.count > shared ? Int(left[shared]) : (leftIsFolder ? slash : 0)
  let other = right.count > shared ? Int(right[shared]) : (rightIsFolder ? slash : 0)
  if next != other { return next - other }
  // Equal so far: either the same name, or one goes on behind the slash that the other only implies.
  return (left.count == shared && right.count == shared) ? 0 : left.count - right.count
}
