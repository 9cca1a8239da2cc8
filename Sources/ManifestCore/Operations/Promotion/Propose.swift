import GitObjects

/// `mlops-hook propose`: makes a promotion ready to be approved, as one commit on a branch of its own.
public struct Propose {
  /// What is asked.
  public struct Request: Sendable {
    /// The deployment's name.
    public var name = ""
    /// The environment that it goes to.
    public var environment = ""
    /// The version; nil: the one that stands in `source`.
    public var version: String?
    /// The environment that it comes from; nil: the policy's `promote_from`.
    public var source: String?
    /// The share of requests, in percent, for a canary.
    public var weight: Int?
    /// The artifact whose digest the manifest names.
    public var artifact: String?
    /// The registry of a model that stands nowhere yet.
    public var registry: String?
    /// Whether it is proposed although another proposal changes the same deployment.
    public var isBeside = false
    /// Whether the branch is pushed.
    public var pushes = false
    /// Whether it is promoted at once, where nobody has to approve.
    public var promotes = false
    /// The clone.
    public var clone = CloneOptions()

    /// Creates a request.
    public init() {}
  }

  private let request: Request
  private let bench: Workbench

  private init(_ request: Request, _ context: HookContext) throws {
    self.request = request
    bench = try Workbench(request.clone.options, context: context)
  }

  /// Proposes.
  public static func run(_ request: Request, context: HookContext) throws -> WorkflowReport {
    for (what, name) in [("a deployment", request.name), ("an environment", request.environment)] {
      if let problem = DNSLabel.problem(in: name) {
        throw LocalCheck.CannotSay(
          "`\(Text.cut(name))` cannot be \(what): \(problem.message)", fix: problem.fix)
      }
    }
    if let version = request.version, let problem = SemanticVersion.problem(in: version) {
      throw LocalCheck.CannotSay("`--version`: \(problem.message)", fix: problem.fix)
    }
    if request.weight == 100 {
      throw LocalCheck.CannotSay(
        "a share of 100 % is no canary", fix: "propose it for all requests: leave out `--weight`")
    }
    return try Propose(request, context).run()
  }

  private func run() throws -> WorkflowReport {
    let names = ProposalNames(bench: bench)
    try names.checkTarget(request.environment)
    if let source = request.source { try names.checkSource(source) }
    let source = try source()
    let version = try version(from: source)
    var plan = try VersionPlan(bench: bench, environment: request.environment, name: request.name)
    try names.checkVersion(version, of: try plan.state()?.deployment?.model.name?.value ?? request.name)
    if let weight = request.weight {
      try plan.setWeight(version, to: weight)
    } else if try plan.state() != nil {
      try plan.setVersion(version, artifact: request.artifact)
    } else {
      plan.write(try NewManifest(bench: bench, request: request).text(version, from: source), stem: request.name)
    }
    let branch = bytes(
      "refs/heads/promote/\(request.name)-\(version)-\(request.environment)\(request.weight.map { "-\($0)" } ?? "")")
    let tree = try tree(plan)
    let replaced = try OtherProposals(bench: bench, request: request).replaceable(branch)
    let message = try message(plan, version, source, tree)
    let commit = try bench.commit(tree, message: message.text)
    let verdict = try bench.judge(commit)
    // A freeze ends, and approvals come; all else has to be mended first.
    let blocking = verdict.otherErrors.filter { $0.check != .promotionFreeze }
    var report = WorkflowReport()
    for note in bench.notes { report.say("note: " + note) }
    guard blocking.isEmpty else {
      var shown = verdict
      shown.findings.removeAll { $0.isAboutApprovals }
      report.verdict = shown
      report.status = 1
      report.say("nothing was proposed: the gate would refuse it, whoever approves")
      return report
    }
    if request.promotes, verdict.isAccepted {
      for note in plan.notes { report.say("note: " + note) }
      try bench.publish(commit, &report, done: "promoted", failed: "not promoted")
      return report
    }
    try bench.keep()
    try bench.move([(branch, replaced?.here ?? .zero, commit)], reason: "propose")
    try say(&report, plan, version, branch, replaced, commit, verdict)
    return report
  }

  // MARK: What is proposed

  /// The environment that the version comes from.
  private func source() throws -> String? {
    if let source = request.source { return source }
    return try bench.policies().lazy.compactMap { $0.policy.environments[request.environment]?.promoteFrom }.first
  }

  private func version(from source: String?) throws -> String {
    if let version = request.version { return version }
    guard let source else {
      throw LocalCheck.CannotSay(
        "it is not clear which version is meant", fix: "name one by `--version`, or where it stands by `--from`")
    }
    guard let state = try bench.standing().deployment(bytes(source), bytes(request.name)) else {
      let known = try bench.standing().environment(bytes(source)).entries.compactMap {
        Snapshot.stem($0.name).map { Text.show($0) }
      }
      let near = Suggestion.nearest(to: request.name, among: known)
      throw Refused(
        "`\(request.name)` does not stand in `\(Text.cut(source))`",
        fix: near.map { "did you mean `\($0)`?" }
          ?? "propose it there first: `mlops-hook propose \(request.name) --to \(Text.cut(source)) --version VERSION`")
    }
    guard let version = state.deployment?.model.version?.value else {
      throw Refused("`\(Text.show(state.path))` cannot be read", fix: "mend it first: `mlops-hook check --all`")
    }
    return version
  }

