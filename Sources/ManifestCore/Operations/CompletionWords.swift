import GitObjects

/// The words that a shell completes with: what stands on the protected line, as it was last fetched.
public enum CompletionWords {
  /// What is to be completed.
  public enum Kind: Sendable {
    /// The names of checks.
    case checks
    /// Folders of `models/`.
    case models
    /// The names of deployments.
    case deployments
    /// What can be deployed, or is: models and deployments.
    case deployables
    /// Folders of `deployments/`.
    case environments
    /// The branches of proposals.
    case proposals
  }

  /// All words of a kind, sorted; none where they cannot be told, since whoever presses a key wants no message.
  public static func all(_ kind: Kind, path: String, context: HookContext) -> [String] {
    let words = try? read(kind, path: path, context: context)
    // A shell cuts at line ends and would show what moves the cursor.
    return Array(Set(words ?? [])).filter { !$0.unicodeScalars.contains(where: Text.isHarmful) }.sorted()
  }

  private static func read(_ kind: Kind, path: String, context: HookContext) throws -> [String] {
    if kind == .checks { return CheckName.allCases.map(\.rawValue) }
    let line = try PastLine.open(path: path, ref: nil, context: context)
    let snapshot = try line.judgeContext().snapshot(line.store.links(line.tip).tree)
    switch kind {
    case .checks: return []
    case .models: return try models(snapshot)
    case .deployments: return try deployments(snapshot)
    case .deployables: return try models(snapshot) + deployments(snapshot)
    case .environments: return try texts(snapshot.environments())
    case .proposals:
      let branches = try Workbench(line, path: path, context: context).proposalBranches()
      return texts(branches.map { Workbench.short($0.name) })
    }
  }

  private static func models(_ snapshot: Snapshot) throws -> [String] {
    try texts(snapshot.folder(Snapshot.modelsRoot).entries.filter { $0.mode == .folder }.map(\.name))
  }

  private static func deployments(_ snapshot: Snapshot) throws -> [String] {
    try snapshot.environments().flatMap { environment in
      let files = try snapshot.environment(environment).entries.filter { $0.mode == .file }
      return try texts(files.filter(snapshot.isDeployment).compactMap { Snapshot.stem($0.name) })
    }
  }

  /// Names that can be typed.
  private static func texts(_ names: [[UInt8]]) -> [String] {
    names.compactMap { String(validating: $0, as: UTF8.self) }
  }
}
