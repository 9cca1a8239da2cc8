import GitObjects

/// Where `register --push` sends the current branch: what is certain to fail there is found before a commit is made.
struct PushTarget {
  /// The branch, without `refs/heads/`.
  let branch: String
  let remote: String
  /// The ref of the remote that is pushed to.
  let ref: String
  /// Whether git knows that ref for the branch's upstream.
  let hasUpstream: Bool
  private let git: GitProgram

  /// The remote's branch as people say it.
  var shown: String { String(decoding: ref.utf8.dropFirst("refs/heads/".utf8.count), as: UTF8.self) }

  /// Finds the branch's upstream, or else the branch of that name at `origin` or the only remote, as `check` does.
  init(of branch: [UInt8], _ configuration: Configuration, _ git: GitProgram) throws {
    self.branch = String(decoding: branch.dropFirst("refs/heads/".utf8.count), as: UTF8.self)
    self.git = git
    guard let remote = try RemoteView.name(for: branch, configuration) else {
      let isAlone = try configuration.entries(matching: "^remote\\..*\\.url$").isEmpty
      throw LocalCheck.CannotSay(
        isAlone ? "there is no remote to push to" : "there are several remotes, and the branch has no upstream",
        fix: isAlone
          ? "name one: `git remote add origin URL`; or leave `--push` out"
          : "choose one: `git push --set-upstream REMOTE \(ShellWord.quoted(self.branch))`; or leave `--push` out")
    }
    self.remote = remote
    let upstream = try configuration.value("branch.\(self.branch).merge")
    ref = upstream ?? String(decoding: branch, as: UTF8.self)
    hasUpstream = upstream != nil
  }

  /// Asks the remote for what is new, and refuses a branch that lacks some of it: git would refuse its push.
  func refuseWhereBehind() throws {
    _ = try git.output(
      ["fetch", "--quiet", "--", remote],
      fix: "nothing was registered: see that the remote can be reached, or leave `--push` out")
    let tracking = "refs/remotes/\(remote)/\(shown)"
    guard try git.run(["rev-parse", "--quiet", "--verify", tracking]).isSuccess else { return }
    func contains(_ inner: String, in outer: String) throws -> Bool {
      try git.run(["merge-base", "--is-ancestor", inner, outer]).isSuccess
    }
    guard try !contains(tracking, in: "HEAD") else { return }
    let isAncestor = try contains("HEAD", in: tracking)
    throw Refused(
      "`\(Text.cut(branch))` is behind `\(Text.cut(shown))` of `\(Text.cut(remote))`, where others pushed meanwhile: nothing was registered",
      fix: (isAncestor ? "`git pull --ff-only`" : "`git pull --rebase`") + ", and register again")
  }

  /// Pushes the branch; what git and the host say goes to the terminal.
  func push() throws -> Bool {
    let tracking = hasUpstream ? [] : ["--set-upstream"]
    return try git.run(["push", "--quiet"] + tracking + ["--", remote, "HEAD:\(ref)"], talking: true).isSuccess
  }
}
