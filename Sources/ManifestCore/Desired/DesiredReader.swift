import GitObjects
import YAMLTree

/// Reads what should run out of one state of the repository.
struct DesiredReader {
  let context: JudgeContext
  let root: ObjectID

  /// Reads one environment, or one part of it: parts follow each other, so that several can be read side by side.
  func read(_ environment: String, at commit: ObjectID, part: Int = 0, of parts: Int = 1) throws -> DesiredState {
    // Each manifest is asked for what is modelled and for what is not.
    context.keepsDocuments = true
    let snapshot = context.snapshot(root)
    var state = DesiredState(environment: environment, commit: commit, deployments: [], unreadable: [])
    let entries = try snapshot.environment(bytes(environment)).entries
    for entry in entries[(entries.count * part / parts)..<(entries.count * (part + 1) / parts)] {
      guard let stem = Snapshot.stem(entry.name), let found = try snapshot.deployment(bytes(environment), stem) else {
        continue
      }
      let name = Text.show(stem)
      guard found.isReadable, let deployment = try deployment(found, snapshot) else {
        let problem = found.file.problems.first ?? found.routings.lazy.compactMap { $0.file.problems.first }.first
        state.unreadable.append((name, problem?.message ?? "it cannot be read"))
        continue
      }
      state.deployments.append(deployment)
    }
    return state
  }

  private func deployment(_ state: DeploymentState, _ snapshot: Snapshot) throws -> DesiredDeployment? {
    guard let deployment = state.deployment, let registry = deployment.model.registry?.value.text,
      let model = deployment.model.name?.value, let version = deployment.model.version?.value,
      let document = try context.documents(state.blob).deployment, let spec = document["spec"]
    else { return nil }
    let serving = spec["serving"]
    let routes = state.routings.flatMap { routing in
      routing.routing.routes.map {
        DesiredDeployment.Route(name: $0.name, version: $0.version.value, weight: $0.weight)
      }
    }
    var names = [version]
    for route in routes where route.weight > 0 && !names.contains(route.version) { names.append(route.version) }
    return DesiredDeployment(
      name: Text.show(state.name), namespace: deployment.namespace, path: Text.show(state.path), registry: registry,
      model: model, version: version, digest: deployment.model.digest?.value,
      replicas: serving?["replicas"]?.scalar.flatMap { Int($0.text) } ?? 1,
      resources: Self.pairs(serving?["resources"]),
      endpoint: deployment.endpoint?.value ?? "", routes: routes, splitting: try splitting(state),
      drift: Self.drift(spec["drift_config"]),
      versions: try names.map { name in
        try self.version(
          name, of: model, in: registry, digest: name == version ? deployment.model.digest?.value : nil, snapshot)
      },
      annotations: Self.pairs(document["metadata"]?["annotations"]))
  }

  private static func pairs(_ node: Node?) -> [DesiredDeployment.Pair] {
    (node?.mapping ?? []).compactMap { pair in pair.value.scalar.map { .init(name: pair.key, value: $0.text) } }
  }

  private func splitting(_ state: DeploymentState) throws -> DesiredDeployment.Splitting? {
    guard let routing = state.routings.first else { return nil }
    let documents = try context.documents(routing.blob).routings
    guard routing.index < documents.count, let node = documents[routing.index]["spec"]?["traffic_splitting"],
      let method = node["method"]?.scalar?.text
    else { return nil }
    return .init(method: method, key: node[method + "_name"]?.scalar?.text)
  }

  private static func drift(_ node: Node?) -> DesiredDeployment.DriftRule? {
    func number(_ key: String) -> Double? { node?[key]?.scalar.flatMap { Double($0.text) } }
    guard let hours = number("monitor_interval_hours"), let alert = number("alert_threshold"),
      let rollback = number("auto_rollback_threshold"), let window = number("reference_window_size")
    else { return nil }
    return .init(intervalHours: hours, alert: alert, rollback: rollback, window: Int(exactly: window) ?? 1)
  }

  private func version(
    _ version: String, of model: String, in registry: String, digest: String?, _ snapshot: Snapshot
  ) throws -> DesiredVersion {
    let folder = try snapshot.versionFolder(model, version)
    let artifacts = try folder.flatMap { try context.evidence($0).evidence }?.artifacts ?? []
    return DesiredVersion(
      version: version, folder: folder, digest: digest, source: artifacts.isEmpty ? registry : nil,
      artifacts: artifacts.map { .init(path: $0.path.value, sha256: $0.sha256, size: $0.size) })
  }
}
