import Foundation
import GitObjects
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// Places that are reconciled together, as a pass does it, with versions that are one small file each.
final class Site {
  /// The places, in the order of a targets file.
  let adapters: [any TargetAdapter]
  private let leases: [String: Lease]
  /// What the file of each version holds, by the version.
  private let contents: [String: String]
  /// Further files of every version, by their names.
  private let more: [String: String]

  init(_ adapters: [any TargetAdapter], contents: [String: String], more: [String: String] = [:]) throws {
    self.adapters = adapters
    self.contents = contents
    self.more = more
    leases = try Dictionary(
      uniqueKeysWithValues: adapters.map {
        ($0.endpoint.name, try Lease.take($0.sharedFolder ?? "", holder: "test", seconds: 60, now: 1000))
      })
  }

  /// A deployment of versions that there are.
  func deployment(
    _ name: String, _ version: String, routes: [DesiredDeployment.Route] = [],
    splitting: DesiredDeployment.Splitting? = nil
  ) throws -> DesiredDeployment {
    var wanted = Wanted.deployment(name, version, routes: routes.map { ($0.version, $0.weight) })
    wanted.routes = routes
    wanted.splitting = splitting
    wanted.versions = try wanted.versions.map {
      let content = try #require(contents[$0.version])
      let hex = try #require(SHA256.hex(Array(content.utf8)))
      return DesiredVersion(
        version: $0.version, folder: ObjectID(hex: hex.prefix(40).utf8), digest: nil,
        artifacts: [.init(path: "model.bin", sha256: hex, size: Int64(content.utf8.count))])
    }
    return wanted
  }

  /// What would be done now.
  func plan(_ deployments: [DesiredDeployment]) async throws -> ReconcilePlan {
    var observed: [String: [String: ObservedDeployment]] = [:]
    for adapter in adapters { observed[adapter.endpoint.name] = try await adapter.observe(deployments) }
    return Planner(
      desired: Wanted.state(deployments), endpoints: adapters.map(\.endpoint), observed: observed,
      record: ReconcileRecord(environment: "production"), now: 1000, allowsMassDelete: true
    ).plan()
  }

  /// Plans and does it; throws the first failure.
  func pass(_ deployments: [DesiredDeployment]) async throws {
    for action in try await plan(deployments).actions {
      guard let adapter = adapters.first(where: { $0.endpoint.name == action.endpoint }),
        let lease = leases[action.endpoint]
      else { continue }
      let deployment = deployments.first { $0.name == action.deployment }
      try await perform(action, deployment, adapter, Fence(lease))
    }
  }

  /// Makes a pass, after which nothing is to be done.
  func reach(_ deployments: [DesiredDeployment]) async throws {
    try await pass(deployments)
    let rest = try await plan(deployments)
    #expect(rest.isEmpty, "\(rest.lines)")
  }

  private func perform(
    _ action: ReconcilePlan.Action, _ deployment: DesiredDeployment?, _ adapter: any TargetAdapter, _ fence: Fence
  ) async throws {
    let version = action.version ?? ""
    switch action.kind {
    case .deploy:
      guard let deployment, let wanted = deployment.versions.first(where: { $0.version == version }) else { return }
      try await adapter.deploy(wanted, of: deployment, from: source(version), fence)
    case .await: if let deployment { #expect(try await adapter.isReady(version, of: deployment)) }
    case .route: if let deployment { try await adapter.route(deployment, fence) }
    case .retire: try await adapter.retire(version, of: action.deployment, fence)
    case .remove: try await adapter.remove(action.deployment, fence)
    }
  }

  private func source(_ version: String) -> ModelSource {
    let files = more.merging(["model.bin": contents[version] ?? ""]) { $1 }
    return ModelSource(registry: .init()) { _, folder in
      for (name, text) in files {
        let path = folder + "/" + name
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
      }
    }
  }
}
