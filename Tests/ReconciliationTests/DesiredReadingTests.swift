import Foundation
import Testing

@testable import ManifestCore

/// What should run, read out of a copy of a real repository.
@Suite("Desired state") struct DesiredReadingTests {
  private static let names = ["blog", "churn", "fraud", "ranking", "search"]

  /// A bare repository with some deployments, one that cannot be read, and a routing.
  private func repository() throws -> Folder {
    let folder = try Folder()
    var stream = "commit refs/heads/main\ncommitter Jun Sato <jun@example.com> 1700000000 +0000\ndata 5\nBegin\n"
    func add(_ path: String, _ content: String) {
      stream += "M 100644 inline \(path)\ndata \(content.utf8.count)\n\(content)\n"
    }
    for name in Self.names { add("deployments/production/\(name).yaml", Self.manifest(name)) }
    add("deployments/production/broken.yaml", "kind: [\n")
    add("deployments/production/churn-routing.yaml", Self.routing)
    for version in ["v1.0.0", "v1.1.0"] {
      add("models/churn/\(version)/metadata.json", #"{"name": "churn", "version": "\#(version)", "metrics": {}}"#)
    }
    try git(["init", "-q", "--bare", "-b", "main", "."], in: folder.path)
    try git(["fast-import", "--quiet"], in: folder.path, input: stream)
    return folder
  }

  private static func manifest(_ name: String) -> String {
    """
    apiVersion: mlops/v1
    kind: ModelDeployment
    metadata: {name: \(name), annotations: {team: \(name)-people}}
    spec:
      model: {registry: "s3://ml-models/company/", name: \(name), version: v1.0.0}
      environment: production
      serving: {replicas: 3, resources: {cpu: "2", memory: 4Gi}, inference_endpoint: /v1/\(name)}
      promotion_criteria: {shadow_test_passed: true, evaluation_metrics: {accuracy: ">0.5"}, approval_required: false}

    """
  }

  private static let routing = """
    apiVersion: mlops/v1
    kind: ModelRouting
    metadata: {name: churn-routing}
    spec:
      traffic_splitting: {method: header, header_name: x-variant}
      routes:
        - {name: stable, model_version: v1.0.0, weight: 90}
        - {name: canary, model_version: v1.1.0, weight: 10}

    """

  private func git(_ arguments: [String], in folder: String, input: String = "") throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardInput = pipe
    try process.run()
    pipe.fileHandleForWriting.write(Data(input.utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test("parts that are read side by side are the whole, in its order", arguments: 1...9)
  func parts(_ count: Int) async throws {
    let remote = try repository()
    let clone = try OperatorClone(
      remote: remote.path, folder: remote.path + "/copy.git", ref: nil, policy: nil, context: .live())
    let tip = try clone.fetch()
    let state = try await clone.desired("production", at: tip.commit, of: tip.ref, readers: count)
    #expect(state.deployments.map(\.name) == Self.names && state.unreadable.map(\.name) == ["broken"])
    let whole = try await clone.desired("production", at: tip.commit, of: tip.ref, readers: 1)
    #expect(state.deployments == whole.deployments && state.commit == tip.commit)
  }

  @Test("what a manifest and its routing say beside what is judged is read with them") func rest() async throws {
    let remote = try repository()
    let clone = try OperatorClone(
      remote: remote.path, folder: remote.path + "/copy.git", ref: nil, policy: nil, context: .live())
    let tip = try clone.fetch()
    let state = try await clone.desired("production", at: tip.commit, of: tip.ref, readers: 2)
    let churn = try #require(state.deployments.first { $0.name == "churn" })
    #expect(churn.replicas == 3 && churn.annotations == [.init(name: "team", value: "churn-people")])
    #expect(churn.resources.map(\.name) == ["cpu", "memory"] && churn.endpoint == "/v1/churn")
    #expect(churn.versions.map(\.version) == ["v1.0.0", "v1.1.0"] && churn.versions.allSatisfy { $0.folder != nil })
    #expect(churn.splitting == .init(method: "header", key: "x-variant"))
  }

  @Test("a commit that calls itself a rollback is one where it took the version away") func disguised() async throws {
    let remote = try repository()
    func commit(_ version: String) throws {
      let manifest = Self.manifest("blog").replacingOccurrences(of: "v1.0.0", with: version)
      let message = "Rollback: blog v2.0.0 -> v1.0.0\n\nTo: production\nDrift-Score: 0.4\n"
      let content = "M 100644 inline deployments/production/blog.yaml\ndata \(manifest.utf8.count)\n\(manifest)\n"
      let head = "commit refs/heads/main\ncommitter Jun Sato <jun@example.com> 1700000001 +0000\n"
      try git(
        ["fast-import", "--quiet"], in: remote.path,
        input: head + "data \(message.utf8.count)\n\(message)from refs/heads/main^0\n" + content)
    }
    // Neither one from before the version came, nor the one that brings it.
    try commit("v1.5.0")
    try commit("v2.0.0")
    let clone = try OperatorClone(
      remote: remote.path, folder: remote.path + "/copy.git", ref: nil, policy: nil, context: .live())
    func found() async throws -> String? {
      let tip = try clone.fetch()
      let state = try await clone.desired("production", at: tip.commit, of: tip.ref, readers: 1)
      let blog = try #require(state.deployments.first { $0.name == "blog" })
      return try clone.rollback(of: "v2.0.0", blog, in: "production", at: tip.commit.hex, of: tip.ref)
    }
    #expect(try await found() == nil)
    try commit("v1.0.0")
    let tip = try clone.fetch().commit.hex
    #expect(try await found() == tip)
  }
}
