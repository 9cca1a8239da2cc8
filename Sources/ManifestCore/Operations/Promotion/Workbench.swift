import GitObjects

/// A clone with what it knows of its host: what promotions are made in.
///
/// Nothing here touches the work tree or the index. New objects live in memory until `keep` writes them, so that what is
/// given up leaves no trace.
final class Workbench {
  let context: HookContext
  let check: LocalCheck
  let git: GitProgram
  /// The remote that hosts.
  let remote: String
  /// The branch that promotions go to.
  let target: [UInt8]
  /// What the target holds.
  let tip: ObjectID
  let refs: HostRefs
  /// What the user should know.
  private(set) var notes: [String]
  private var approvals: [StoredApproval]?
  private var pending: [(kind: ObjectKind, bytes: [UInt8])] = []

  /// How a clone is looked at.
  struct Options {
    /// The folder of the clone.
    var path = "."
    /// The branch that promotions go to; the host's `HEAD` otherwise.
    var ref: String?
    /// A folder that stands for the host's policy.
    var policy: String?
    /// Whether the remote is asked for what is new.
    var fetches = true
  }

  /// Opens a clone and asks its remote for what is new.
  init(_ options: Options, context: HookContext) throws {
    self.context = context
    check = try LocalCheck(path: options.path, policy: options.policy, context: context)
    git = try GitProgram(in: options.path, context: context)
    remote = try check.remoteOfCurrentBranch()
    if options.fetches { try Self.fetch(remote, git) }
    let view = RemoteView(repository: check.repository, remote: remote)
    let wanted = options.ref.map(LocalCheck.fullName)
    (refs, notes) = try view.hostRefs(pushing: wanted ?? check.head()?.branch ?? bytes("refs/heads/main"))
    target = wanted ?? refs.headBranch ?? bytes("refs/heads/main")
    guard let tip = refs.branches[target] else {
      throw LocalCheck.CannotSay(
        "`\(remote)` has no branch `\(Text.show(target))` as far as is known here",
        fix: "push it first: `git push \(remote) \(Text.show(Self.short(target)))`; `--ref` names another one")
    }
    self.tip = tip
    try check.repository.keepNewObjectsInMemory()
  }

  /// Looks at the proposals of a repository whose line was read, a bare one too; nothing is fetched.
  init(_ line: PastLine, path: String, policy: String? = nil, context: HookContext) throws {
    self.context = context
    check = try LocalCheck(path: path, policy: policy, context: context)
    git = try GitProgram(in: path, context: context)
    remote = try check.repository.isBare ? "" : RemoteView.name(for: check.head()?.branch, check.configuration) ?? ""
    refs = line.refs
    target = line.ref
    tip = line.tip
    notes = []
    try check.repository.keepNewObjectsInMemory()
  }

  /// A branch's name as people say it.
  static func short(_ ref: [UInt8]) -> [UInt8] {
    ref.starts(with: bytes("refs/heads/")) ? Array(ref.dropFirst("refs/heads/".utf8.count)) : ref
  }

  /// Asks the remote of the clone at `path` for what is new.
  static func fetch(path: String, context: HookContext) throws {
    let check = try LocalCheck(path: path, policy: nil, context: context)
    try fetch(check.remoteOfCurrentBranch(), GitProgram(in: path, context: context), without: "without `--fetch` it")
  }

  private static func fetch(_ remote: String, _ git: GitProgram, without: String = "`--offline`") throws {
    let fix = "see that the remote can be reached; \(without) works with what was fetched before"
    // What was withdrawn or promoted there is gone here too, and first: a branch that is gone may stand where another's
    // folder has to. No other branch of the user's is pruned.
    let proposals = Proposal.folders.map { "+\($0)*:refs/remotes/\(remote)/\($0.dropFirst("refs/heads/".count))*" }
    let approvals = "+\(ApprovalStore.folder)*:\(ApprovalStore.tracking(remote))*"
    let observed = "+\(StatusObserved.folder)*:\(StatusObserved.tracking(remote))*"
    _ = try git.output(
      ["fetch", "--quiet", "--no-tags", "--prune", remote] + proposals + [approvals, observed], fix: fix)
    _ = try git.output(["fetch", "--quiet", remote], fix: fix)
    if try !git.run(["symbolic-ref", "--quiet", "refs/remotes/\(remote)/HEAD"]).isSuccess {
      _ = try git.run(["remote", "set-head", remote, "--auto"])
    }
  }

  // MARK: What stands

  /// The store that everything is read from.
  lazy var store = ObjectStore(repository: check.repository, budget: Budget(seconds: 600))

  /// What the gate would judge a push to the target with.
  lazy var judging: JudgeContext? = try? check.judgeContext(store, refs)

  /// What the gate would judge a push to the target with.
  func judgeContext() throws -> JudgeContext {
    guard let judging else { return try check.judgeContext(store, refs) }
    if let problem = judging.policies.hostProblems.first {
      throw LocalCheck.CannotSay("the host's policy cannot be used: \(problem.message)", fix: problem.fix ?? "mend it")
    }
    if let problem = judging.policies.repositoryProblems.first {
      throw LocalCheck.CannotSay(
        "the policy of `\(Text.show(target))` cannot be used: \(problem.message)", fix: problem.fix ?? "mend it")
    }
    return judging
  }

