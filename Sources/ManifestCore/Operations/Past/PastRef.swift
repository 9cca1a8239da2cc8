import GitObjects

/// The ref whose past is asked about, and what is known of the host's refs around it.
struct PastRef {
  /// The name that policies know it by: in a clone `refs/heads/main` for `refs/remotes/origin/main`.
  var ref: [UInt8]
  /// Its name here.
  var name: [UInt8]
  var tip: ObjectID
  var refs: HostRefs
  var notes: [String] = []

  /// Finds the ref that is named, or else the protected line: in a bare repository `HEAD`'s branch, in a clone the
  /// remote-tracking branch of the host's `HEAD`.
  ///
  /// `isFresh` where the remote was asked just now.
  static func find(
    _ name: String?, _ repository: Repository, _ configuration: Configuration, isFresh: Bool = false
  ) throws -> PastRef {
    let own = try HostRefs.of(repository)
    guard let remote = repository.isBare ? nil : try RemoteView.name(for: own.headBranch, configuration), remote != "."
    else {
      return try find(name, repository, own)
    }
    let head = own.headBranch ?? bytes("refs/heads/main")
    let (host, notes) = try RemoteView(repository: repository, remote: remote).hostRefs(pushing: head)
    let prefix = bytes("refs/remotes/\(remote)/")
    if let name {
      var found = try find(name, repository, own)
      found.refs = host
      if found.name.starts(with: prefix) { found.ref = bytes("refs/heads/") + found.name.dropFirst(prefix.count) }
      return found
    }
    guard let branch = host.headBranch, let tip = host.headTip else {
      var found = try find(nil, repository, own)
      found.notes.append("nothing is known of `\(remote)` here, so `\(Text.show(found.name))` is read")
      return found
    }
    let tracking = prefix + branch.dropFirst("refs/heads/".utf8.count)
    return PastRef(
      ref: branch, name: tracking, tip: tip, refs: host,
      notes: notes + [
        "reads `\(Text.show(tracking))`, \(isFresh ? "fetched just now" : "as it was last fetched"); `--ref` names another"
      ])
  }

  /// The ref of that name, or else `HEAD`'s branch.
  private static func find(_ name: String?, _ repository: Repository, _ refs: HostRefs) throws -> PastRef {
    guard let name, name != "HEAD" else {
      guard let head = refs.headBranch else {
        throw LocalCheck.CannotSay("`HEAD` names no branch", fix: "say which one: `--ref refs/heads/main`")
      }
      guard let tip = refs.headTip else {
        throw LocalCheck.CannotSay(
          "`\(Text.show(head))`, the branch of `HEAD`, is not there yet",
          fix: "commit first, or say which one: `--ref refs/heads/main`")
      }
      return PastRef(ref: head, name: head, tip: tip, refs: refs)
    }
    let isFull = name.utf8.starts(with: "refs/".utf8)
    for candidate in isFull ? [name] : ["refs/heads/", "refs/remotes/", "refs/tags/"].map({ $0 + name }) {
      guard let (full, tip) = try refs.resolve(bytes(candidate)), !tip.isZero else { continue }
      return PastRef(ref: full, name: full, tip: tip, refs: refs)
    }
    let known = refs.branches.keys.map(Text.show).sorted()
    let near = Suggestion.nearest(
      to: isFull ? name : "refs/heads/" + name, among: known)
    throw LocalCheck.CannotSay(
      "there is no ref `\(Text.cut(name))`",
      fix: near.map { "did you mean `\($0)`?" } ?? "name one of \(Text.list(known, "or"))")
  }
}

extension RemoteView {
  /// The remote that a branch is pushed to: its own, `origin`, or the only one; nil where that cannot be told.
  static func name(for branch: [UInt8]?, _ configuration: Configuration) throws -> String? {
    let remotes = try configuration.entries(matching: "^remote\\..*\\.url$").map {
      String($0.name.dropFirst(7).dropLast(4))
    }
    let short = branch.map { String(decoding: $0.dropFirst("refs/heads/".utf8.count), as: UTF8.self) }
    if let configured = try short.flatMap({ try configuration.value("branch.\($0).remote") }) { return configured }
    return remotes.contains("origin") ? "origin" : remotes.count == 1 ? remotes.first : nil
  }
}
