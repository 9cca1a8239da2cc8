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
    return try Propose(request, context).run()
  }

  private func run() throws -> WorkflowReport {
    let source = try source()
    let version = try version(from: source)
    var plan = try VersionPlan(bench: bench, environment: request.environment, name: request.name)
    if let weight = request.weight {
      try plan.setWeight(version, to: weight)
    } else if try plan.state() != nil {
      try plan.setVersion(version, artifact: request.artifact)
    } else {
      plan.write(try newManifest(version, source), stem: request.name)
    }
    let branch = bytes(
      "refs/heads/promote/\(request.name)-\(version)-\(request.environment)\(request.weight.map { "-\($0)" } ?? "")")
    let tree = try tree(plan)
    try refuseDuplicates(branch, plan)
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
    try bench.move([(branch, .zero, commit)], reason: "propose")
    try say(&report, plan, version, Text.show(Workbench.short(branch)), commit, verdict)
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
      throw Refused(
        "`\(request.name)` does not stand in `\(Text.cut(source))`",
        fix: "propose it there first: `mlops-hook propose \(request.name) --to \(Text.cut(source)) --version …`")
    }
    guard let version = state.deployment?.model.version?.value else {
      throw Refused("`\(Text.show(state.path))` cannot be read", fix: "mend it first: `mlops-hook check --all`")
    }
    return version
  }

  /// The manifest of a deployment that is new in its environment: as it stands elsewhere, or from a template.
  private func newManifest(_ version: String, _ source: String?) throws -> [UInt8] {
    let standing = try bench.standing()
    let others = try [source].compactMap { $0 } + standing.environments().map { Text.show($0) }.sorted()
    for other in others {
      guard let state = try standing.deployment(bytes(other), bytes(request.name)), state.isReadable else { continue }
      do {
        var editor = try ManifestEditor(bench.store.blob(state.blob, maximum: ManifestFile.maximumBytes).copy)
        guard let document = editor.index(of: .deployment) else { continue }
        try editor.set(.keys("spec", "environment"), of: document, to: request.environment)
        if state.deployment?.namespace == other {
          try editor.set(.keys("metadata", "namespace"), of: document, to: request.environment)
        }
        try editor.set(.keys("spec", "model", "version"), of: document, to: version)
        for routing in editor.indexes(of: .routing) { editor.removeDocument(routing) }
        return try editor.result()
      } catch let problem as ManifestEditor.Problem {
        throw Refused("`\(Text.show(state.path))`: \(problem.message)", fix: problem.fix)
      }
    }
    return try template(version)
  }

  /// A model that stands nowhere and was never registered is a slip of the pen.
  private func refuseUnknownModel() throws {
    let standing = try bench.standing()
    var known = try standing.folder(Snapshot.modelsRoot).entries.map { Text.show($0.name) }
    if known.contains(request.name) { return }
    for environment in try standing.environments() {
      known += try standing.environment(environment).entries.compactMap { Snapshot.stem($0.name).map { Text.show($0) } }
    }
    throw Refused(
      "there is no model `\(request.name)`: it stands nowhere, and `models/` has no such folder",
      fix: Suggestion.nearest(to: request.name, among: known).map { "did you mean `\($0)`?" }
        ?? "register its version first: `mlops-hook register`")
  }

  private func template(_ version: String) throws -> [UInt8] {
    try refuseUnknownModel()
    let policies = try bench.policies()
    let rules = policies.compactMap { $0.policy.environments[request.environment] }
    let registries = rules.flatMap(\.registryTexts)
    guard let registry = request.registry ?? registries.first else {
      throw LocalCheck.CannotSay(
        "`\(request.name)` stands nowhere yet, so its registry is not known",
        fix: "name it: `--registry s3://…`")
    }
    let floors = rules.flatMap(\.metrics).map { (metric: $0.metric, threshold: $0.threshold.text) }
    let approvers = rules.flatMap(\.approvers)
    var digest: String?
    if rules.contains(where: \.digestRequired), let folder = try bench.standing().versionFolder(request.name, version) {
      let artifacts = try bench.judgeContext().evidence(folder).evidence?.artifacts ?? []
      digest = (artifacts.first { $0.path.value == request.artifact } ?? artifacts.first).map { "sha256:" + $0.sha256 }
    }
    return bytes(
      ManifestTemplate.deployment(
        name: request.name, environment: request.environment, registry: registry, version: version, digest: digest,
        floors: floors, approvers: approvers.isEmpty ? try approversElsewhere() : approvers))
  }

  /// The approvers that other deployments of the environment name: where some require approval, all do.
  private func approversElsewhere() throws -> [String] {
    let standing = try bench.standing()
    for entry in try standing.environment(bytes(request.environment)).entries {
      guard let stem = Snapshot.stem(entry.name), let state = try standing.deployment(bytes(request.environment), stem),
        state.deployment?.criteria?.approvalRequired?.value == true
      else { continue }
      return state.approvers
    }
    return []
  }

  private func tree(_ plan: VersionPlan) throws -> ObjectID {
    var edits: [(path: [UInt8], entry: TreeEntry?)] = []
    for (path, content) in plan.files { edits.append((path, try content.map { try bench.file($0) })) }
    return try bench.trees.setting(edits, in: bench.standing().root)
  }

  // MARK: Other proposals

  private func refuseDuplicates(_ branch: [UInt8], _ plan: VersionPlan) throws {
    let shown = Text.show(Workbench.short(branch))
    guard Repository.isValidReferenceName(branch) else {
      throw LocalCheck.CannotSay("`\(shown)` cannot be the name of a branch", fix: "choose a shorter version or name")
    }
    let known = try bench.proposalBranches()
    if known.contains(where: { $0.name == branch }) {
      throw Refused(
        "the branch `\(shown)` is there already",
        fix:
          "approve or promote it, or delete it: `git branch -D \(shown)`, `git push \(bench.remote) --delete \(shown)`")
    }
    guard !request.isBeside else { return }
    let own = Set(plan.files.keys)
    for other in known {
      // One that cannot be put on the target any more is in nobody's way.
      guard
        let proposal = try? bench.store.budget.within(seconds: 5, { try bench.proposal(at: other.commit, other.name) }),
        proposal.changes.contains(where: { own.contains($0.path) })
      else { continue }
      throw Refused(
        "`\(proposal.shown)` proposes another change of `\(request.name)` in `\(request.environment)`",
        fix: "promote or delete that one first; `--beside` proposes this one all the same")
    }
  }

  // MARK: Words

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
    _ report: inout WorkflowReport, _ plan: VersionPlan, _ version: String, _ branch: String, _ commit: ObjectID,
    _ verdict: Verdict
  ) throws {
    let what =
      request.weight.map { "\(version) at \($0) % beside \(plan.from ?? "nothing")" }
      ?? "\(plan.from ?? "nothing") -> \(version)"
    report.say("proposed: \(request.name) in \(request.environment), \(what)")
    report.say("branch: \(branch) (commit \(commit.short))")
    if try bench.standing().environment(bytes(request.environment)).count == 0 {
      report.say("note: `\(request.environment)` is a new environment: nothing stands there yet")
    }
    for note in plan.notes { report.say("note: " + note) }
    for finding in verdict.findings where !finding.isAboutApprovals {
      report.say("warning: \(finding.message) [\(finding.check.rawValue)]")
    }
    let waiting = verdict.waiting
    for line in waiting { report.say(line) }
    if request.pushes || request.promotes {
      guard try bench.push(["refs/heads/\(branch):refs/heads/\(branch)"]) else {
        report.status = 1
        report.say("error: `\(branch)` was made here, and could not be pushed")
        report.say("hint: git push \(bench.remote) \(branch)")
        return
      }
    } else {
      report.say("hint: push it, so that others see it: git push \(bench.remote) \(branch)")
    }
    if !waiting.isEmpty { report.say("hint: each of them: mlops-hook approve \(branch) --push") }
    report.say("hint: then: mlops-hook promote \(branch) --push")
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