  /// The approvals that wait, read once.
  func storedApprovals() throws -> [StoredApproval] {
    if let approvals { return approvals }
    let found = try ApprovalStore(bench: self).all()
    approvals = found
    return found
  }

  /// The policies that judge a push to the target.
  func policies() throws -> [PolicyInForce] { try judgeContext().policies.judging(target, isFirstPush: false) }

  /// The state at the tip of the target.
  func standing() throws -> Snapshot { try judgeContext().snapshot(store.links(tip).tree) }

  // MARK: Making

  /// Writes an object, in memory until `keep`.
  func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws -> ObjectID {
    pending.append((kind, bytes))
    return try check.repository.write(kind, bytes)
  }

  /// Makes trees.
  var trees: TreeEditor { TreeEditor(store: store, write: { [unowned self] in try write($0, $1) }) }

  /// A file's entry with some content.
  func file(_ content: [UInt8]) throws -> TreeEntry {
    TreeEntry(name: [], mode: .file, id: try write(.blob, content))
  }

  /// Writes to disk what was made.
  func keep() throws {
    let repository = try Repository.open(at: check.repository.gitDirectory, search: false)
    for object in pending { _ = try repository.write(object.kind, object.bytes) }
    pending = []
  }

  /// What git itself says of a setting, from wherever it takes it; nil where it is not set.
  func setting(_ key: String) throws -> String? {
    let result = try git.run(["config", "--get", key])
    guard result.isSuccess, let text = String(validating: result.output.dropLast(), as: UTF8.self) else { return nil }
    return text.isEmpty ? nil : text
  }

  /// Who git says the user is: `GIT_AUTHOR_IDENT` or `GIT_COMMITTER_IDENT`, with the time.
  func identity(_ variable: String) throws -> [UInt8] {
    try git.output(["var", variable], fix: "tell git who you are: `git config user.email you@example.com`")
  }

  /// The address that git knows the user by.
  func address() throws -> String {
    let identity = try identity("GIT_COMMITTER_IDENT")
    let end = identity.lastIndex(of: UInt8(ascii: ">")) ?? identity.endIndex
    let start = identity[..<end].lastIndex(of: UInt8(ascii: "<")).map { $0 + 1 } ?? end
    return String(decoding: identity[start..<end], as: UTF8.self)
  }

  /// Writes a commit on the tip of the target, by the author and the committer that are given, or the user.
  func commit(_ tree: ObjectID, author: [UInt8]? = nil, committer: [UInt8]? = nil, message: [UInt8]) throws -> ObjectID
  {
    let author = try author ?? identity("GIT_AUTHOR_IDENT")
    let committer = try committer ?? identity("GIT_COMMITTER_IDENT")
    let header = bytes("tree \(tree)\nparent \(tip)\nauthor ") + author + bytes("\ncommitter ") + committer
    return try write(.commit, header + bytes("\n\n") + message)
  }

  /// What the gate would say to a push of a commit to the target, by the user or by somebody else.
  func judge(_ commit: ObjectID, pushedBy pusher: CommitIdentity? = nil) throws -> Verdict {
    var context = try judgeContext()
    if let pusher {
      let email = String(decoding: pusher.email, as: UTF8.self)
      context = try check.judgeContext(
        store, refs, pusher: Pusher(identities: [.init(source: .configuration, name: email)]))
    }
    var judge = PushJudge(context: context, scope: .full)
    judge.judge([RefUpdate(old: tip, new: commit, ref: target)])
    return judge.verdict
  }

  /// The step that a commit on the tip of the target is.
  func step(_ commit: ObjectID) throws -> StepChange {
    let links = try store.links(commit)
    let context = try judgeContext()
    let parentTree = try store.links(tip).tree
    let step = Step(commit: commit, tree: links.tree, parentTree: parentTree, parent: tip, brought: [])
    return StepChange(
      step: step, place: StepPlace(ref: target, commit: commit), before: context.snapshot(parentTree),
      after: context.snapshot(links.tree))
  }

  // MARK: Refs

  /// What a ref of the clone holds; nil where it is not there.
  func tip(of ref: [UInt8]) throws -> ObjectID? {
    if case .direct(let id) = try check.repository.reference(ref) { return id }
    return nil
  }

  /// Moves refs of the clone together, each if it still holds what is expected (zero: is not there).
  func move(_ refs: [(name: [UInt8], old: ObjectID, new: ObjectID)], reason: String) throws {
    let lines = refs.map { ref in
      ref.new.isZero
        ? bytes("delete ") + ref.name + bytes(" \(ref.old)\n")
        : bytes("update ") + ref.name + bytes(" \(ref.new) \(ref.old)\n")
    }
    let result = try git.run(["update-ref", "-m", "mlops-hook: \(reason)", "--stdin"], input: Array(lines.joined()))
    guard result.isSuccess else {
      throw Refused(result.complaint, fix: "something else moved it meanwhile: try again")
    }
  }

  /// Pushes refspecs to the remote; what git and the host say goes to the terminal.
  ///
  /// False where the host did not take it.
  func push(_ refspecs: [String]) throws -> Bool {
    try git.run(["push", "--porcelain", remote] + refspecs, talking: true).isSuccess
  }
}
