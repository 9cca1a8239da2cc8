private import Glibc

/// What makes a tree mean different things to different readers.
public struct TreeProblem: Sendable, Hashable {
  /// The kinds of malformed trees.
  public enum Kind: Sendable {
    /// The bytes are not a list of entries.
    case truncated
    /// An entry without a name.
    case emptyName
    /// An entry named `.`, `..` or `.git`.
    case reservedName
    /// A name with a slash in it.
    case slashedName
    /// A mode that git does not write.
    case oddMode
    /// Two entries of one name.
    case duplicate
    /// Entries that are not in git's order.
    case unsorted
  }

  /// What is wrong.
  public var kind: Kind
  /// The name of the entry in question.
  public var name: [UInt8]
}

/// How a tree is like an earlier one.
struct TreeLikeness {
  /// The earlier tree.
  var id: ObjectID
  /// The number of entries with which both begin.
  var start: Int
  /// The number of entries with which both end.
  var end: Int
}

/// One pass over the bytes of a tree: where its entries are, and the first thing wrong with them.
struct TreeScan {
  var offsets: [UInt32] = []
  var problem: TreeProblem?
  var tooMany = false
  /// Whether an entry passes for a folder.
  var hasFolders = false

  static func run(_ bytes: UnsafeRawBufferPointer, maximumEntries: Int) -> TreeScan {
    var scan = TreeScan()
    scan.offsets.reserveCapacity(bytes.count / 36 + 2)
    guard !bytes.isEmpty else {
      scan.offsets = [0]
      return scan
    }
    if scan.walk(bytes, maximumEntries, from: 0, until: { _ in false }) == bytes.count {
      scan.offsets.append(UInt32(truncatingIfNeeded: bytes.count))
    }
    return scan
  }

  /// The scan of a tree that is like an earlier one, a sound tree without folders: what both begin and end with needs
  /// no second look.
  ///
  /// Nil where anything is not as it should be, so that `run` has to say what.
  ///
  /// An entry is judged by its own bytes and by its neighbour before it, a folder by others before it, too. So only
  /// the entries between the two ends, and the first behind them, can be wrong where the earlier tree is not.
  static func run(_ bytes: UnsafeRawBufferPointer, like earlier: Tree, maximumEntries: Int) -> (TreeScan, TreeLikeness)?
  {
    guard earlier.problem == nil, !earlier.hasFolders, earlier.count > 0, !bytes.isEmpty else { return nil }
    let start = earlier.entriesWithin(sharedPrefix(earlier.bytes, bytes))
    let position = start < earlier.count ? earlier.offset(at: start) : earlier.bytes.count
    // The ends may not overlap: a shorter tree could otherwise have bytes in both.
    let suffix = sharedSuffix(
      UnsafeRawBufferPointer(rebasing: earlier.bytes[position...]),
      UnsafeRawBufferPointer(rebasing: bytes[min(position, bytes.count)...]))
    let shift = bytes.count - earlier.bytes.count
    var end = earlier.count
    var low = start
    while low < end {
      let middle = (low + end) / 2
      if earlier.offset(at: middle) >= earlier.bytes.count - suffix { end = middle } else { low = middle + 1 }
    }
    var scan = TreeScan()
    scan.offsets.reserveCapacity(earlier.count + 8)
    earlier.appendOffsets(0..<start, shiftedBy: 0, to: &scan.offsets)
    let target = end < earlier.count ? earlier.offset(at: end) + shift : bytes.count
    let reached = scan.walk(bytes, maximumEntries, from: position) { $0 >= target }
    guard reached == target, scan.problem == nil, !scan.tooMany, !scan.hasFolders else { return nil }
    if end < earlier.count {
      // The first entry of the shared end has a new neighbour.
      let next = scan.walk(bytes, maximumEntries, from: target) { $0 > target }
      let known = end + 1 < earlier.count ? earlier.offset(at: end + 1) + shift : bytes.count
      guard next == known, scan.problem == nil, !scan.tooMany else { return nil }
      earlier.appendOffsets(end + 1..<earlier.count, shiftedBy: shift, to: &scan.offsets)
    }
    guard scan.offsets.count <= maximumEntries else { return nil }
    scan.offsets.append(UInt32(truncatingIfNeeded: bytes.count))
    return (scan, TreeLikeness(id: earlier.id, start: start, end: earlier.count - end))
  }

  /// The number of bytes with which both begin.
  static func sharedPrefix(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    guard let one = left.baseAddress, let other = right.baseAddress else { return 0 }
    let count = min(left.count, right.count)
    var shared = 0
    while shared + 512 <= count, memcmp(one + shared, other + shared, 512) == 0 { shared += 512 }
    while shared < count, left[shared] == right[shared] { shared += 1 }
    return shared
  }

