import GitObjects

/// What files have to become for a deployment to serve another version.
struct VersionPlan {
  /// The files that change, with their new content; nil for a file that goes.
  private(set) var files: [[UInt8]: [UInt8]?] = [:]
  /// What is done besides setting the version.
  private(set) var notes: [String] = []
  /// The version that stands before; nil where nothing does.
  private(set) var from: String?

  private let bench: Workbench
  private let standing: Snapshot
  private let environment: String
  private let name: String
  private var editors: [[UInt8]: ManifestEditor] = [:]

  init(bench: Workbench, environment: String, name: String) throws {
    self.bench = bench
    self.environment = environment
    self.name = name
    standing = try bench.standing()
  }

  /// What stands for the deployment now.
  func state() throws -> DeploymentState? {
    guard let state = try standing.deployment(bytes(environment), bytes(name)) else { return nil }
    guard state.isReadable else {
      throw Refused(
        "`\(Text.show(state.path))` cannot be read as it stands",
        fix: "mend it first: `mlops-hook check --all` says what is wrong")
    }
    return state
  }

  /// Sets the version of a deployment that stands, and ends a canary of it.
  mutating func setVersion(_ version: String, artifact: String?) throws {
    guard let state = try state() else { return }
    from = state.deployment?.model.version?.value
    guard from != version else {
      throw Refused(
        "`\(version)` is what `\(Text.show(state.path))` names already",
        fix: state.routings.isEmpty
          ? "propose another version: `--version`" : "its routing may give it more: `--weight`")
    }
    try edit(state.path, state.blob) { editor, document in
      try editor.set(.keys("spec", "model", "version"), of: document, to: version)
    }
    try setDigest(version, state, artifact)
    for routing in state.routings {
      if routing.routing.routes.contains(where: { $0.version.value == version }) {
        try removeRouting(routing, of: state)
        notes.append("the canary of `\(version)` ends: its routing in `\(Text.show(routing.path))` goes")
      } else if let from {
        try follow(routing, from, version)
      }
    }
    try finish()
  }

  /// Routes to the old version lead to the new one.
  private mutating func follow(_ routing: RoutingState, _ old: String, _ new: String) throws {
    let indexes = routing.routing.routes.indices.filter { routing.routing.routes[$0].version.value == old }
    guard !indexes.isEmpty else { return }
    try editRouting(routing) { editor, document in
      for index in indexes {
        try editor.set([.key("spec"), .key("routes"), .index(index), .key("model_version")], of: document, to: new)
      }
    }
    notes.append("the route of `\(old)` in `\(Text.show(routing.path))` leads to `\(new)`")
  }

  /// Gives a version a share of the requests, by a routing.
  mutating func setWeight(_ version: String, to weight: Int) throws {
    guard let state = try state() else {
      throw Refused(
        "`\(name)` does not stand in `\(environment)`, so there is nothing to split",
        fix: "propose it without `--weight` first")
    }
    from = state.deployment?.model.version?.value
    guard let own = from, own != version else {
      throw Refused(
        "`\(version)` is the version that `\(Text.show(state.path))` names: a canary is of another one",
        fix: "name the new version: `--version`")
    }
    guard let routing = state.routings.first else {
      guard weight > 0 else {
        throw Refused(
          "`\(name)` has no routing in `\(environment)`: `\(own)` gets all requests already",
          fix: "give `\(version)` a share: `--weight 10`; or propose it for all requests, without `--weight`")
      }
      return try addRouting(version, own, weight, state)
    }
    let routes = routing.routing.routes
    guard weight > 0 || routes.contains(where: { $0.version.value == version }) else {
      throw Refused(
        "the routing in `\(Text.show(routing.path))` gives `\(version)` nothing already",
        fix: "it splits the requests between \(Text.list(routes.filter { $0.weight > 0 }.map { $0.version.value }))")
    }
    let others = routes.indices.filter { routes[$0].version.value != version && routes[$0].weight > 0 }
    guard others.count <= 1 else {
      throw Refused(
        "the routing in `\(Text.show(routing.path))` gives requests to \(Text.list(others.map { routes[$0].version.value })), so it is not clear whose share changes",
        fix: "end the other canary first, or edit the weights by hand")
    }
    let rest = others.first ?? routes.indices.first { routes[$0].version.value == own }
    guard let rest else {
      throw Refused(
        "the routing in `\(Text.show(routing.path))` has no route to `\(own)`", fix: "edit the routing by hand"
      )
    }
    let endsThere = others.isEmpty || routes[rest].version.value == own
    if weight == 0, endsThere, state.routings.count == 1, routes.contains(where: { $0.version.value == version }) {
      try removeRouting(routing, of: state)
      notes.append("the canary of `\(version)` ends: `\(own)` gets all requests, and the routing goes")
      return try finish()
    }
    let canary =
      routes.indices.first { routes[$0].version.value == version }
      ?? routes.indices.first { $0 != rest && routes[$0].weight == 0 }
    guard let canary else {
      throw Refused(
        "the routing in `\(Text.show(routing.path))` has no route that `\(version)` could take",
        fix: "add a route with weight 0 by hand, or remove the routing")
    }
    try editRouting(routing) { editor, document in
      let base: [NodeStep] = .keys("spec", "routes")
      try editor.set(base + [.index(canary), .key("model_version")], of: document, to: version)
      try editor.set(base + [.index(canary), .key("weight")], of: document, to: String(weight))
      try editor.set(base + [.index(rest), .key("weight")], of: document, to: String(100 - weight))
    }
    try finish()
  }

