import GitObjects

/// What manifests and policies of the repository will ask of a version, held against evidence that is not published yet.
///
/// It is advice: the gate takes a version whatever it measured, and asks when one is deployed. But evidence can never be
/// changed, so it is said before.
struct AskedOfVersion {
  let model: String
  let evidence: Evidence
  private let context: JudgeContext
  private let policies: [PolicyInForce]
  private let snapshot: Snapshot

  /// Looks at what stands at `HEAD`; nil where nothing does.
  init?(model: String, evidence: Evidence, in check: LocalCheck) throws {
    guard let head = try check.head() else { return nil }
    self.model = model
    self.evidence = evidence
    let ref = head.branch ?? bytes("refs/heads/main")
    let refs = HostRefs(head: .branch(ref), branches: [ref: head.commit], lookUp: { _ in nil })
    let store = ObjectStore(repository: check.repository, budget: Budget(seconds: 600))
    context = try check.judgeContext(store, refs, asksApprovals: false)
    policies = context.policies.judging(ref, isFirstPush: false)
    snapshot = context.snapshot(try store.links(head.commit).tree)
  }

  /// A line for each thing that a deployment of the model would be refused for.
  func warnings() throws -> [String] {
    let states = try deployments()
    let untested = evidence.shadowTestPassed == true ? [] : states.filter(asksShadowTest)
    let lines = try states.flatMap(warnings)
    guard !untested.isEmpty else {
      // Nothing asks for it today; the next environment may.
      return evidence.shadowTestPassed == true
        ? lines
        : lines + ["hint: the evidence tells of no shadow test; `--shadow-test-passed` would say that it passed"]
    }
    let paths = untested.map { Text.cut(Text.show($0.path)) }
    return lines + [
      "warning: \(Text.list(paths)) \(paths.count == 1 ? "asks" : "ask") for a passed shadow test, which is not given: add `--shadow-test-passed` if it passed"
    ]
  }

  /// What stands for the model's deployments.
  private func deployments() throws -> [DeploymentState] {
    try snapshot.environments().flatMap { environment in
      try snapshot.environment(environment).entries.compactMap { entry -> DeploymentState? in
        guard entry.mode == .file, let stem = Snapshot.stem(entry.name),
          try context.manifest(entry).deployment?.model.name?.value == model
        else { return nil }
        return try snapshot.deployment(environment, stem)
      }
    }
  }

  private func asksShadowTest(_ state: DeploymentState) -> Bool {
    state.deployment?.criteria?.shadowTestPassed?.value == true
      || policies.contains { $0.environment(state).shadowTestRequired }
  }

  private func warnings(_ state: DeploymentState) throws -> [String] {
    let path = Text.cut(Text.show(state.path))
    let own = state.deployment?.criteria?.metrics ?? []
    let floors = policies.flatMap { $0.environment(state).metrics }.filter { floor in
      !own.contains { $0.metric == floor.metric }
    }
    var lines: [String] = []
    for rule in own + floors {
      guard let measured = evidence.metrics[rule.metric] else {
        let near = Suggestion.nearest(to: rule.metric, among: evidence.metrics.keys.sorted())
        let add = near.map { "is `\($0)` meant?" } ?? "add `--metric \(ShellWord.quoted(rule.metric))=VALUE`"
        lines.append("warning: `\(path)` asks for `\(Text.cut(rule.metric))`, which is not given: \(add)")
        continue
      }
      let outcome = rule.threshold.evaluate(measured, baseline: try baseline(of: rule.metric, state))
      if let message = outcome.message(metric: rule.metric) {
        lines.append("warning: `\(path)` would not take this version: \(message)")
      }
    }
    return lines
  }

  /// What the version that is deployed now measured.
  private func baseline(of metric: String, _ state: DeploymentState) throws -> BaselineValue {
    guard let standing = state.deployment?.model, let name = standing.name?.value,
      let version = standing.version?.value, let folder = try snapshot.versionFolder(name, version),
      let value = try context.evidence(folder).evidence?.metrics[metric]
    else { return .missing }
    return .value(value)
  }

  /// A line about a model of which nothing is there yet; nil where something is.
  func newModelNote(among known: [String]) throws -> String? {
    let models = try snapshot.folder(Snapshot.modelsRoot).entries.filter { $0.mode == .folder }.map {
      Text.show($0.name)
    }
    let names = Array(Set(models + known)).sorted()
    guard !names.contains(model) else { return nil }
    let near = Suggestion.nearest(to: model, among: names)
    return "note: `\(model)` is a new model here" + (near.map { "; is `\(Text.cut($0))` meant?" } ?? "")
  }
}
