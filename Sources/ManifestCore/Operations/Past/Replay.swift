import GitObjects

/// `mlops-hook replay`: which steps of the past another policy would have refused.
public struct Replay {
  /// What is asked.
  public struct Question: Sendable {
    /// The folder of the policy that is tried.
    public var policy: String
    /// A commit behind which, or a time from which on, steps are judged; nil: all.
    public var since: String?
    /// The ref that is read; nil: the protected line.
    public var ref: String?

    /// Creates a question.
    public init(policy: String, since: String? = nil, ref: String? = nil) {
      self.policy = policy
      self.since = since
      self.ref = ref
    }
  }

  /// A step that the policy would have refused.
  struct Refused {
    var commit: Commit
    var findings: [Finding]
  }

  private static let notes = [
    "each commit of the line is judged as a push of its own, by the policy that is tried alone",
    "pusher, freeze and expiry are not known of the past: what depends on them is not asked",
  ]

  /// Answers from the repository that contains `path`.
  ///
  /// It is fine where no step would have been refused.
  public static func answer(_ question: Question, path: String, context: HookContext) throws -> PastAnswer {
    let policy = try TriedPolicy.read(folder: question.policy)
    var past = try PastLine.open(path: path, ref: question.ref, context: context)
    let steps = try steps(since: question.since, past)
    let judgeContext = try past.judgeContext(trying: policy)
    judgeContext.linePast = try LinePast(past.line(), store: past.store)
    let judge = LineJudge(context: judgeContext, ref: past.ref, policies: [], oldTree: .zero, isFirstPush: false)
    var refused: [Refused] = []
    for step in steps {
      try judge.judge(step)
      let errors = judge.takeFindings().filter { $0.severity == .error }
      guard !errors.isEmpty else { continue }
      refused.append(Refused(commit: try past.store.commit(step.commit), findings: errors))
    }
    Self.notes.forEach { past.note($0) }
    if steps.first?.parent.isZero == true {
      past.note("the first commit is judged as a first push: approvals, order and weights are not asked of it")
    }
    return ReplayReport(past: past, steps: steps.count, refused: refused.reversed()).answer
  }

  /// The steps that are asked about, the oldest first.
  private static func steps(since: String?, _ past: PastLine) throws -> [Step] {
    let baselines = past.settings.baselines
    guard let since else { return try past.line(baselines: baselines).steps }
    if PastDate.isMeant(since) {
      let date = try PastDate.read(since, at: .beginning)
      return try past.line(baselines: baselines).steps.filter { $0.claimedTime >= date.seconds }
    }
    let commit: ObjectID
    do {
      commit = try past.repository.commit(named: since)
    } catch {
      throw LocalCheck.CannotSay(
        "`\(Text.cut(since))` is neither a commit nor a time",
        fix: "name a commit, or a day as in `--since 2026-12-31`")
    }
    let line = try past.line(from: commit)
    guard line.metOld else {
      throw LocalCheck.CannotSay(
        "`\(Text.cut(since))` is not on the first-parent line of `\(Text.show(past.name))`",
        fix: "name a commit that `git log --first-parent \(Text.show(past.name))` shows")
    }
    return line.steps
  }
}

extension TriedPolicy {
  /// Reads a policy's folder, be it meant for a host or for a repository's `policies/`.
  static func read(folder: String) throws -> TriedPolicy {
    let shown = Text.cut(folder)
    guard SafeFiles.isFolder(folder) else {
      throw LocalCheck.CannotSay(
        "there is no folder `\(shown)`",
        fix:
          "name a folder that holds `policy.yaml`; `install.sh` puts the shipped ones below `share/mlops-hook/policies/` of its prefix"
      )
    }
    let read = HostPolicyFiles.read(folder: folder)
    if let failure = read.failure {
      throw LocalCheck.CannotSay(
        "the policy in `\(shown)` cannot be used: \(failure)", fix: "name a folder that holds `policy.yaml`")
    }
    guard read.policy != nil else {
      throw LocalCheck.CannotSay("`\(shown)` holds no `policy.yaml`", fix: "name a folder that holds one")
    }
    // A host's policy may leave more out than a repository's: what is sound for a repository is sound here.
    let files = PolicyFiles.read(policy: read.policy, approvers: read.approvers, origin: .host, headBranch: nil)
    let problems = files.problems.map { file, problem in
      file + (problem.mark.map { ":\($0.line):\($0.column)" } ?? "") + ": " + problem.message
    }
    guard let first = files.problems.first else {
      return TriedPolicy(policy: files.policy ?? Policy(), directory: files.directory)
    }
    let more = problems.count > 10 ? [" and \(problems.count - 10) more"] : []
    throw LocalCheck.CannotSay(
      "the policy in `\(shown)` cannot be used: " + (problems.prefix(10) + more).joined(separator: "; "),
      fix: first.problem.fix ?? "mend it")
  }
}
