import GitObjects

/// The manifest of a deployment that is new in its environment.
struct NewManifest {
  let bench: Workbench
  let request: Propose.Request

  /// Its text: as it stands elsewhere, or from a template.
  func text(_ version: String, from source: String?) throws -> [UInt8] {
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
}
