import GitObjects

/// `mlops-hook check`: asks the gate's own engine, in a clone, what a push would meet.
public struct LocalCheck {
  /// What is to be judged.
  public enum Subject: Sendable {
    /// What a push of the current branch to its upstream would send; with a name, to that ref.
    case push(ref: String?)
    /// The lines that git hands to a `pre-push` hook, for one remote.
    case prePush(lines: [UInt8], remote: String)
    /// A range of history, `A..B`, of a ref.
    case range(String, ref: String?)
    /// The index, as if it were committed.
    case staged
    /// The work tree, as if it were committed.
    case workTree
    /// The tree at `HEAD`.
    case all
    /// Form and evidence of some files of the work tree.
    case files([String])
  }

  /// Why nothing can be said: the exit status is 2.
  public struct CannotSay: Error, Sendable {
    /// The words for the user.
    public let message: String
    /// What to do.
    public let fix: String

    /// Creates a reason.
    public init(_ message: String, fix: String) {
      self.message = message
      self.fix = fix
    }
  }

  let context: HookContext
  let repository: Repository
  let configuration: Configuration
  let settings: HostSettings
  let host: HostPolicyFiles?

  /// Opens the clone that contains `path`.
  ///
  /// `policy` stands in for the host's policy folder.
  public init(path: String, policy: String?, context: HookContext) throws {
    self.context = context
    do {
      repository = try Repository.open(at: path, search: true)
      configuration = try Configuration(files: HostSettings.files(context, gitDirectory: repository.commonDirectory))
      settings = try HostSettings.read(configuration, gitDirectory: repository.gitDirectory)
    } catch let error as GitError where error.code == .notFound {
      throw CannotSay("this is no git repository", fix: "run it inside of a clone")
    } catch {
      let finding = HostRepository.verdict(of: error).findings.first
      throw CannotSay(finding?.message ?? "\(error)", fix: finding?.fix ?? "run it inside of a clone")
    }
    host = try (policy ?? settings.policyPath).map { folder in
      let files = HostPolicyFiles.read(folder: folder)
      if let failure = files.failure {
        throw CannotSay("\(folder): \(failure)", fix: "name a folder that holds `policy.yaml`")
      }
      return files
    }
  }

  /// Judges.
  public func run(_ subject: Subject) throws -> Verdict {
    switch subject {
    case .push(let ref): return try checkPush(to: ref)
    case .prePush(let lines, let remote): return try checkPrePush(lines, remote)
    case .range(let range, let ref): return try checkRange(range, ref)
    case .staged: return try checkState(workTree: false)
    case .workTree: return try checkState(workTree: true)
    case .all: return try checkAll()
    case .files(let files): return try checkFiles(files)
    }
  }

  // MARK: A push

  private func checkPush(to ref: String?) throws -> Verdict {
    guard let head = try head() else {
      throw CannotSay("`HEAD` names no commit yet", fix: "commit first, or use `--staged`")
    }
    let upstream = try self.upstream(of: head.branch, ref: ref)
    let (refs, notes) = try RemoteView(repository: repository, remote: upstream.remote).hostRefs(pushing: upstream.ref)
    let old = refs.branches[upstream.ref] ?? .zero
    var verdict: Verdict
    if old == head.commit {
      verdict = Verdict()
      verdict.notes.append("nothing to push: `\(Text.show(upstream.ref))` of `\(upstream.remote)` is at \(old.short)")
    } else if ref == nil, !old.isZero, try isBehind(head.commit, old) {
      // Git's client sends nothing then; whoever names a ref asks what the host would say if it did.
      verdict = Verdict()
      verdict.notes.append(
        "nothing to push: `\(Text.show(upstream.ref))` of `\(upstream.remote)` holds more already; `git pull --ff-only` brings it"
      )
    } else {
      verdict = try judge([RefUpdate(old: old, new: head.commit, ref: upstream.ref)], refs)
    }
    verdict.notes = notes + verdict.notes + (try uncommitted(head.commit))
    return verdict
  }

