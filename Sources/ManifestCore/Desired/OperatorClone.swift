import GitObjects

/// A bare copy of a repository that an operator keeps for itself, and reads what should run from.
///
/// Nothing in it is taken for good because it is there: each step is judged again before it is applied.
package final class OperatorClone: Sendable {
  /// Where the copy comes from.
  package let remote: String
  /// The folder of the copy.
  package let folder: String
  private let wanted: String?
  let policy: String?
  let context: HookContext
  let git: GitProgram
  let environment: [String: [UInt8]]

  /// What a fetch has brought.
  package struct Tip: Sendable, Equatable {
    /// The full name of the branch.
    package var ref: String
    /// The commit that the remote has there.
    package var commit: ObjectID
  }

  /// Opens the copy in `folder`, or makes it; `ref` is the branch, the remote's `HEAD` otherwise.
  ///
  /// Throws `LocalCheck.CannotSay` where git or the folder cannot be used.
  package init(remote: String, folder: String, ref: String?, policy: String?, context: HookContext) throws {
    self.remote = SafeFiles.isFolder(remote) ? SafeFiles.canonical(remote) ?? remote : remote
    self.folder = folder
    wanted = ref
    self.policy = policy
    self.context = context
    // A remote that asks for a password has to be answered by configuration: nobody sits here.
    var environment = ["GIT_TERMINAL_PROMPT": bytes("0"), "GIT_OPTIONAL_LOCKS": bytes("0"), "LC_ALL": bytes("C")]
    // What was judged is what is read: no ref of the remote may stand for another object.
    environment["GIT_NO_REPLACE_OBJECTS"] = bytes("1")
    // A crash may have left a part of a repository, which git completes.
    if ["HEAD", "objects", "refs"].contains(where: { SafeFiles.kind(folder + "/" + $0) == .nothing }) {
      do {
        _ = try SafeFiles.makeFolder(Self.parent(of: folder), [Self.name(of: folder)])
      } catch {
        throw LocalCheck.CannotSay(
          (error as? SafeFiles.WriteError)?.message ?? "`\(Text.cut(folder))` cannot be made",
          fix: "name a folder that can be written: `--state DIR`")
      }
      let maker = try GitProgram(in: folder, context: context)
      _ = try maker.output(
        ["init", "--quiet", "--bare", "--template=", "."], environment: environment,
        fix: "see that `\(Text.cut(folder))` can be written")
    }
    let git = try GitProgram(in: folder, context: context)
    // What it brings back by commits of its own goes through the same gate as everybody's.
    for (key, value) in [
      ("remote.origin.url", self.remote), ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ] where try !git.run(["config", "--get", "--fixed-value", key, value]).isSuccess {
      _ = try git.output(["config", key, value], fix: "see that `\(Text.cut(folder))` can be written")
    }
    // A remote that takes a connection and says no more must not hold the loop. Who names an ssh has a reason.
    let namesSSH = try git.run(["config", "--get", "core.sshCommand"]).isSuccess
    if !namesSSH, context.variable("GIT_SSH_COMMAND") == nil, context.variable("GIT_SSH") == nil {
      environment["GIT_SSH_COMMAND"] = bytes(
        "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=10 -o ServerAliveCountMax=3")
    }
    self.environment = environment
    self.git = git
  }

  private static func parent(of path: String) -> String {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropLast()
    let text = String(decoding: Array(parts.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
    return text.isEmpty ? (path.utf8.first == UInt8(ascii: "/") ? "/" : ".") : text
  }

  private static func name(of path: String) -> String {
    String(decoding: path.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
  }

  /// Removes the lock files that a git which was killed has left.
  ///
  /// For whoever has the state's folder alone: no other git can hold one then.
  package func removeStaleLocks() {
    func sweep(_ path: String, _ depth: Int) {
      for name in SafeFiles.names(in: path) {
        let full = path + "/" + name
        switch SafeFiles.kind(full) {
        case .folder where depth < 16: sweep(full, depth + 1)
        case .file where name.utf8.suffix(5).elementsEqual(".lock".utf8): SafeFiles.remove(full)
        default: break
        }
      }
    }
    for name in ["HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock", "FETCH_HEAD.lock"] {
      SafeFiles.remove(folder + "/" + name)
    }
    sweep(folder + "/refs", 0)
  }

  // MARK: Fetching

  /// Asks the remote what its branch holds, and brings it.
  ///
  /// The branch is the one that was named, else the one that was followed so far, else the remote's `HEAD`: that can be
  /// set to a branch that no policy protects.
  package func fetch(following followed: String? = nil) throws -> Tip {
    let ref = try wanted.map { String(decoding: LocalCheck.fullName($0), as: UTF8.self) } ?? followed ?? remoteHead()
    guard ref.utf8.starts(with: "refs/heads/".utf8) else {
      throw LocalCheck.CannotSay("`\(Text.cut(ref))` is no branch", fix: "name the branch that is protected: `--ref`")
    }
    let fix =
      "see that `\(shownRemote)` can be reached from here and has `\(Text.cut(ref))`; what was applied stays as it is"
    let command =
      Self.patience + [
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote, "+\(ref):\(Self.tracking(ref))",
      ]
    // Another fetch into the same copy may hold the ref's lock for a moment.
    // The first one brings all there is.
    let seconds: UInt32 = try known(ref) == nil ? 3600 : 600
    if try !git.run(command, environment: environment, seconds: seconds).isSuccess {
      _ = try git.output(command, environment: environment, seconds: seconds, fix: fix)
    }
    guard let tip = try known(ref) else {
      throw LocalCheck.CannotSay("`\(shownRemote)` has no branch `\(Text.cut(ref))`", fix: "name another: `--ref`")
    }
    return Tip(ref: ref, commit: tip)
  }

  /// The remote without a password that its address may hold.
  package var shownRemote: String { Text.cut(Self.withoutUser(remote)) }

  private static func withoutUser(_ address: String) -> String {
    guard let scheme = address.range(of: bytes("://")) else { return address }
    let rest = Array(address.utf8)[scheme.upperBound...]
    let host = rest.prefix { $0 != UInt8(ascii: "/") }
    guard let at = host.lastIndex(of: UInt8(ascii: "@")) else { return address }
    return String(decoding: Array(address.utf8)[..<scheme.upperBound] + rest[(at + 1)...], as: UTF8.self)
  }

  /// What the last fetch brought of a branch.
  package func known(_ ref: String) throws -> ObjectID? {
    let repository = try Repository.open(at: folder, search: false)
    if case .direct(let id) = try repository.reference(bytes(Self.tracking(ref))) { return id }
    return nil
  }

  private static func tracking(_ ref: String) -> String {
    "refs/remotes/origin/" + ref.dropFirst("refs/heads/".count)
  }

  /// Options by which git gives up a transfer over HTTP that brings less than 1 kB a second for half a minute.
  private static let patience = ["-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=30"]

  /// Keeps a commit and all that it holds from being thrown away, whatever the remote's branch becomes.
  package func keep(_ commit: ObjectID) throws {
    _ = try git.output(
      ["update-ref", "refs/mlops/applied", commit.hex], fix: "see that `\(Text.cut(folder))` can be written")
  }

  /// The commit that is kept; nil where nothing was accepted yet.
  package func kept() throws -> ObjectID? {
    if case .direct(let id) = try Repository.open(at: folder, search: false).reference(bytes("refs/mlops/applied")) {
      return id
    }
    return nil
  }

  private func remoteHead() throws -> String {
    let fix = "see that `\(shownRemote)` can be reached from here; what was applied stays as it is"
    let text = try git.output(
      Self.patience + ["ls-remote", "--symref", "--", remote, "HEAD"], environment: environment, seconds: 60, fix: fix)
    let line = text.split(separator: 10).first { $0.starts(with: bytes("ref: ")) }
    guard let line, let end = line.firstIndex(of: UInt8(ascii: "\t")) else {
      throw LocalCheck.CannotSay("the `HEAD` of `\(shownRemote)` names no branch", fix: "name one: `--ref`")
    }
    return String(decoding: line[(line.startIndex + 5)..<end], as: UTF8.self)
  }

  // MARK: Reading

  /// Judges the steps between two commits by the gate's own code; nil as the older one: from the beginning.
  ///
  /// Also refuses what does not follow on the first-parent line.
  package func verify(from old: ObjectID?, to new: Tip) throws -> Verdict {
    let check = try LocalCheck(path: folder, policy: policy, context: context)
    return try check.judgeLine(from: old, to: new.commit, of: bytes(new.ref))
  }

  /// Whether a commit is on the first-parent line of another; where that cannot be told, it is taken for that.
  package func isOnLine(_ commit: ObjectID, of tip: ObjectID) throws -> Bool {
    let check = try LocalCheck(path: folder, policy: policy, context: context)
    let store = ObjectStore(repository: check.repository, budget: Budget(seconds: 600))
    let walker = LineWalker(
      store: store, maximumCommits: check.settings.maximumCommits, baselines: check.settings.baselines)
    return commit == tip || (try? walker.line(from: commit, to: tip).metOld) ?? true
  }
}

extension String {
  /// Where some bytes stand first, by offsets into the text's bytes.
  fileprivate func range(of wanted: [UInt8]) -> Range<Int>? {
    let text = Array(utf8)
    guard text.count >= wanted.count else { return nil }
    return (0...(text.count - wanted.count)).first { text[$0..<($0 + wanted.count)].elementsEqual(wanted) }
      .map { $0..<($0 + wanted.count) }
  }
}
