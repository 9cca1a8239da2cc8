import GitObjects

/// One commit on the first-parent line of a protected ref: a change from its first parent's tree to its own.
struct Step {
  var commit: ObjectID
  var tree: ObjectID
  /// The tree that the step starts from; zero for the empty tree.
  var parentTree: ObjectID
  /// The first parent; zero where there is none, or where the walk ended at a baseline.
  var parent: ObjectID
  /// The parents other than the first.
  var brought: [ObjectID]
  /// The committer's date in seconds since 1970, as it is claimed.
  var claimedTime: Int64 = 0
}

/// The first-parent line that a push adds to a ref.
struct Line {
  /// The commits from the oldest to the newest, without those below the start.
  var steps: [Step] = []
  /// The commit that the line starts from and its tree: the old tip, a baseline, or zero for the empty tree.
  var start: ObjectID = .zero
  var startTree: ObjectID = .zero
  /// Whether the wanted old tip was met.
  var metOld = false
}

/// Walks first-parent lines.
struct LineWalker {
  let store: ObjectStore
  let maximumCommits: Int
  let baselines: Set<ObjectID>

  /// The walk was longer than `maximumCommits`.
  struct TooLong: Error {}

  /// The line from `new` back to `old`; a baseline on the way ends what is judged, not the search for `old`.
  func line(from old: ObjectID, to new: ObjectID) throws -> Line {
    var line = Line()
    var reversed: [Step] = []
    var id = new
    var collecting = true
    var walked = 0
    while id != old {
      let links = try store.links(id)
      if collecting, baselines.contains(id) {
        collecting = false
        line.start = id
        line.startTree = links.tree
      }
      let first = links.parents.first ?? .zero
      if collecting {
        if let last = reversed.indices.last { reversed[last].parentTree = links.tree }
        reversed.append(
          Step(
            commit: id, tree: links.tree, parentTree: .zero, parent: first, brought: Array(links.parents.dropFirst()),
            claimedTime: links.claimedTime))
      }
      guard !first.isZero else { break }
      id = first
      walked += 1
      if walked > maximumCommits { throw TooLong() }
    }
    line.metOld = id == old
    if collecting, id == old {
      line.start = old
      line.startTree = try store.links(old).tree
    }
    if let last = reversed.indices.last { reversed[last].parentTree = line.startTree }
    line.steps = reversed.reversed()
    return line
  }

  /// The line of a new ref: back to the first commit that lies on the first-parent line of one of `tips`, to a
  /// baseline, or to the beginning.
  func line(to new: ObjectID, awayFrom tips: [ObjectID]) throws -> Line {
    // All lines are walked side by side. A protected line is followed until it meets the new one, or another protected
    // line (from there on they are the same); one that has met it is followed on only to be met by others.
    var own: [ObjectID: Int] = [:]
    var order: [(id: ObjectID, links: CommitLinks)] = []
    var next: ObjectID? = new
    var others = Set(tips).map { (id: Optional($0), hasMet: false) }
    var seen: Set<ObjectID> = []
    var nearest = Int.max
    var walked = 0
    while next != nil || others.contains(where: { $0.id != nil && !$0.hasMet }) {
      if let id = next {
        if seen.contains(id) { nearest = min(nearest, order.count) }
        let links = try store.links(id)
        own[id] = order.count
        order.append((id, links))
        if baselines.contains(id) { nearest = min(nearest, order.count - 1) }
        next = nearest == Int.max ? links.parents.first : nil
      }
      for index in others.indices {
        guard let id = others[index].id else { continue }
        if let position = own[id] {
          nearest = min(nearest, position)
          others[index].hasMet = true
          next = nil
        }
        others[index].id = seen.insert(id).inserted ? try store.links(id).parents.first : nil
      }
      walked += 1
      if walked > maximumCommits { throw TooLong() }
    }
    var line = Line()
    var steps = order
    if nearest < order.count {
      line.start = order[nearest].id
      line.startTree = order[nearest].links.tree
      line.metOld = true
      steps = Array(order[..<nearest])
    }
    for (index, entry) in steps.enumerated().reversed() {
      let parentTree = index + 1 < order.count ? order[index + 1].links.tree : .zero
      line.steps.append(
        Step(
          commit: entry.id, tree: entry.links.tree, parentTree: index + 1 < order.count ? parentTree : .zero,
          parent: entry.links.parents.first ?? .zero, brought: Array(entry.links.parents.dropFirst())))
    }
    return line
  }

  /// Whether `id` lies on the first-parent line that ends in `tip`.
  func isOnLine(_ id: ObjectID, endingIn tip: ObjectID) throws -> Bool {
    var current = tip
    var walked = 0
    while current != id {
      guard let parent = try store.links(current).parents.first else { return false }
      current = parent
      walked += 1
      if walked > maximumCommits { throw TooLong() }
    }
    return true
  }

  /// Whether a commit can be reached from a newer one, by whatever parents.
  func reaches(_ old: ObjectID, from new: ObjectID) throws -> Bool {
    var seen: Set<ObjectID> = [new]
    var open = [new]
    while let id = open.popLast() {
      if id == old { return true }
      if seen.count > maximumCommits { throw TooLong() }
      for parent in try store.links(id).parents where seen.insert(parent).inserted { open.append(parent) }
    }
    return false
  }
}
