import GitObjects

/// What a clone knows of its host's refs: the remote-tracking branches.
struct RemoteView {
  let repository: Repository
  let remote: String

  /// The host's refs, and how its `HEAD` was found where that is not certain.
  func hostRefs(pushing ref: [UInt8]) throws -> (refs: HostRefs, notes: [String]) {
    let prefix = "refs/remotes/\(remote)/"
    var branches: [[UInt8]: ObjectID] = [:]
    var head: [UInt8]?
    for (name, value) in try repository.references(below: prefix) {
      let own = Array(name.dropFirst(prefix.utf8.count))
      switch value {
      case .direct(let id): branches[bytes("refs/heads/") + own] = id
      case .symbolic(let target):
        if own == bytes("HEAD"), target.starts(with: bytes(prefix)) {
          head = bytes("refs/heads/") + target.dropFirst(prefix.utf8.count)
        }
      }
    }
    var notes: [String] = []
    if head == nil {
      let usual = [bytes("refs/heads/main"), bytes("refs/heads/master")].first { branches[$0] != nil }
      head = usual ?? ref
      notes.append(
        "the host's `HEAD` is not known here, so `\(Text.show(head ?? ref))` is taken for its branch; `git remote set-head \(remote) -a` asks the host"
      )
    }
    return (
      HostRefs(head: .branch(head ?? ref), branches: branches, lookUp: { name in branches[name].map { .direct($0) } }),
      notes
    )
  }
}

extension HostRefs {
  /// The same refs, looked up among the branches, and refs that are no branches as a push says they are.
  func lookingUpBranches(others updates: [RefUpdate]) -> HostRefs {
    let branches = branches
    return HostRefs(
      head: head, branches: branches,
      lookUp: { name in
        if let id = branches[name] { return .direct(id) }
        guard !name.starts(with: bytes("refs/heads/")), let update = updates.first(where: { $0.ref == name }),
          !update.old.isZero
        else { return nil }
        return .direct(update.old)
      })
  }
}

/// Paths as git has them.
enum WorkTreePath {
  /// The parts of a path below a work tree's folder.
  static func relative(_ file: String, to folder: String) throws -> [[UInt8]] {
    guard let path = SafeFiles.canonical(file), let root = SafeFiles.canonical(folder),
      path.utf8.starts(with: (root + "/").utf8)
    else {
      throw LocalCheck.CannotSay("`\(Text.cut(file))` is not a file of this clone", fix: "name files of the clone")
    }
    return Array(path.utf8.dropFirst(root.utf8.count + 1)).split(separator: UInt8(ascii: "/")).map(Array.init)
  }
}
