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

/// One pass over the bytes of a tree: where its entries are, and the first thing wrong with them.
struct TreeScan {
  var offsets: [UInt32] = []
  var problem: TreeProblem?
  var tooMany = false

  static func run(_ bytes: UnsafeRawBufferPointer, maximumEntries: Int) -> TreeScan {
    var scan = TreeScan()
    scan.offsets.reserveCapacity(bytes.count / 36 + 2)
    scan.walk(bytes, maximumEntries)
    return scan
  }

  private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ maximumEntries: Int) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      offsets = [0]
      return
    }
    var position = 0
    var last = UnsafeRawBufferPointer(start: base, count: 0)
    var lastIsFolder = false
    while position < bytes.count {
      guard offsets.count < maximumEntries else {
        tooMany = true
        break
      }
      let remaining = bytes.count - position
      guard let zero = memchr(base + position, 0, remaining) else { return end(at: position, truncated: bytes) }
      let nameEnd = UnsafeRawPointer(zero) - base
      guard nameEnd + 1 + ObjectID.size <= bytes.count else { return end(at: position, truncated: bytes) }
      var space = position
      while space < nameEnd, bytes[space] != UInt8(ascii: " ") { space += 1 }
      guard space < nameEnd, space > position else { return end(at: position, truncated: bytes) }
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
      position = nameEnd + 1 + ObjectID.size
    }
    offsets.append(UInt32(truncatingIfNeeded: position))
  }

  private mutating func end(at position: Int, truncated bytes: UnsafeRawBufferPointer) {
    offsets.append(UInt32(truncatingIfNeeded: position))
    problem = TreeProblem(kind: .truncated, name: [])
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
    case 4: return name[1] | 0x20 == UInt8(ascii: "g") && name[2] | 0x20 == UInt8(ascii: "i") && name[3] | 0x20 == UInt8(ascii: "t")
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
    } else if isFolder, last.count > name.count, sameBytes(UnsafeRawBufferPointer(rebasing: last[..<name.count]), name) {
      // `a` may stand before `a.b`, which stands before the folder `a`.
      var index = offsets.count - 2
      while index >= 0 {
        let earlier = nameOfEntry(index, bytes)
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

  private func nameOfEntry(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let start = Int(offsets[index])
    let end = Int(offsets[index + 1]) - ObjectID.size - 1
    var space = start
    while space < end, bytes[space] != UInt8(ascii: " ") { space += 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[min(space + 1, end)..<end])
  }
}
