import Foundation
import ManifestCore

/// A program that knows how to run models somewhere else: it is called with the operation as its last argument, and reads
/// and writes JSON.
///
/// docs/reconciler.md has the format.
package struct CommandAdapter: TargetAdapter {
  package let endpoint: Targets.Endpoint
  package let servesVersions = true
  package var sharedFolder: String? { endpoint.lease }
  private let scratch: String

  /// What `observe` answers.
  private struct Observation: Decodable {
    struct Deployment: Decodable {
      var versions: [String: Version]
      var routes: RouteTable?
      var settings: String?
    }
    struct Version: Decodable {
      var identity: String?
      var ready: Bool
      var since: Int64?
    }
    var deployments: [String: Deployment]
  }

  private struct Readiness: Decodable { var ready: Bool }

  /// An adapter for an endpoint that has a `command`; `scratch` is a folder for files on their way.
  package init(_ endpoint: Targets.Endpoint, scratch: String) {
    self.endpoint = endpoint
    self.scratch = scratch
  }

  package func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment] {
    let names = JSONValue.array(desired.map { .string($0.name) })
    let answer: Observation = try ask("observe", [("deployments", names)])
    return answer.deployments.mapValues { deployment in
      var seen = ObservedDeployment(
        versions: deployment.versions.mapValues {
          ObservedVersion(identity: $0.identity, isReady: $0.ready, since: $0.since ?? 0)
        }, routes: deployment.routes)
      seen.settings = deployment.settings
      return seen
    }
  }

  package func deploy(
    _ version: DesiredVersion, of deployment: DesiredDeployment, from source: ModelSource, _ fence: Fence
  ) async throws {
    let folder = try Disk.newFolder(in: scratch, for: deployment.name)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await source.fetch(version, of: deployment, to: folder)
    try await fence.guarding {
      try tell(
        "deploy",
        [
          ("deployment", deployment.json), ("version", .string(version.version)),
          ("identity", .string(version.identity)), ("directory", .string(folder)),
        ], fence)
    }
  }

  package func isReady(_ version: String, of deployment: DesiredDeployment) async throws -> Bool {
    let answer: Readiness = try ask(
      "ready", [("deployment", .string(deployment.name)), ("version", .string(version))])
    return answer.ready
  }

  package func route(_ deployment: DesiredDeployment, _ fence: Fence) async throws {
    try await fence.guarding { try tell("route", [("deployment", deployment.json)], fence) }
  }

  package func retire(_ version: String, of name: String, _ fence: Fence) async throws {
    try await fence.guarding {
      try tell("retire", [("deployment", .string(name)), ("version", .string(version))], fence)
    }
  }

  package func remove(_ name: String, _ fence: Fence) async throws {
    try await fence.guarding { try tell("remove", [("deployment", .string(name))], fence) }
  }

  private func tell(_ operation: String, _ pairs: [(String, JSONValue)], _ fence: Fence) throws {
    _ = try call(operation, pairs + [("fencing_token", .number(fence.token))])
  }

  private func ask<Answer: Decodable>(_ operation: String, _ pairs: [(String, JSONValue)]) throws -> Answer {
    let output = try call(operation, pairs)
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(output))
    } catch {
      throw TargetFailure(
        "`\(Text.cut(endpoint.command.first ?? "")) \(operation)` wrote no JSON of the form that is expected",
        fix: "docs/reconciler.md has the form")
    }
  }

  private func call(_ operation: String, _ pairs: [(String, JSONValue)]) throws -> [UInt8] {
    let input = JSONValue.object(
      [
        ("operation", .string(operation)), ("endpoint", .string(endpoint.name)),
        ("environment", .string(endpoint.environment)),
      ] + pairs)
    return try Program.run(
      endpoint.command + [operation], input: Array((input.text + "\n").utf8), seconds: endpoint.readySeconds)
  }
}

extension DesiredDeployment {
  /// The deployment as programs read it.
  package var json: JSONValue {
    let own = table
    return .object([
      ("name", .string(name)), ("namespace", namespace.map { .string($0) } ?? .null), ("path", .string(path)),
      ("registry", .string(registry)), ("model", .string(model)), ("version", .string(version)),
      ("digest", digest.map { .string($0) } ?? .null), ("replicas", .number(replicas)),
      ("resources", .object(resources.map { ($0.name, .string($0.value)) })), ("endpoint", .string(endpoint)),
      ("settings", .string(settings)),
      (
        "routes",
        .object([
          ("version", .string(own.version)),
          (
            "routes",
            .array(
              own.routes.map {
                .object([
                  ("name", $0.name.map { .string($0) } ?? .null), ("version", .string($0.version)),
                  ("weight", .number($0.weight)),
                ])
              })
          ),
          ("method", own.method.map { .string($0) } ?? .null), ("key", own.key.map { .string($0) } ?? .null),
        ])
      ),
    ])
  }
}