  private func checkPrePush(_ lines: [UInt8], _ remote: String) throws -> Verdict {
    var updates: [RefUpdate] = []
    for line in lines.split(separator: 10) {
      let words = line.split(separator: 0x20)
      guard words.count == 4, let new = ObjectID(hex: words[1]), let old = ObjectID(hex: words[3]) else {
        throw CannotSay(
          "git handed over a line that is not `<ref> <id> <ref> <id>`", fix: "run it as git's `pre-push` hook")
      }
      updates.append(RefUpdate(old: old, new: new, ref: Array(words[2])))
    }
    guard let first = updates.first else { return Verdict() }
    var (refs, notes) = try RemoteView(repository: repository, remote: remote).hostRefs(pushing: first.ref)
    for update in updates where update.ref.starts(with: bytes("refs/heads/")) {
      // What the remote has just said is newer than what was fetched.
      refs.branches[update.ref] = update.old.isZero || !repository.contains(update.old) ? nil : update.old
    }
    refs = refs.lookingUpBranches(others: updates)
    var verdict = try judge(updates, refs)
    verdict.notes = notes + verdict.notes
    return verdict
  }

  private func checkRange(_ range: String, _ ref: String?) throws -> Verdict {
    let parts = range.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard parts.count >= 3, let dots = range.range(ofDots: ()) else {
      throw CannotSay("`\(range)` is not a range", fix: "write it as `A..B`")
    }
    let from = try commit(named: dots.before.isEmpty ? "HEAD" : dots.before)
    guard let to = try commit(named: dots.after.isEmpty ? "HEAD" : dots.after) else {
      throw CannotSay("`\(dots.after)` names no commit", fix: "write it as `A..B`")
    }
    let name = try ref.map(Self.fullName) ?? head()?.branch ?? bytes("refs/heads/main")
    return try judgeLine(from: from, to: to, of: name)
  }

  // MARK: States that are no commits

  private func checkState(workTree: Bool) throws -> Verdict {
    try repository.keepNewObjectsInMemory()
    let head = try head()
    let tree = try repository.indexTree(addingWorkTreeBelow: workTree ? Self.governedFolders : [])
    let commit = try makeCommit(tree, parent: head?.commit)
    let ref = head?.branch ?? bytes("refs/heads/main")
    let branches: [[UInt8]: ObjectID] = head.map { [ref: $0.commit] } ?? [:]
    let refs = HostRefs(head: .branch(ref), branches: branches, lookUp: { name in branches[name].map { .direct($0) } })
    var verdict = try judge([RefUpdate(old: head?.commit ?? .zero, new: commit, ref: ref)], refs, asksApprovals: false)
    if head != nil {
      verdict.notes.append(
        "\(workTree ? "the work tree" : "the index") is judged as one commit on `HEAD`; approvals are asked of commits")
    }
    return verdict
  }

  private func checkAll() throws -> Verdict {
    guard let head = try head() else {
      throw CannotSay("`HEAD` names no commit yet", fix: "commit first, or use `--staged`")
    }
    let links = try store().links(head.commit)
    return try judgeAtOnce(
      from: .zero, to: links.tree, commit: head.commit, ref: head.branch ?? bytes("refs/heads/main"))
  }

  private func checkFiles(_ files: [String]) throws -> Verdict {
    guard let folder = repository.workTree else {
      throw CannotSay("a bare repository has no files to check", fix: "use `--all`")
    }
    try repository.keepNewObjectsInMemory()
    let tree = try repository.indexTree(addingWorkTreeBelow: Self.governedFolders)
    var without = tree
    let editor = TreeEditor(store: store(), write: { [repository] in try repository.write($0, $1) })
    for file in files {
      let path = try WorkTreePath.relative(file, to: folder)
      guard let pruned = try editor.removing(path, from: without) else {
        throw CannotSay(
          "`\(Text.cut(file))` is not a file of `deployments/`, `models/` or `policies/` here",
          fix: "name files of the governed folders")
      }
      without = pruned
    }
    let commit = try makeCommit(tree, parent: nil)
    return try judgeAtOnce(from: without, to: tree, commit: commit, ref: try head()?.branch ?? bytes("refs/heads/main"))
  }

  /// Judges a whole state, or a part of it, as a first push is judged: form, evidence, floors and registries.
  private func judgeAtOnce(from old: ObjectID, to new: ObjectID, commit: ObjectID, ref: [UInt8]) throws -> Verdict {
    let store = store()
    let branches: [[UInt8]: ObjectID] = try head().map { [ref: $0.commit] } ?? [:]
    let refs = HostRefs(head: .branch(ref), branches: branches, lookUp: { name in branches[name].map { .direct($0) } })
    let context = try judgeContext(store, refs, asksApprovals: false)
    guard context.policies.hostProblems.isEmpty else { return Verdict(findings: context.policies.hostProblems) }
    let judging = context.policies.judging(ref, isFirstPush: branches.isEmpty)
    let judge = LineJudge(context: context, ref: ref, policies: judging, oldTree: .zero, isFirstPush: true)
    try judge.judge(Step(commit: commit, tree: new, parentTree: old, parent: .zero, brought: []))
    var verdict = Verdict(findings: judge.findings)
    verdict.updates = [
      JudgedUpdate(
        update: RefUpdate(old: .zero, new: commit, ref: ref), isProtected: true, commits: 0,
        manifests: judge.manifestCount)
    ]
    return verdict
  }

