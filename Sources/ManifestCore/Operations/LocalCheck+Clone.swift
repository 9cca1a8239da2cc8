import GitObjects

extension LocalCheck {
  /// Who would push: what git calls the user here.
  func pusher() throws -> Pusher {
    var identities: [Pusher.Identity] = []
    if let email = try configuration.value("user.email") {
      identities.append(.init(source: .configuration, name: email))
    }
    if let name = try configuration.value("user.name") {
      identities.append(.init(source: .configuration, name: name, isDisplayName: true))
    }
    return Pusher(identities: identities)
  }

  func head() throws -> (branch: [UInt8]?, commit: ObjectID)? {
    switch try repository.reference(bytes("HEAD")) {
    case .symbolic(let branch):
      guard case .direct(let id) = try repository.reference(branch) else { return nil }
      return (branch, id)
    case .direct(let id): return (nil, id)
    case nil: return nil
    }
  }

  /// The remote that the current branch is pushed to.
  func remoteOfCurrentBranch() throws -> String { try remote(of: head()?.branch) }

  private func remote(of branch: [UInt8]?) throws -> String {
    guard let remote = try RemoteView.name(for: branch, configuration) else {
      let remotes = try configuration.entries(matching: "^remote\\..*\\.url$")
      throw CannotSay(
        remotes.isEmpty ? "there is no remote to push to" : "there are several remotes, and the branch has no upstream",
        fix: "set one: `git push -u <remote>`; or judge a range: `mlops-hook check --range A..B`")
    }
    return remote
  }

  /// Where `git push` would push to.
  func upstream(of branch: [UInt8]?, ref: String?) throws -> (remote: String, ref: [UInt8]) {
    let short = branch.map { String(decoding: $0.dropFirst("refs/heads/".utf8.count), as: UTF8.self) }
    let remote = try remote(of: branch)
    if let ref { return (remote, Self.fullName(ref)) }
    guard let short, let branch else {
      throw CannotSay("`HEAD` is detached", fix: "say which ref a push would go to: `--ref refs/heads/main`")
    }
    return (remote, try configuration.value("branch.\(short).merge").map { bytes($0) } ?? branch)
  }

  /// Whether a commit is one of those that another one builds on.
  func isBehind(_ older: ObjectID, _ newer: ObjectID) throws -> Bool {
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 600))
    return try LineWalker(store: store, maximumCommits: 10_000_000, baselines: []).reaches(older, from: newer)
  }
}
