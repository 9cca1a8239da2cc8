/// One share of a routing.
struct Route: Equatable {
  var weight: Int
  var version: String
  var name: String
}

/// A deployment with its routing.
struct Deployed {
  var deployment: Deployment
  var routes: [Route] = []
  /// Whether the routing stands in the deployment's own file.
  var isInline = false
  var method = "weight"
  var extra = ""

  var path: String { deployment.path }
  /// The path of a routing in its own file.
  var routingPath: String { "deployments/\(deployment.environment)/\(deployment.name)-ab.yaml" }

  /// The routing as YAML.
  var routing: String {
    Fixtures.routing(
      name: "\(deployment.name)-ab", routes: routes.map { (String($0.weight), $0.version, $0.name) }, method: method,
      extra: extra)
  }
}

/// What stands at a commit: the files, and what the generator means by them.
///
/// The files are the truth; after a wild edit the structures are only what good edits start from.
struct World {
  /// Every file by its path.
  var files: [String: String] = [:]
  /// The modes of files that are not regular.
  var modes: [String: String] = [:]
  /// The deployments by path.
  var deployed: [String: Deployed] = [:]
  /// What stood before the last change of a deployment's version.
  var earlier: [String: Deployed] = [:]
  /// The versions of each model whose evidence is good.
  var versions: [String: [String]] = [:]
  /// The repository's policy.
  var policy: PolicyShape?
  /// Counts versions, so that new ones are new.
  var counter = 0

  static let models = ["segmentation", "churn", "ranking"]
  static let environments = ["production", "staging", "dev"]

  /// The state that a chain begins with.
  static func initial(policy: PolicyShape?) -> World {
    var world = World()
    for model in models {
      for version in ["v1.0.0", "v1.1.0", "v1.2.0"] { world.publish(model, version) }
      world.publish(model, "v9.0.0", silhouette: "0.41", isGood: false)
    }
    for (environment, names) in [
      ("production", ["segmentation", "churn"]), ("staging", ["churn", "ranking", "segmentation"]),
      ("dev", ["ranking"]),
    ] {
      for name in names { world.put(Deployed(deployment: deployment(name, environment))) }
    }
    world.files["README.md"] = "models\n"
    if let policy { world.setPolicy(policy) }
    return world
  }

  /// A valid deployment.
  static func deployment(_ name: String, _ environment: String, version: String = "v1.0.0") -> Deployment {
    var made = Deployment(
      name: name, environment: environment, namespace: environment, model: name, version: version,
      endpoint: "/v1/predict/\(name)")
    if environment == "dev" {
      made.required = false
      made.approvers = []
    }
    return made
  }

  /// The digest of a version's artifact, as a manifest names it.
  static func digest(_ version: String) -> String { "sha256:" + hash(version) }

  /// What stands for the hash of a version's artifact.
  static func hash(_ version: String) -> String {
    let hex = version.utf8.map { String($0 % 16, radix: 16) }.joined()
    return String((hex + String(repeating: "0a1b", count: 16)).prefix(64))
  }

  /// A git-lfs pointer.
  static func pointer(_ version: String, size: Int = 123_456) -> String {
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(hash(version))\nsize \(size)\n"
  }

  /// Adds a version's folder.
  mutating func publish(
    _ model: String, _ version: String, silhouette: String = "0.47", latency: String = "\"87ms\"", shadow: Bool = true,
    isGood: Bool = true
  ) {
    let artifact = "[{\"path\": \"model.onnx\", \"sha256\": \"\(Self.hash(version))\", \"size\": 123456}]"
    files[Fixtures.evidencePath(version, model: model)] = Fixtures.evidence(
      version, model: model, silhouette: silhouette, latency: latency, shadow: shadow, artifacts: artifact)
    files["models/\(model)/\(version)/model.onnx"] = Self.pointer(version)
    if isGood { versions[model, default: []].append(version) }
  }

  /// Writes a deployment and its routing.
  mutating func put(_ piece: Deployed) {
    deployed[piece.path] = piece
    modes[piece.path] = nil
    files[piece.path] = piece.deployment.yaml + (piece.routes.isEmpty || !piece.isInline ? "" : "---\n" + piece.routing)
    files[piece.routingPath] = piece.routes.isEmpty || piece.isInline ? nil : piece.routing
  }

  /// Removes a deployment and its routing.
  mutating func remove(_ piece: Deployed) {
    deployed[piece.path] = nil
    files[piece.path] = nil
    files[piece.routingPath] = nil
  }

  /// Writes the repository's policy and people.
  mutating func setPolicy(_ shape: PolicyShape) {
    policy = shape
    files["policies/policy.yaml"] = shape.yaml
    if files["policies/approvers.yaml"] == nil { files["policies/approvers.yaml"] = Fixtures.directory }
  }

  /// The deployments that the structures and the files both have, in order.
  var pieces: [Deployed] { deployed.sorted { $0.key < $1.key }.map(\.value).filter { files[$0.path] != nil } }

  /// The manifests, whatever they hold.
  var manifests: [String: String] {
    files.filter { path, _ in
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 3 && parts[0] == "deployments" && path.hasSuffix(".yaml") && modes[path] == nil
    }
  }

  /// What leads from another state to this one.
  func changes(from old: World) -> Clone.Changes {
    var changes: Clone.Changes = [:]
    for path in old.files.keys where files[path] == nil { changes[path] = .some(nil) }
    for (path, text) in files where old.files[path] != text || old.modes[path] != modes[path] { changes[path] = text }
    return changes
  }
}
