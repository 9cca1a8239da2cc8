import GitObjects
import YAMLTree

extension LineJudge {
  /// Judges what one deployment becomes: its routing, evidence and promotion.
  ///
  /// Its approvals are judged by path.
  func judgeDeployment(_ environment: [UInt8], _ name: [UInt8], _ judged: CommittedChange) throws {
    let old = try judged.before.deployment(environment, name)
    let new = try judged.after.deployment(environment, name)
    guard let new else {
      if old != nil, !isFirstPush, !context.settings.formOnly {
        for policy in policies { freezeFindings(environment, name, policy, judged).forEach(report) }
      }
      return
    }
    judgeRoutingOwner(new, judged.place)
    judgeClosedEnvironment(new, judged.place)
    try judgeEndpoint(new, old, judged)
    guard new.deployment != nil, !context.settings.formOnly else { return }
    let before = try stateBefore(new, judged)
    let move = Move(from: before, to: new)
    let rollback = RollbackFinder(context: context, judged: judged, old: old, new: new)
    let evidence = try judgeEvidence(new, judged)
    let baseline = try BaselineEvidence(before: before, oldTip: oldTip, move: move, isFirstPush: isFirstPush)
    for policy in policies {
      var exempt: [Finding] = []
      judgeMetrics(new, evidence, baseline, policy, judged.place, &exempt)
      if !isFirstPush {
        try judgeOrder(new, move, policy, judged.place, &exempt)
        judgeWeightStep(new, move, policy, judged.place, &exempt)
        exempt += freezeFindings(environment, name, policy, judged)
      }
      judgeShadowTest(new, evidence, policy, judged.place)
      judgeRegistry(new, move, policy, judged.place)
      guard !exempt.isEmpty else { continue }
      let depth = policy.environment(new).rollbackDepth
      if try !isFirstPush && rollback.isRollback(depth: depth) { continue }
      if !isFirstPush, exempt.contains(where: { $0.check == .promotionOrder }), try rollback.isReturn() {
        exempt.removeAll { $0.check == .promotionOrder }
      }
      exempt.forEach(report)
    }
  }

  private func freezeFindings(
    _ environment: [UInt8], _ name: [UInt8], _ policy: PolicyInForce, _ judged: CommittedChange
  ) -> [Finding] {
    guard context.settings.hasPushBoundaries,
      let rules = policy.policy.environments[String(decoding: environment, as: UTF8.self)]
    else { return [] }
    let now = context.settings.now
    return rules.freezes.filter { $0.from <= now && now < $0.until }.map { freeze in
      let reason = freeze.reason.isEmpty ? "" : " (\(Text.cut(freeze.reason)))"
      return Finding(
        .promotionFreeze, judged.place.at(Snapshot.path(environment, name)),
        "`\(Text.show(environment))` is frozen until \(Timestamp(seconds: freeze.until))\(reason)",
        fix: "push it after \(Timestamp(seconds: freeze.until)); a rollback is taken even now", policy: policy.origin)
    }
  }

  // MARK: Routing, environment, endpoint

  private func judgeRoutingOwner(_ new: DeploymentState, _ place: StepPlace) {
    let shown = Text.show(new.name)
    for (index, state) in new.routings.enumerated() {
      if let modelName = state.routing.modelName, !modelName.value.utf8.elementsEqual(new.name) {
        report(
          Finding(
            .routingOwner, place.at(state.path, modelName.mark),
            "`spec.model_name` is `\(Text.cut(modelName.value))`, but the routing belongs to the deployment `\(shown)`",
            fix: "write `model_name: \(shown)`, or rename the routing to `\(Text.cut(modelName.value))-…`",
            field: "spec.model_name"))
      }
      if index > 0 {
        report(
          Finding(
            .routingOwner, place.at(state.path, state.routing.name?.mark ?? state.routing.mark),
            "a second routing for the deployment `\(shown)`; the first stands in `\(Text.show(new.routings[0].path))`",
            fix: "keep one routing for each deployment"))
      }
    }
  }

  private func judgeClosedEnvironment(_ new: DeploymentState, _ place: StepPlace) {
    for policy in policies where !policy.policy.environments.isEmpty {
      let known = policy.policy.environments
      guard known[new.environmentName] == nil else { continue }
      let names = known.keys.sorted()
      report(
        Finding(
          .manifestLocation, place.at(new.path, new.deployment?.environment?.mark),
          "the policy has no environment `\(Text.show(new.environment))`",
          fix: "deploy to \(Text.list(names, "or")), or add it to `spec.environments` of the policy",
          policy: policy.origin))
    }
  }