  /// The number of bytes with which both end.
  static func sharedSuffix(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    guard let one = left.baseAddress, let other = right.baseAddress else { return 0 }
    let count = min(left.count, right.count)
    var shared = 0
    while shared + 512 <= count,
      memcmp(one + (left.count - shared - 512), other + (right.count - shared - 512), 512) == 0
    { shared += 512 }
    while shared < count, left[left.count - shared - 1] == right[right.count - shared - 1] { shared += 1 }
    return shared
  }

  /// Walks from the beginning of an entry, while there are bytes and `isEnd` does not say of the beginning of an
  /// entry that it is the end.
  ///
  /// Gives where it ended; nil where something ended it.
  private mutating func walk(
    _ bytes: UnsafeRawBufferPointer, _ maximumEntries: Int, from start: Int, until isEnd: (Int) -> Bool
  ) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var position = start
    var last = UnsafeRawBufferPointer(start: base, count: 0)
    var lastIsFolder = false
    if let previous = offsets.last {
      last = nameOfEntry(Int(previous), start, bytes)
      lastIsFolder = bytes[Int(previous)] == UInt8(ascii: "4")
    }
    while position < bytes.count, !isEnd(position) {
      guard offsets.count < maximumEntries else {
        tooMany = true
        offsets.append(UInt32(truncatingIfNeeded: position))
        return nil
      }
      let remaining = bytes.count - position
      guard let zero = memchr(base + position, 0, remaining) else { return end(at: position) }
      let nameEnd = UnsafeRawPointer(zero) - base
      guard nameEnd + 1 + ObjectID.size <= bytes.count else { return end(at: position) }
      var space = position
      while space < nameEnd, bytes[space] != UInt8(ascii: " ") { space += 1 }
      guard space < nameEnd, space > position else { return end(at: position) }
      let mode = UnsafeRawBufferPointer(start: base + position, count: space - position)
      let name = UnsafeRawBufferPointer(start: base + space + 1, count: nameEnd - space - 1)
      let isFolder = mode[0] == UInt8(ascii: "4")
      offsets.append(UInt32(truncatingIfNeeded: position))
      if problem == nil {
        check(name, mode)
        if offsets.count > 1, problem == nil { checkOrder(last, lastIsFolder, name, isFolder, bytes) }
      }
      last = name
      lastIsFolder = isFolder
      if isFolder { hasFolders = true }
      position = nameEnd + 1 + ObjectID.size
    }
    return position
  }

  private mutating func end(at position: Int) -> Int? {
    offsets.append(UInt32(truncatingIfNeeded: position))
    problem = TreeProblem(kind: .truncated, name: [])
    return nil
  }

  private mutating func check(_ name: UnsafeRawBufferPointer, _ mode: UnsafeRawBufferPointer) {
    func report(_ kind: TreeProblem.Kind) { problem = TreeProblem(kind: kind, name: [UInt8](name)) }
    if name.isEmpty { return report(.emptyName) }
    if name[0] == UInt8(ascii: "."), Self.isReserved(name) { return report(.reservedName) }
    if let start = name.baseAddress, memchr(start, Int32(UInt8(ascii: "/")), name.count) != nil {
      return report(.slashedName)
    }
    if FileMode(octal: mode) == .odd { report(.oddMode) }
  }

  private static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool {
    switch name.count {
    case 1: return true
    case 2: return name[1] == UInt8(ascii: ".")
    case 4:
      return name[1] | 0x20 == UInt8(ascii: "g") && name[2] | 0x20 == UInt8(ascii: "i")
        && name[3] | 0x20 == UInt8(ascii: "t")
    default: return false
    }
  }

  private mutating func checkOrder(
    _ last: UnsafeRawBufferPointer, _ lastIsFolder: Bool, _ name: UnsafeRawBufferPointer, _ isFolder: Bool,
    _ bytes: UnsafeRawBufferPointer
  ) {
    if sameBytes(last, name) {
      problem = TreeProblem(kind: .duplicate, name: [UInt8](name))
    } else if compareTreeNames(last, lastIsFolder, name, isFolder) >= 0 {
      problem = TreeProblem(kind: .unsorted, name: [UInt8](name))
    } else if isFolder, last.count > name.count, sameBytes(UnsafeRawBufferPointer(rebasing: last[..<name.count]), name)
    {
      // `a` may stand before `a.b`, which stands before the folder `a`.
      var index = offsets.count - 2
      while index >= 0 {
        let earlier = nameOfEntry(Int(offsets[index]), Int(offsets[index + 1]), bytes)
        guard earlier.count >= name.count, sameBytes(UnsafeRawBufferPointer(rebasing: earlier[..<name.count]), name)
        else { return }
        if earlier.count == name.count {
          problem = TreeProblem(kind: .duplicate, name: [UInt8](name))
          return
        }
        index -= 1
      }
    }
  }

  private func nameOfEntry(_ start: Int, _ next: Int, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let end = next - ObjectID.size - 1
    var space = start
    while space < end, bytes[space] != UInt8(ascii: " ") { space += 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[min(space + 1, end)..<end])
  }
}
