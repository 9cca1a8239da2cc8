import Foundation
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// A real Triton whose models answer with the number in their file.
private final class TritonScene {
  let folder: Folder
  let repository: String
  let url: String
  private let server: Served

  /// What a version brings beside its number.
  static let files = [
    "model.py": NumberModel.triton,
    "config.pbtxt": """
    backend: "python"
    input [ { name: "x" data_type: TYPE_FP64 dims: [ 1 ] } ]
    output [ { name: "y" data_type: TYPE_FP64 dims: [ 1 ] } ]
    """,
  ]

  /// Starts a server; nil where Triton is not installed.
  init?() async throws {
    guard try Served.tool("triton/bin/python") != nil else { return nil }
    folder = try Folder()
    repository = folder.path + "/models"
    try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: true)
    let ports = try Served.ports(3)
    url = "http://127.0.0.1:\(ports[0])"
    let script = URL(fileURLWithPath: #filePath + "/../../../scripts/triton.sh").standardized.path
    server = try Served(
      [
        script, "--model-repository=\(repository)", "--model-control-mode=explicit", "--http-address=127.0.0.1",
        "--http-port=\(ports[0])", "--grpc-address=127.0.0.1", "--grpc-port=\(ports[1])",
        "--metrics-address=127.0.0.1", "--metrics-port=\(ports[2])",
      ], in: folder.path)
    try await server.answers(url + "/v2/health/live")
  }

  // The processes that it runs models in end with it only where it ends by itself.
  deinit { server.stop() }

  func site(_ contents: [String: String], more: [String: String] = [:]) throws -> Site {
    var endpoint = Targets.Endpoint(name: "triton", adapter: .openInference)
    endpoint.path = repository
    endpoint.url = url
    endpoint.server = "triton"
    endpoint.keep = 0
    endpoint.readySeconds = 20
    return try Site(
      [OpenInferenceAdapter(endpoint, now: 1000)], contents: contents, more: Self.files.merging(more) { $1 })
  }

  /// The folders of versions that lie there of a deployment.
  func folders(_ name: String) -> [String] {
    SafeFiles.names(in: repository + "/" + name).filter { Int($0) != nil }.sorted()
  }
}

/// Triton, filled by the operator while it answers.
@Suite("Triton", .serialized) struct TritonTests {
  @Test("a promotion fails no request; versions are numbered, and no number comes twice") func promotion() async throws
  {
    guard let scene = try await TritonScene() else { return }
    let site = try scene.site(["v1.0.0": "1", "v2.0.0": "2", "v3.0.0": "3"])
    try await site.reach([site.deployment("churn", "v1.0.0")])
    let traffic = NumberModel.traffic(scene.url, "churn")
    let split = [
      DesiredDeployment.Route(name: "stable", version: "v1.0.0", weight: 90), .init(version: "v2.0.0", weight: 10),
    ]
    try await site.reach([site.deployment("churn", "v1.0.0", routes: split)])
    #expect(try await NumberModel.ask(scene.url, "churn", "1") == "1.0")
    #expect(try await NumberModel.ask(scene.url, "churn", "2") == "2.0")
    try await site.reach([site.deployment("churn", "v2.0.0")])
    traffic.cancel()
    let answers = await traffic.value
    #expect(answers.count > 3 && Set(answers).isSubset(of: ["1.0", "2.0"]), "\(answers)")
    #expect(try await NumberModel.ask(scene.url, "churn", "1") == nil)
    try await site.reach([site.deployment("churn", "v1.0.0")])
    #expect(try await NumberModel.ask(scene.url, "churn") == "1.0")
    #expect(scene.folders("churn") == ["3"])
    try await site.reach([])
    #expect(try await NumberModel.ask(scene.url, "churn") == nil)
    #expect(!FileManager.default.fileExists(atPath: scene.repository + "/churn"))
  }

  @Test(
    "a version that does not load is taken away with its settings, and the others go on",
    arguments: [
      ("no number", "input [ { name: \"other\" data_type: TYPE_FP64 dims: [ 1 ] } ]", "does not load"),
      ("3", "backend: \"nothing\"", "does not load"), ("3", "backend: {", "is no text of protobuf"),
    ])
  func broken(content: String, configuration: String, words: String) async throws {
    guard let scene = try await TritonScene() else { return }
    let site = try scene.site(["v1.0.0": "1"])
    let good = try site.deployment("churn", "v1.0.0")
    try await site.reach([good])
    let settings = scene.repository + "/churn/config.pbtxt"
    let before = try String(contentsOfFile: settings, encoding: .utf8)
    let evil = try scene.site(["v3.0.0": content], more: ["config.pbtxt": configuration])
    let next = try evil.deployment("churn", "v3.0.0")
    let failure = await #expect(throws: TargetFailure.self) { try await evil.pass([next]) }
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    #expect(try await NumberModel.ask(scene.url, "churn") == "1.0")
    #expect(scene.folders("churn") == ["1"])
    #expect(try String(contentsOfFile: settings, encoding: .utf8) == before)
    #expect(try await site.plan([good]).isEmpty)
  }

  @Test("a server that forgot what lies in its repository is told again") func forgotten() async throws {
    guard let scene = try await TritonScene() else { return }
    let site = try scene.site(["v1.0.0": "1"])
    let churn = try site.deployment("churn", "v1.0.0")
    try await site.reach([churn])
    _ = try await WebClient(scene.url + "/v2/repository/models/churn/unload", allowsInsecure: true).ask("POST")
    // Triton answers before the model has gone.
    for _ in 0..<100 where try await NumberModel.ask(scene.url, "churn") != nil {
      try await Task.sleep(for: .seconds(0.05))
    }
    #expect(try await site.plan([churn]).actions.map(\.reason).contains("it is there and cannot answer"))
    try await site.reach([churn])
    #expect(try await NumberModel.ask(scene.url, "churn") == "1.0")
  }
}
