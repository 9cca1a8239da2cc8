import Foundation
import Logging
import ManifestCore

extension Reconciler {
  /// Does what is planned for one deployment; its first failure ends it.
  ///
  /// With `isKept` it is what the deployment was before: a failure of that is none of what is new.
  func apply(
    _ name: String, _ actions: [ReconcilePlan.Action], _ deployment: DesiredDeployment?,
    _ adapters: [any TargetAdapter], _ pass: inout Pass, isKept: Bool = false
  ) async {
    // What is old and stays for a while is no failure of what is new.
    var isReached = false
    do {
      for action in actions {
        isReached = action.kind == .retire
        guard let adapter = adapters.first(where: { $0.endpoint.name == action.endpoint }),
          let lease = leases[action.endpoint]
        else { continue }
        logger.info(
          "\(action.kind.rawValue)",
          metadata: [
            "deployment": "\(name)", "version": "\(action.version ?? "-")", "endpoint": "\(action.endpoint)",
            "reason": "\(action.reason)",
          ])
        try await perform(action, deployment, adapter, Fence(lease))
        pass.done.append(action)
      }
    } catch {
      // Whoever is told to stop begins there again.
      if !isReached { pass.failed.insert(name) }
      guard !Task.isCancelled else { return }
      let failure = Self.failure(error)
      if !isKept, !isReached { note(failure, of: name, deployment) }
      pass.problems.append((name, failure.message, failure.fix))
      logger.error(
        "a deployment could not be changed", metadata: ["deployment": "\(name)", "error": "\(failure.message)"])
    }
  }

  private func perform(
    _ action: ReconcilePlan.Action, _ deployment: DesiredDeployment?, _ adapter: any TargetAdapter, _ fence: Fence
  ) async throws {
    if action.kind == .remove { return try await adapter.remove(action.deployment, fence) }
    guard let deployment else { return }
    switch action.kind {
    case .deploy:
      guard let version = deployment.versions.first(where: { $0.version == action.version }) else { return }
      let clone = clone
      let source = ModelSource(
        registry: targets.registry, checkOutPointers: { try clone.checkOut($0, to: $1, asPointers: true) },
        checkOut: { try clone.checkOut($0, to: $1) })
      try await adapter.deploy(version, of: deployment, from: source, fence)
    case .await: try await waitUntilReady(action.version ?? "", deployment, adapter)
    case .route: try await adapter.route(deployment, fence)
    case .retire: try await adapter.retire(action.version ?? "", of: deployment.name, fence)
    case .remove: break
    }
  }

  private func waitUntilReady(_ version: String, _ deployment: DesiredDeployment, _ adapter: any TargetAdapter)
    async throws
  {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(adapter.endpoint.readySeconds)
    var pause = 0.02
    while try await !adapter.isReady(version, of: deployment) {
      guard clock.now < end else {
        throw TargetFailure(
          "\(deployment.name) \(version) was not ready within \(adapter.endpoint.readySeconds) s",
          fix: "look at the server's log; `ready_seconds` of the target gives it longer")
      }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 2, 1)
    }
  }

  // MARK: The record

  private func note(_ failure: TargetFailure, of name: String, _ deployment: DesiredDeployment?) {
    guard let deployment else { return }
    let goal = Planner.goal(deployment)
    var known = record.deployments[name] ?? fresh(deployment)
    if known.goal != goal {
      let good = known.good
      known = fresh(deployment)
      known.good = good
    }
    known.failures += 1
    known.status = known.failures >= Planner.maximumFailures ? "failed" : "progressing"
    known.nextTry = now + options.retrySeconds << Int64(known.failures - 1)
    known.error = failure.message
    record.deployments[name] = known
  }

  private func fresh(_ deployment: DesiredDeployment) -> ReconcileRecord.Deployment {
    .init(goal: Planner.goal(deployment), status: "progressing", version: deployment.version, since: now)
  }

  /// What needed nothing, or had everything done, is well.
  func settle(_ desired: DesiredState, _ plan: ReconcilePlan, _ failed: Set<String>) {
    let held = Set(plan.held.map(\.deployment))
    for deployment in desired.deployments where !held.contains(deployment.name) && !failed.contains(deployment.name) {
      let known = record.deployments[deployment.name]
      let goal = Planner.goal(deployment)
      guard targets.endpoints.contains(where: { Targets.takes($0, deployment.name) }) else {
        // Somebody else's, or nobody's: it is not well because of us.
        record.deployments[deployment.name] = nil
        continue
      }
      if var known, known.goal == goal, known.status == "ok" {
        known.good = record.applied
        record.deployments[deployment.name] = known
        continue
      }
      let blocked = targets.endpoints.first { record.unseen[$0.name] != nil && Targets.takes($0, deployment.name) }
      if let blocked {
        var waiting = fresh(deployment)
        waiting.error = record.unseen[blocked.name].map { "\(blocked.name): \($0)" }
        waiting.good = known?.good
        record.deployments[deployment.name] = waiting
        continue
      }
      record.deployments[deployment.name] = .init(
        goal: goal, status: "ok", version: deployment.version,
        since: known?.version == deployment.version && known?.status == "ok" ? known?.since ?? now : now,
        good: record.applied)
    }
    let names = Set(desired.deployments.map(\.name) + desired.unreadable.map(\.name))
    record.deployments = record.deployments.filter { names.contains($0.key) }
    record.drift = record.drift.filter { names.contains($0.key) }
  }
}
