private import Glibc

/// One name whose entry differs between two trees.
public struct TreeChange: Sendable {
  /// The entry as it was; nil where there was none.
  public var old: TreeEntry?
  /// The entry as it is; nil where there is none any more.
  public var new: TreeEntry?

  /// Creates a change; one of the two entries must be there.
  public init(old: TreeEntry?, new: TreeEntry?) {
    self.old = old
    self.new = new
  }

  /// The name.
  public var name: [UInt8] { new?.name ?? old?.name ?? [] }
}

extension Tree {
  /// The entries in which two trees differ, found by walking both side by side.
  ///
  /// Equal entries cost one `memcmp`. A file that became a folder is two changes. Linear in both trees.
  public static func changes(from old: Tree, to new: Tree) -> [TreeChange] {
    var changes: [TreeChange] = []
    var left = 0
    var right = 0
    var shared = 0
    if let likeness = new.likeness, likeness.id == old.id {
      left = likeness.start
      right = likeness.start
      shared = likeness.end
    }
    let oldCount = old.count - shared
    let newCount = new.count - shared
    while left < oldCount, right < newCount {
      let before = old.slice(at: left)
      let after = new.slice(at: right)
      if sameBytes(before, after) {
        left += 1
        right += 1
        continue
      }
      let order = compareTreeNames(
        old.rawName(at: left), old.isFolder(at: left), new.rawName(at: right), new.isFolder(at: right))
      if order == 0 {
        changes.append(TreeChange(old: old.entry(at: left), new: new.entry(at: right)))
        left += 1
        right += 1
      } else if order < 0 {
        changes.append(TreeChange(old: old.entry(at: left), new: nil))
        left += 1
      } else {
        changes.append(TreeChange(old: nil, new: new.entry(at: right)))
        right += 1
      }
    }
    while left < oldCount {
      changes.append(TreeChange(old: old.entry(at: left), new: nil))
      left += 1
    }
    while right < newCount {
      changes.append(TreeChange(old: nil, new: new.entry(at: right)))
      right += 1
    }
    return changes
  }
}
