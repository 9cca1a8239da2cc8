import Foundation
import GitObjects

@testable import ManifestCore
@testable import Reconciliation

/// A folder of its own, removed at the end.
final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "mlops-reconciliation-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Numbers that a seed repeats.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

/// Deployments as tests want them.
enum Wanted {
  static let tree = ObjectID(hex: String(repeating: "a", count: 40).utf8) ?? .zero

  static func deployment(
    _ name: String, _ version: String = "v1.0.0", routes: [(String, Int)] = [], artifacts: Bool = true
  ) -> DesiredDeployment {
    var names = [version]
    for route in routes where route.1 > 0 && !names.contains(route.0) { names.append(route.0) }
    return DesiredDeployment(
      name: name, namespace: nil, path: "deployments/production/\(name).yaml", registry: "s3://models/", model: name,
      version: version, digest: nil, replicas: 1, resources: [], endpoint: "/\(name)",
      routes: routes.map { .init(name: nil, version: $0.0, weight: $0.1) }, splitting: nil, drift: nil,
      versions: names.map {
        DesiredVersion(
          version: $0, folder: tree, digest: nil,
          artifacts: artifacts
            ? [.init(path: "model.bin", sha256: SHA256.hex(Array("model \($0)".utf8)) ?? "", size: 12)] : [])
      })
  }

  static func state(_ deployments: [DesiredDeployment], unreadable: [(String, String)] = []) -> DesiredState {
    DesiredState(
      environment: "production", commit: tree, deployments: deployments,
      unreadable: unreadable.map { (name: $0.0, reason: $0.1) })
  }

  /// A source whose every version holds the one file that its evidence lists.
  static func source(version: @escaping @Sendable () -> String) -> ModelSource {
    ModelSource(registry: .init()) { _, folder in
      try "model \(version())".write(toFile: folder + "/model.bin", atomically: false, encoding: .utf8)
    }
  }
}

/// A directory endpoint with what changes it.
struct Place {
  let folder: String
  var endpoint: Targets.Endpoint
  let lease: Lease

  init(_ folder: String) throws {
    self.folder = folder
    endpoint = Targets.Endpoint(name: "disk", adapter: .directory)
    endpoint.path = folder
    endpoint.readySeconds = 1
    lease = try Lease.take(folder, holder: "test", seconds: 60, now: 1000)
  }

  var adapter: DirectoryAdapter { DirectoryAdapter(endpoint, now: 1000) }

  /// What would be done now.
  func plan(_ desired: DesiredState, massDelete: Bool = true) async throws -> ReconcilePlan {
    Planner(
      desired: desired, endpoints: [endpoint], observed: ["disk": try await adapter.observe(desired.deployments)],
      record: ReconcileRecord(environment: "production"), now: 1000, allowsMassDelete: massDelete
    ).plan()
  }

  /// Does what a plan says.
  func apply(_ plan: ReconcilePlan, _ desired: DesiredState) async throws {
    for action in plan.actions {
      let deployment = desired.deployments.first { $0.name == action.deployment }
      let version = action.version ?? ""
      switch action.kind {
      case .deploy:
        guard let deployment, let wanted = deployment.versions.first(where: { $0.version == version }) else { continue }
        try await adapter.deploy(wanted, of: deployment, from: Wanted.source { version }, Fence(lease))
      case .await: if let deployment { _ = try await adapter.isReady(version, of: deployment) }
      case .route: if let deployment { try await adapter.route(deployment, Fence(lease)) }
      case .retire: try await adapter.retire(version, of: action.deployment, Fence(lease))
      case .remove: try await adapter.remove(action.deployment, Fence(lease))
      }
    }
  }
}