  private mutating func addRouting(_ version: String, _ own: String, _ weight: Int, _ state: DeploymentState) throws {
    let stem = name + "-canary"
    let path = Snapshot.path(bytes(environment), bytes(stem))
    guard try bench.store.entry(at: path, in: standing.root) == nil, DNSLabel.problem(in: stem) == nil else {
      throw Refused(
        "`\(Text.show(path))` is there already, or is no name that a routing can have",
        fix: "write the ModelRouting by hand")
    }
    files[path] = bytes(
      ManifestTemplate.canary(
        name: stem, namespace: state.deployment?.namespace, standing: own, version: version, weight: weight))
    notes.append("`\(Text.show(path))` splits the requests")
  }

  private mutating func removeRouting(_ routing: RoutingState, of state: DeploymentState) throws {
    let file = routing.file
    guard file.deployment == nil, file.routings.count == 1 else {
      return try editRouting(routing) { editor, document in editor.removeDocument(document) }
    }
    files.updateValue(nil, forKey: routing.path)
  }

  // MARK: Digests

  /// The digest that the manifest names is an artifact's of the old version: it goes with the version.
  private mutating func setDigest(_ version: String, _ state: DeploymentState, _ wanted: String?) throws {
    guard let model = state.deployment?.model, let name = model.name?.value else { return }
    let isRequired = try bench.policies().contains {
      $0.policy.environments[environment]?.digestRequired == true
    }
    guard model.digest != nil || isRequired || wanted != nil else { return }
    let artifacts = try evidence(name, version)?.artifacts ?? []
    let old = try model.version.flatMap { try evidence(name, $0.value)?.artifacts }
    let standing = old?.first { "sha256:" + $0.sha256 == model.digest?.value }?.path.value
    let chosen =
      artifacts.first { $0.path.value == (wanted ?? standing) }
      ?? (wanted == nil && artifacts.count == 1 ? artifacts[0] : nil)
    guard let chosen else {
      // Without evidence there is nothing to choose from, and the gate says so better.
      if artifacts.isEmpty, wanted == nil { return }
      throw Refused(
        "the manifest names the digest of one artifact, and `\(version)` lists \(artifacts.count)",
        fix: "say which: `--artifact \(Text.cut(artifacts.first?.path.value ?? "model.onnx"))`")
    }
    let path: [NodeStep] = .keys("spec", "model")
    try edit(state.path, state.blob) { editor, document in
      if model.digest == nil {
        try editor.insert("digest", "sha256:" + chosen.sha256, behind: "version", of: path, in: document)
      } else {
        try editor.set(path + [.key("digest")], of: document, to: "sha256:" + chosen.sha256)
      }
    }
    notes.append("`spec.model.digest` is that of `\(Text.cut(chosen.path.value))`")
  }

  private func evidence(_ model: String, _ version: String) throws -> Evidence? {
    guard let folder = try standing.versionFolder(model, version) else { return nil }
    return try bench.judgeContext().evidence(folder).evidence
  }

  // MARK: Files

  /// Writes a file of a text that was made elsewhere.
  mutating func write(_ text: [UInt8], stem: String) { files[Snapshot.path(bytes(environment), bytes(stem))] = text }

  /// Edits the deployment's document of a file.
  private mutating func edit(
    _ path: [UInt8], _ blob: ObjectID, _ body: (inout ManifestEditor, Int) throws -> Void
  ) throws {
    try withEditor(path, blob) { editor in
      guard let document = editor.index(of: .deployment) else { return }
      try body(&editor, document)
    }
  }

  private mutating func editRouting(
    _ routing: RoutingState, _ body: (inout ManifestEditor, Int) throws -> Void
  ) throws {
    try withEditor(routing.path, routing.blob) { editor in
      let documents = editor.indexes(of: .routing)
      guard documents.indices.contains(routing.index) else { return }
      try body(&editor, documents[routing.index])
    }
  }

  private mutating func withEditor(
    _ path: [UInt8], _ blob: ObjectID, _ body: (inout ManifestEditor) throws -> Void
  ) throws {
    do {
      var editor =
        try editors[path]
        ?? ManifestEditor(try bench.store.blob(blob, maximum: ManifestFile.maximumBytes).copy)
      try body(&editor)
      editors[path] = editor
    } catch let problem as ManifestEditor.Problem {
      throw Refused("`\(Text.show(path))`: \(problem.message)", fix: problem.fix)
    }
  }

  private mutating func finish() throws {
    for (path, editor) in editors {
      do {
        files[path] = try editor.result()
      } catch {
        throw Refused("`\(Text.show(path))`: \(error.message)", fix: error.fix)
      }
    }
  }
}
