import GitObjects

/// The refs as the host holds them before the push.
///
/// In a hook these are the repository's own. In a clone, `mlops-hook check` shows what it knows of the host's.
package struct HostRefs {
  /// What `HEAD` of the host is.
  enum Head: Equatable {
    /// It names a branch, which may not be there yet.
    case branch([UInt8])
    /// It names a commit, or nothing that could be a branch.
    case detached
  }

  var head: Head
  /// Every branch and what it holds, without symbolic ones.
  var branches: [[UInt8]: ObjectID]
  /// Looks up any ref.
  let lookUp: ([UInt8]) throws -> Repository.Reference?

  /// The branch that `HEAD` names.
  package var headBranch: [UInt8]? {
    if case .branch(let name) = head { return name }
    return nil
  }

  /// What the branch of `HEAD` holds; nil where it is not there.
  var headTip: ObjectID? { headBranch.flatMap { branches[$0] } }

  /// The ref that a name leads to through symbolic refs, and what it holds (zero: it is not there).
  func resolve(_ name: [UInt8]) throws -> (name: [UInt8], tip: ObjectID)? {
    var name = name
    for _ in 0..<5 {
      switch try lookUp(name) {
      case nil: return (name, .zero)
      case .direct(let id): return (name, id)
      case .symbolic(let target): name = target
      }
    }
    return nil
  }

  /// The refs of a repository that hosts.
  package static func of(_ repository: Repository) throws -> HostRefs {
    var branches: [[UInt8]: ObjectID] = [:]
    for (name, value) in try repository.references(below: "refs/heads/") {
      if case .direct(let id) = value { branches[name] = id }
    }
    var head = Head.detached
    if case .symbolic(var target) = try repository.reference(Array("HEAD".utf8)) {
      // A branch that is itself a symbolic ref counts as its target.
      for _ in 0..<5 {
        guard case .symbolic(let next) = try repository.reference(target) else { break }
        target = next
      }
      if target.starts(with: Array("refs/heads/".utf8)) { head = .branch(target) }
    }
    return HostRefs(head: head, branches: branches, lookUp: { try repository.reference($0) })
  }
}
