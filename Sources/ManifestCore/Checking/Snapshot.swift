import GitObjects

/// The repository's state at one root tree: deployments, routings and models found by name.
struct Snapshot {
  static let deploymentsRoot = bytes("deployments")
  static let modelsRoot = bytes("models")
  static let policiesRoot = bytes("policies")
  static let governedRoots = [deploymentsRoot, modelsRoot, policiesRoot]
  static let extensionBytes = bytes(".yaml")

  let root: ObjectID
  let context: JudgeContext

  /// The folder at a path; the empty tree where there is none.
  func folder(_ names: [UInt8]...) throws -> Tree {
    var tree = try context.store.tree(root)
    for name in names {
      guard let entry = tree.entry(named: name), entry.mode == .folder else { return .empty() }
      tree = try context.store.tree(entry.id)
    }
    return tree
  }

  /// The folder of an environment; empty where there is none.
  func environment(_ environment: [UInt8]) throws -> Tree { try folder(Self.deploymentsRoot, environment) }

  /// The names of all environments.
  func environments() throws -> [[UInt8]] {
    try folder(Self.deploymentsRoot).entries.filter { $0.mode == .folder }.map(\.name)
  }

  /// The name of a manifest's file without its extension; nil for a file of another name.
  static func stem(_ fileName: [UInt8]) -> [UInt8]? {
    guard fileName.count > extensionBytes.count, fileName.suffix(extensionBytes.count).elementsEqual(extensionBytes)
    else {
      return nil
    }
    return Array(fileName.dropLast(extensionBytes.count))
  }

  /// The path of a manifest.
  static func path(_ environment: [UInt8], _ stem: [UInt8]) -> [UInt8] {
    joined(deploymentsRoot, environment, stem + extensionBytes)
  }

  /// The path of a version's folder.
  static func versionPath(_ model: String, _ version: String) -> [UInt8] {
    joined(modelsRoot, bytes(model), bytes(version))
  }

  /// The tree of a version's folder; nil where it is not there.
  ///
  /// Names compare by canonical equivalence: a manifest may spell a model's name decomposed.
  func versionFolder(_ model: String, _ version: String) throws -> ObjectID? {
    let models = try folder(Self.modelsRoot)
    var found = models.entry(named: bytes(model))
    if found == nil, !model.utf8.allSatisfy({ $0 < 0x80 }) {
      found = models.entries.first { String(validating: $0.name, as: UTF8.self) == model }
    }
    guard let found, found.mode == .folder else { return nil }
    guard let entry = try context.store.tree(found.id).entry(named: bytes(version)), entry.mode == .folder else {
      return nil
    }
    return entry.id
  }

  /// The manifest's entry of a stem in an environment's folder.
  func entry(_ environment: Tree, _ stem: [UInt8]) -> TreeEntry? {
    environment.entry(named: stem + Self.extensionBytes)
  }

  // MARK: Deployments and their routings

  /// What stands for one deployment; nil where neither a deployment nor an unreadable file has that name.
  func deployment(_ environment: [UInt8], _ name: [UInt8]) throws -> DeploymentState? {
    let tree = try self.environment(environment)
    guard let entry = entry(tree, name) else { return nil }
    let file = try context.manifest(entry)
    guard file.deployment != nil || !file.isReadable && file.routings.isEmpty else { return nil }
    var routings = file.routings.enumerated().map {
      RoutingState(path: Self.path(environment, name), blob: entry.id, index: $0, routing: $1, file: file)
    }
    for candidate in tree.entries(withPrefix: name + [UInt8(ascii: "-")]) {
      guard let stem = Self.stem(candidate.name), candidate.mode == .file else { continue }
      let other = try context.manifest(candidate)
      guard other.deployment == nil, !other.routings.isEmpty, try owner(of: stem, in: tree) == name else { continue }
      routings += other.routings.enumerated().map {
        RoutingState(path: Self.path(environment, stem), blob: candidate.id, index: $0, routing: $1, file: other)
      }
    }
    return DeploymentState(
      environment: environment, name: name, blob: entry.id, file: file, deployment: file.deployment, routings: routings)
  }

  /// The deployment that a routing file belongs to: the longest prefix of its stem that ends there or before a `-` and
  /// names a deployment.
  func owner(of stem: [UInt8], in tree: Tree) throws -> [UInt8]? {
    var end = stem.count
    while end > 0 {
      let candidate = Array(stem[..<end])
      if let entry = entry(tree, candidate), try isDeployment(entry) { return candidate }
      guard let dash = stem[..<end].lastIndex(of: UInt8(ascii: "-")) else { return nil }
      end = dash
    }
    return nil
  }

  /// The names of the deployments that a file may belong to, by its own name alone.
  static func possibleOwners(of stem: [UInt8]) -> [[UInt8]] {
    [stem] + stem.indices.filter { stem[$0] == UInt8(ascii: "-") }.map { Array(stem[..<$0]) }
  }

  /// Whether a file holds a deployment.
  ///
  /// One that cannot be read might.
  func isDeployment(_ entry: TreeEntry) throws -> Bool {
    let file = try context.manifest(entry)
    return file.deployment != nil || !file.isReadable && file.routings.isEmpty
  }
}