  // MARK: Parts

  static let governedFolders = ["deployments", "models", "policies"]

  private func store() -> ObjectStore { ObjectStore(repository: repository, budget: Budget(seconds: 600)) }

  func judgeContext(
    _ store: ObjectStore, _ refs: HostRefs, hasPushBoundaries: Bool = true, asksApprovals: Bool = true,
    pusher: Pusher? = nil
  ) throws -> JudgeContext {
    let policies = try PolicyLoader(store: store).load(host: host, refs: refs)
    var settings = JudgeSettings(
      now: context.now, maximumCommits: self.settings.maximumCommits, baselines: self.settings.baselines)
    settings.hasPushBoundaries = hasPushBoundaries
    settings.asksApprovals = asksApprovals
    settings.verify = OpenSSH(program: self.settings.sshKeygen).verify
    return JudgeContext(
      store: store, refs: refs, policies: policies, pusher: try pusher ?? self.pusher(), settings: settings)
  }

  private func judge(
    _ updates: [RefUpdate], _ refs: HostRefs, hasPushBoundaries: Bool = true, asksApprovals: Bool = true
  ) throws -> Verdict {
    let context = try judgeContext(store(), refs, hasPushBoundaries: hasPushBoundaries, asksApprovals: asksApprovals)
    if let problem = context.policies.hostProblems.first {
      throw CannotSay("the host's policy cannot be used: \(problem.message)", fix: problem.fix ?? "mend it")
    }
    var judge = PushJudge(context: context, scope: .full)
    judge.judge(updates)
    var verdict = judge.verdict
    if asksApprovals, let note = BreakGlass(context: context).note(on: verdict) { verdict.notes.append(note) }
    return verdict
  }

  static func fullName(_ ref: String) -> [UInt8] {
    ref.utf8.starts(with: "refs/".utf8) ? bytes(ref) : bytes("refs/heads/" + ref)
  }

  private func commit(named name: String) throws -> ObjectID? {
    if name.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return nil }
    do { return try repository.commit(named: name) } catch {
      throw CannotSay("`\(Text.cut(name))` names no commit", fix: "write the range as `A..B`")
    }
  }

  private func makeCommit(_ tree: ObjectID, parent: ObjectID?) throws -> ObjectID {
    let person = "uncommitted <\(try configuration.value("user.email") ?? "nobody")> \(context.now) +0000"
    let lines =
      ["tree \(tree)"] + (parent.map { ["parent \($0)"] } ?? []) + [
        "author \(person)", "committer \(person)", "", "uncommitted\n",
      ]
    return try repository.write(.commit, bytes(lines.joined(separator: "\n")))
  }

  /// Governed files that differ from `HEAD`: named, and not judged.
  private func uncommitted(_ head: ObjectID) throws -> [String] {
    guard repository.workTree != nil else { return [] }
    try repository.keepNewObjectsInMemory()
    let store = store()
    let after = try repository.indexTree(addingWorkTreeBelow: Self.governedFolders)
    let paths = try PathChanges(store: store).list(
      from: store.links(head).tree, to: after, below: Snapshot.governedRoots
    ).map(\.path)
    guard !paths.isEmpty else { return [] }
    let shown =
      paths.prefix(5).map { "`\(Text.show($0))`" }.joined(separator: ", ")
      + (paths.count > 5 ? " and \(paths.count - 5) more" : "")
    return ["not committed, and not judged: \(shown)"]
  }
}

extension String {
  /// What stands before and behind the first `..`; nil where there is none.
  fileprivate func range(ofDots: Void) -> (before: String, after: String)? {
    let text = Array(utf8)
    guard
      let index = text.indices.dropLast().first(where: {
        text[$0] == UInt8(ascii: ".") && text[$0 + 1] == UInt8(ascii: ".")
      })
    else { return nil }
    let after = text[(index + 2)...].drop { $0 == UInt8(ascii: ".") }
    return (String(decoding: text[..<index], as: UTF8.self), String(decoding: after, as: UTF8.self))
  }
}