  /// Two deployments of one environment and namespace may not answer at one endpoint.
  private func judgeEndpoint(_ new: DeploymentState, _ old: DeploymentState?, _ judged: CommittedChange) throws {
    guard let deployment = new.deployment, let endpoint = deployment.endpoint else { return }
    if let old = old?.deployment, old.endpoint?.value == endpoint.value, old.namespace == deployment.namespace {
      return
    }
    let index = endpointIndexes[new.environment] ?? EndpointIndex(environment: new.environment)
    endpointIndexes[new.environment] = index
    for other in try index.deployments(at: endpoint.value, in: judged.after, except: new.name) {
      guard let state = try judged.after.deployment(new.environment, other), let rival = state.deployment,
        rival.endpoint?.value == endpoint.value, rival.namespace == deployment.namespace
      else { continue }
      report(
        Finding(
          .manifestEndpoint, judged.place.at(new.path, endpoint.mark),
          "`\(endpoint.value)` is the endpoint of `\(Text.show(other))` in `\(Text.show(new.environment))` too",
          fix: "give each deployment an endpoint of its own", field: "spec.serving.inference_endpoint"))
    }
  }

  // MARK: What stood before

  /// What the ref's old tip has for this deployment; one that was renamed or moved away is found by its model.
  private func stateBefore(_ new: DeploymentState, _ judged: CommittedChange) throws -> DeploymentState? {
    if isFirstPush { return nil }
    if let state = try oldTip.deployment(new.environment, new.name) { return state }
    guard let model = new.deployment?.model.name?.value else { return nil }
    for stem in try stemsThatGo(new.environment, judged) where stem != new.name {
      guard
        // One that stands again at the end was not renamed.
        try newTip.deployment(new.environment, stem) == nil,
        let state = try oldTip.deployment(new.environment, stem), state.deployment?.model.name?.value == model
      else { continue }
      return state
    }
    return nil
  }
}

extension LineJudge {
  /// The files of an environment at the old tip that are others, or gone, now or at the new tip.
  ///
  /// Few, and asked for often.
  private func stemsThatGo(_ environment: [UInt8], _ judged: CommittedChange) throws -> [[UInt8]] {
    let after = try judged.after.environment(environment)
    if let known = stemsThatGoCache, known.environment == environment, known.after == after.id { return known.stems }
    let old = try oldTip.environment(environment)
    var stems: [[UInt8]] = []
    for tree in [after, try newTip.environment(environment)] {
      for change in Tree.changes(from: old, to: tree) {
        guard let entry = change.old, entry.mode == .file, let stem = Snapshot.stem(entry.name), !stems.contains(stem)
        else { continue }
        stems.append(stem)
      }
    }
    stemsThatGoCache = (environment, after.id, stems)
    return stems
  }
}

/// What a push brings into one deployment, compared with the ref's old tip.
struct Move {
  let from: DeploymentState?
  let to: DeploymentState
  /// Whether registry or model are others than before.
  let changesModel: Bool
  /// Whether the digest is another one.
  let changesDigest: Bool
  /// The versions that are new here, or get a larger share.
  let versions: [DeploymentState.VersionUse]

  init(from: DeploymentState?, to: DeploymentState) {
    self.from = from
    self.to = to
    let old = from?.deployment?.model
    let new = to.deployment?.model
    changesModel =
      from == nil || old?.registry?.value.text != new?.registry?.value.text || old?.name?.value != new?.name?.value
    changesDigest = old?.digest?.value != new?.digest?.value
    let known = from?.versions ?? []
    let everything = changesModel
    let digest = changesDigest
    versions = to.versions.filter { use in
      if everything || digest && !use.isRoute { return true }
      guard let before = known.first(where: { $0.version.value == use.version.value }) else { return true }
      return use.share > before.share || !use.isRoute && before.isRoute
    }
  }

  /// Whether anything comes that order, registries, baseline and weight steps are asked about.
  var bringsAnything: Bool { changesModel || changesDigest || !versions.isEmpty }

  /// Whether requests go back to what `spec.model` named before, with the same model and digest.
  func isRetreat(to use: DeploymentState.VersionUse) -> Bool {
    guard !changesModel, !changesDigest, !use.isRoute else { return false }
    return from?.deployment?.model.version?.value == use.version.value
  }

  /// The share that a version had before; 0 where it is another model's.
  func shareBefore(_ version: String) -> Int {
    guard !changesModel else { return 0 }
    return from?.versions.first { $0.version.value == version }?.share ?? 0
  }
}

extension PolicyInForce {
  /// What the policy asks of the environment of a deployment.
  func environment(_ state: DeploymentState) -> Policy.Environment {
    policy.environments[state.environmentName] ?? Policy.Environment()
  }
}
