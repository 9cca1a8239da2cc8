import ManifestCore

/// Compares what should run with what runs: a pure function, so that the same state has the same plan.
package struct Planner {
  /// How often a goal is tried before it is left alone.
  package static let maximumFailures = 3
  /// The share of an environment's deployments, in percent, that one pass may take away.
  package static let maximumRemovals = 20

  let desired: DesiredState
  let endpoints: [Targets.Endpoint]
  /// By the endpoint's name.
  let observed: [String: [String: ObservedDeployment]]
  /// The endpoints of which it is not known what runs there: nothing is changed at them, and what they may still lead
  /// to is not taken away elsewhere.
  let unseen: Set<String>
  let record: ReconcileRecord
  let now: Int64
  let allowsMassDelete: Bool

  package init(
    desired: DesiredState, endpoints: [Targets.Endpoint], observed: [String: [String: ObservedDeployment]],
    unseen: Set<String> = [], record: ReconcileRecord, now: Int64, allowsMassDelete: Bool
  ) {
    self.desired = desired
    self.endpoints = endpoints
    self.observed = observed
    self.unseen = unseen
    self.record = record
    self.now = now
    self.allowsMassDelete = allowsMassDelete
  }

  /// Plans.
  package func plan() -> ReconcilePlan {
    var plan = ReconcilePlan(
      environment: desired.environment, commit: desired.commit.hex, deployments: [], held: [])
    for deployment in desired.deployments {
      let actions = actions(deployment)
      guard !actions.isEmpty else { continue }
      // Where only old versions are left to go, what is wanted was reached.
      if actions.contains(where: { $0.kind != .retire }), let held = hold(deployment) {
        plan.held.append(held)
      } else {
        plan.deployments.append((deployment.name, actions))
      }
    }
    // What failed before goes last, so that it holds up nobody.
    let troubled = { (name: String) in (record.deployments[name]?.failures ?? 0) > 0 }
    plan.deployments = plan.deployments.filter { !troubled($0.name) } + plan.deployments.filter { troubled($0.name) }
    for one in desired.unreadable {
      plan.held.append(
        .init(
          deployment: one.name, reason: "its manifest cannot be read, so what runs stays: \(one.reason)",
          isFailure: true))
    }
    removals(&plan)
    return plan
  }

  /// What tells one goal of a deployment from another.
  package static func goal(_ deployment: DesiredDeployment) -> String {
    let table = deployment.table
    let routes = table.routes.map { "\($0.version)=\($0.weight)" }.joined(separator: ",")
    return deployment.versions.map { "\($0.version) \($0.identity)" }.joined(separator: ";")
      + "|\(deployment.settings)|\(table.version)|\(routes)|\(table.method ?? "")|\(table.key ?? "")"
  }

  private func hold(_ deployment: DesiredDeployment) -> ReconcilePlan.Held? {
    guard let known = record.deployments[deployment.name], known.goal == Self.goal(deployment), known.failures > 0
    else { return nil }
    let words = known.error ?? ""
    if known.failures >= Self.maximumFailures {
      return .init(
        deployment: deployment.name,
        reason:
          "\(deployment.version) failed \(known.failures) times and is left alone until it changes, or `mlops-reconciler retry \(deployment.name)`: \(words)",
        isFailure: true)
    }
    // A clock that was set back must not hold a deployment for longer than any pause is.
    guard now < known.nextTry, known.nextTry - now <= 4 * 3600 else { return nil }
    return .init(
      deployment: deployment.name,
      reason: "try \(known.failures + 1) of \(Self.maximumFailures) in \(known.nextTry - now) s: \(words)",
      isFailure: false)
  }

  /// What is to be done so that a deployment runs as it did before what is held; nothing is taken away for it.
  package func keeping(_ deployment: DesiredDeployment) -> [ReconcilePlan.Action] {
    actions(deployment).filter { $0.kind != .retire }
  }

  // MARK: One deployment

  private func actions(_ deployment: DesiredDeployment) -> [ReconcilePlan.Action] {
    var phases: [ReconcilePlan.Action.Kind: [ReconcilePlan.Action]] = [:]
    for endpoint in endpoints where !unseen.contains(endpoint.name) && Targets.takes(endpoint, deployment.name) {
      let seen = observed[endpoint.name]?[deployment.name] ?? ObservedDeployment()
      func add(_ kind: ReconcilePlan.Action.Kind, _ version: String?, _ reason: String) {
        phases[kind, default: []].append(
          .init(
            kind: kind, endpoint: endpoint.name, deployment: deployment.name, version: version, reason: reason))
      }
      if endpoint.adapter.servesVersions {
        for version in deployment.versions {
          let there = seen.versions[version.version]
          if let there, there.identity == nil || there.identity == version.identity {
            guard !there.isReady else { continue }
            add(.deploy, version.version, "it is there and cannot answer")
            add(.await, version.version, "nothing is led to it before it answers")
            continue
          }
          add(.deploy, version.version, there == nil ? "it is not there" : "what is there has another content")
          add(.await, version.version, "nothing is led to it before it answers")
        }
      }
      if seen.routes != deployment.table {
        add(.route, deployment.version, Self.words(from: seen.routes, to: deployment.table))
      } else if let settings = seen.settings, settings != deployment.settings {
        add(.route, deployment.version, "its replicas, resources or address changed")
      }
      for version in old(seen, deployment, endpoint) { add(.retire, version, "nothing leads to it any more") }
    }
    if isUnseen(deployment.name) { phases[.retire] = nil }
    // Nothing is led to a server of which it is not known whether it has the version.
    let isServerUnseen = endpoints.contains {
      $0.adapter.servesVersions && unseen.contains($0.name) && Targets.takes($0, deployment.name)
    }
    let routers = Set(endpoints.filter { !$0.adapter.servesVersions }.map(\.name))
    phases[.route] = phases[.route]?.filter { !isServerUnseen || !routers.contains($0.endpoint) }
      .sorted { !routers.contains($0.endpoint) && routers.contains($1.endpoint) }
    return ReconcilePlan.Action.Kind.allCases.flatMap { phases[$0] ?? [] }
  }

  /// Whether a deployment may be led to by a place that could not be looked at.
  private func isUnseen(_ name: String) -> Bool {
    endpoints.contains { unseen.contains($0.name) && Targets.takes($0, name) }
  }

  /// The versions that are not wanted any more, save the newest that are kept.
  private func old(_ seen: ObservedDeployment, _ deployment: DesiredDeployment, _ endpoint: Targets.Endpoint)
    -> [String]
  {
    let wanted = deployment.versions.map(\.version)
    return seen.versions.filter { !wanted.contains($0.key) }
      .sorted { ($0.value.since, $0.key) > ($1.value.since, $1.key) }.dropFirst(endpoint.keep).map(\.key).sorted()
  }

  private static func words(from old: RouteTable?, to new: RouteTable) -> String {
    guard let old else { return "nothing leads there yet" }
    if old.version != new.version { return "\(old.version) -> \(new.version)" }
    let shares = new.routes.map { "\($0.version) \($0.weight) %" }.joined(separator: ", ")
    return shares.isEmpty ? "all requests to \(new.version)" : shares
  }

  // MARK: What goes

  private func removals(_ plan: inout ReconcilePlan) {
    let wanted = Set(desired.deployments.map(\.name) + desired.unreadable.map(\.name))
    var gone: [String: [ReconcilePlan.Action]] = [:]
    var all: Set<String> = []
    for endpoint in endpoints {
      for name in (observed[endpoint.name] ?? [:]).keys.sorted() where Targets.takes(endpoint, name) {
        all.insert(name)
        guard !wanted.contains(name), !isUnseen(name) else { continue }
        gone[name, default: []].append(
          .init(
            kind: .remove, endpoint: endpoint.name, deployment: name, version: nil, reason: "git has it no more"))
      }
    }
    // One is never many, as long as something stays.
    let allowed = max(all.count > 1 ? 1 : 0, all.count * Self.maximumRemovals / 100)
    let names = gone.keys.sorted()
    guard names.count <= allowed || allowsMassDelete else {
      for name in names {
        plan.held.append(
          .init(
            deployment: name,
            reason:
              "git has \(names.count) of \(all.count) deployments no more, and one pass takes at most \(allowed) away: --allow-mass-delete",
            isFailure: true))
      }
      return
    }
    // What leads requests lets go first, then what serves them.
    let servers = Set(endpoints.filter(\.adapter.servesVersions).map(\.name))
    for name in names {
      let actions = (gone[name] ?? []).reversed()
      plan.deployments.append(
        (name, actions.filter { !servers.contains($0.endpoint) } + actions.filter { servers.contains($0.endpoint) }))
    }
  }
}

extension Targets.Adapter {
  /// Whether versions run there; false where requests are only led to them.
  package var servesVersions: Bool { self != .nginx }
}
