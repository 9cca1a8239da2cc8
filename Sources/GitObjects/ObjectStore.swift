/// Objects of a repository, read within a budget and kept in caches of bounded size.
public final class ObjectStore {
  /// The repository.
  public let repository: Repository
  /// What reading may cost.
  public let budget: Budget
  private var trees: GenerationCache<ObjectID, Tree>
  /// Trees of a few entries, apart: one large tree a step would drive them out, and they are read again and again.
  private var smallTrees: GenerationCache<ObjectID, Tree>
  private static let smallTreeCost = 4096

  /// Creates a store over a repository.
  public init(repository: Repository, budget: Budget, cacheBytes: Int = 4 << 20) {
    trees = GenerationCache(limit: cacheBytes)
    smallTrees = GenerationCache(limit: cacheBytes * 3 / 4)
    self.repository = repository
    self.budget = budget
  }

  /// Reads a tree; the zero id stands for the empty tree.
  ///
  /// One that is much like `earlier` is read faster beside it.
  public func tree(_ id: ObjectID, like earlier: Tree? = nil) throws(ReadError) -> Tree {
    if id.isZero { return .empty() }
    if let tree = smallTrees.value(id, cost: { $0.cost }) { return tree }
    if let tree = trees.value(id, cost: { $0.cost }) { return tree }
    let object = try read(id, .tree, maximum: budget.limits.treeBytes)
    let tree = try Tree(id: id, object: object, maximumEntries: budget.limits.treeEntries, like: earlier)
    if tree.cost <= Self.smallTreeCost {
      smallTrees.insert(tree, id, cost: tree.cost)
    } else {
      trees.insert(tree, id, cost: tree.cost)
    }
    return tree
  }

  /// Reads what a walk along history needs of a commit.
  public func links(_ id: ObjectID) throws(ReadError) -> CommitLinks {
    let object = try read(id, .commit, maximum: budget.limits.commitBytes)
    guard let links = object.withBytes({ CommitParser.links($0) }) else {
      throw .git(GitError(.invalid, operation: "read the commit \(id)", message: "its header cannot be read"))
    }
    return links
  }

  /// Reads a commit in full.
  public func commit(_ id: ObjectID) throws(ReadError) -> Commit {
    let object = try read(id, .commit, maximum: budget.limits.commitBytes)
    guard let commit = object.withBytes({ CommitParser.commit(id, $0) }) else {
      throw .git(GitError(.invalid, operation: "read the commit \(id)", message: "its header cannot be read"))
    }
    return commit
  }

  /// Reads a blob of at most `maximum` bytes; a larger one is not loaded.
  public func blob(_ id: ObjectID, maximum: Int) throws(ReadError) -> ObjectBytes {
    try read(id, .blob, maximum: maximum)
  }

  /// The kind and size of an object, with its content where it is a blob of at most `maximum` bytes.
  public func content(
    _ id: ObjectID, maximum: Int
  ) throws(ReadError) -> (kind: ObjectKind, size: Int, blob: ObjectBytes?) {
    if let blob = repository.readBelowCeiling(id, .blob, maximum: maximum) {
      try budget.take(bytes: 0)
      try budget.take(bytes: blob.count)
      return (.blob, blob.count, blob)
    }
    let header = try header(id)
    guard header.kind == .blob, header.size <= maximum else { return (header.kind, header.size, nil) }
    try budget.take(bytes: header.size)
    do { return (header.kind, header.size, try repository.readUnchecked(id)) } catch { throw .git(error) }
  }

  /// The kind and size of an object.
  public func header(_ id: ObjectID) throws(ReadError) -> (kind: ObjectKind, size: Int) {
    try budget.take(bytes: 0)
    do { return try repository.header(of: id) } catch { throw .git(error) }
  }

  /// The object that a chain of annotated tags leads to, at most eight long.
  public func peel(_ id: ObjectID) throws(ReadError) -> (id: ObjectID, kind: ObjectKind) {
    var id = id
    for _ in 0..<8 {
      let kind = try header(id).kind
      guard kind == .tag else { return (id, kind) }
      let object = try read(id, .tag, maximum: 1 << 20)
      let line = object.copy.prefix(while: { $0 != 10 })
      guard line.starts(with: Array("object ".utf8)), let target = ObjectID(hex: line.dropFirst(7)) else {
        throw .git(GitError(.invalid, operation: "read the tag \(id)"))
      }
      id = target
    }
    throw .limit("a chain of more than 8 tags")
  }

  private func read(_ id: ObjectID, _ kind: ObjectKind, maximum: Int) throws(ReadError) -> ObjectBytes {
    do {
      let object = try repository.read(id, kind, maximum: maximum)
      try budget.take(bytes: object.count)
      return object
    } catch let error as GitError {
      throw .git(error)
    } catch let error as ReadError {
      throw error
    } catch {
      throw .git(GitError(.other, operation: "read \(id)"))
    }
  }
}