  private func tree(_ plan: VersionPlan) throws -> ObjectID {
    var edits: [(path: [UInt8], entry: TreeEntry?)] = []
    for (path, content) in plan.files { edits.append((path, try content.map { try bench.file($0) })) }
    return try bench.trees.setting(edits, in: bench.standing().root)
  }

  // MARK: Words

  /// What a new deployment lacks that would guard its next versions; nil where nothing does.
  private func unguarded(_ commit: ObjectID) throws -> String? {
    let snapshot = try bench.judgeContext().snapshot(bench.store.links(commit).tree)
    guard let state = try snapshot.deployment(bytes(request.environment), bytes(request.name)) else { return nil }
    let criteria = state.deployment?.criteria
    var lacks = criteria?.metrics.isEmpty ?? true ? ["no metric"] : []
    if criteria?.approvalRequired?.value != true { lacks.append("no approval") }
    guard !lacks.isEmpty else { return nil }
    return
      "`\(Text.show(state.path))` asks for \(lacks.joined(separator: " and ")) itself: see `promotion_criteria` in it"
  }

  private func message(_ plan: VersionPlan, _ version: String, _ source: String?, _ tree: ObjectID) throws
    -> PromotionMessage
  {
    let changes = try PathChanges(store: bench.store).list(from: bench.standing().root, to: tree)
    let subject =
      request.weight.map { "Canary: \(request.name) \(version) at \($0) %" }
      ?? "Promotion: \(request.name) \(plan.from ?? "(new)") -> \(version)"
    var message = PromotionMessage(subject: subject, trailers: [])
    if let source { message.add("From", source) }
    message.add("To", request.environment)
    if let weight = request.weight { message.add("Weight", String(weight)) }
    message.add("Promotion-Id", PromotionMessage.identity(of: changes))
    return message
  }

  private func say(
    _ report: inout WorkflowReport, _ plan: VersionPlan, _ version: String, _ ref: [UInt8],
    _ replaced: OtherProposals.Replaced?,
    _ commit: ObjectID, _ verdict: Verdict
  ) throws {
    let branch = Text.show(Workbench.short(ref))
    let hints = ApproveHints(branch, try bench.policies())
    let what =
      request.weight.map { "\(version) at \($0) % beside \(plan.from ?? "nothing")" }
      ?? "\(plan.from ?? "nothing") -> \(version)"
    report.say("proposed: \(request.name) in \(request.environment), \(what)")
    report.say("branch: \(branch) (commit \(commit.short))")
    if try bench.standing().environment(bytes(request.environment)).count == 0 {
      report.say("note: `\(request.environment)` is a new environment: nothing stands there yet")
    }
    if let replaced {
      let old = (replaced.here.isZero ? replaced.there : replaced.here)?.short ?? ""
      report.say("note: what this branch proposed before (\(old)) is outdated, and was replaced")
    }
    for note in plan.notes { report.say("note: " + note) }
    if plan.from == nil, let words = try unguarded(commit) { report.say("note: " + words) }
    for finding in verdict.findings where !finding.isAboutApprovals {
      report.say("warning: \(finding.message) [\(finding.check.rawValue)]")
    }
    let waiting = verdict.waiting
    for line in waiting { report.say(line) }
    if request.pushes || request.promotes {
      let lease = replaced?.there.map { ["--force-with-lease=\(Text.show(ref)):\($0.hex)"] } ?? []
      guard try bench.push(lease + ["\(Text.show(ref)):\(Text.show(ref))"]) else {
        report.status = 1
        report.say("error: `\(branch)` was made here, and could not be pushed")
        report.say("hint: git push \(bench.remote) \(hints.name)")
        return
      }
    } else {
      report.say("hint: push it, so that others see it: git push \(bench.remote) \(hints.name)")
    }
    if !waiting.isEmpty { report.say("hint: " + hints.approve) }
    report.say("hint: then: mlops-hook promote \(hints.name) --push")
  }
}

/// Which clone a verb of the promotion workflow works in, and how it looks at its host.
public struct CloneOptions: Sendable {
  /// A folder of the clone.
  public var path = "."
  /// The branch that promotions go to; nil: the host's `HEAD`.
  public var ref: String?
  /// A folder that stands for the host's policy.
  public var policy: String?
  /// Whether the remote is not asked for what is new.
  public var isOffline = false

  /// Creates the usual options.
  public init() {}

  var options: Workbench.Options {
    Workbench.Options(path: path, ref: ref, policy: policy, fetches: !isOffline)
  }
}
