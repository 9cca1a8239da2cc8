import GitObjects

/// The commits that a merge brings in: reachable from its other parents, and not from its first.
///
/// Read only when approvals are needed, since finding them may read history. The walk leans on claimed dates, so that it
/// can end early; where dates lie, it may take commits for brought in that are not. That is safe for whom it excludes, and
/// whoever counts an approval asks `Ancestors` first.
final class BroughtIn {
  /// One commit that was brought in.
  struct Member {
    var id: ObjectID
    var links: CommitLinks
    /// The tree of its first parent; zero where it has none.
    var parentTree: ObjectID
  }

  private let step: Step
  private let store: ObjectStore
  private let maximum: Int
  private var loaded: [ObjectID: Member]?

  init(step: Step, store: ObjectStore, maximum: Int) {
    self.step = step
    self.store = store
    self.maximum = maximum
  }

  /// Whether the step is a merge.
  var isMerge: Bool { !step.brought.isEmpty }

  /// All members, by id.
  func members() throws -> [ObjectID: Member] {
    if let loaded { return loaded }
    var members: [ObjectID: Member] = [:]
    if isMerge {
      for (id, links) in try walk() {
        let parentTree = try links.parents.first.map { try store.links($0).tree } ?? .zero
        members[id] = Member(id: id, links: links, parentTree: parentTree)
      }
    }
    loaded = members
    return members
  }

  /// Those of the members that are `id` or lie behind it.
  func history(of id: ObjectID) throws -> Set<ObjectID> {
    let members = try members()
    var found: Set<ObjectID> = []
    var open = [id]
    while let next = open.popLast() {
      guard let member = members[next], found.insert(next).inserted else { continue }
      open += member.links.parents
    }
    return found
  }

  /// The commits that are at least walked behind the last one brought in, before the walk may trust dates to end.
  private static let grace = 512

  /// Paints history from both sides, newest claimed date first, as git does.
  ///
  /// A commit painted from the first parent is no member, and takes its ancestors with it.
  ///
  /// Dates are claims. The walk ends only where nothing is open that could still be a member, and `grace` further
  /// commits and every one with a later date than the oldest member have been painted; where a commit is seen to be
  /// older than its parent by its own claim, it goes on to the end of history.
  private func walk() throws -> [(ObjectID, CommitLinks)] {
    var painted: [ObjectID: Bool] = [:]  // true: known to the first parent
    var links: [ObjectID: CommitLinks] = [:]
    var queue = DateQueue()
    var openMembers = 0
    func paint(_ id: ObjectID, mainline: Bool) throws {
      if let old = painted[id], old || !mainline { return }
      let own: CommitLinks
      if let read = links[id] {
        own = read
      } else {
        own = try store.links(id)
        links[id] = own
        if links.count > maximum { throw LineWalker.TooLong() }
      }
      painted[id] = mainline
      queue.push(id, time: own.claimedTime, mainline: mainline)
      if !mainline { openMembers += 1 }
    }
    if !step.parent.isZero { try paint(step.parent, mainline: true) }
    for id in step.brought { try paint(id, mainline: false) }
    var spare = 0
    var inverted = false
    var oldest = Int64.max
    while let next = queue.pop() {
      if !next.mainline { openMembers -= 1 }
      guard let own = links[next.id], painted[next.id] == next.mainline else { continue }
      if !next.mainline { oldest = min(oldest, own.claimedTime) }
      for parent in own.parents {
        try paint(parent, mainline: next.mainline)
        if let older = links[parent], older.claimedTime > own.claimedTime &+ 86_400 { inverted = true }
      }
      if openMembers == 0, !inverted {
        spare += 1
        if spare > Self.grace, next.time < oldest { break }
      } else {
        spare = 0
      }
    }
    return painted.compactMap { id, mainline in mainline ? nil : links[id].map { (id, $0) } }
  }
}

/// A heap of commits, the newest claimed date on top.
private struct DateQueue {
  struct Item {
    var id: ObjectID
    var time: Int64
    var mainline: Bool
  }

  private var items: [Item] = []

  mutating func push(_ id: ObjectID, time: Int64, mainline: Bool) {
    items.append(Item(id: id, time: time, mainline: mainline))
    var child = items.count - 1
    while child > 0, items[(child - 1) / 2].time < items[child].time {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Item? {
    guard let top = items.first, let last = items.popLast() else { return nil }
    guard !items.isEmpty else { return top }
    items[0] = last
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child].time > items[largest].time
      {
        largest = child
      }
      if largest == parent { return top }
      items.swapAt(parent, largest)
      parent = largest
    }
  }
}

/// Everything that can be reached from some commits: exact, whatever dates are claimed, and so as long as history is.
final class Ancestors {
  private let store: ObjectStore
  private var known: Set<ObjectID> = []

  init(store: ObjectStore) { self.store = store }

  /// Adds a commit and everything that it can reach.
  func add(_ id: ObjectID) throws {
    var open = id.isZero || known.contains(id) ? [] : [id]
    known.formUnion(open)
    while let next = open.popLast() {
      for parent in try store.links(next).parents where known.insert(parent).inserted { open.append(parent) }
    }
  }

  /// Whether a commit was reached.
  func contains(_ id: ObjectID) -> Bool { known.contains(id) }
}
