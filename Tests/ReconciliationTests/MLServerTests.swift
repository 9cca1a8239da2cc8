import Foundation
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// A real MLServer whose models answer with the number in their file.
private final class MLServerScene {
  let folder: Folder
  let repository: String
  let url: String
  private let program: String
  private let ports: [Int]
  private(set) var server: Served

  /// Starts a server; nil where MLServer is not installed.
  init?() async throws {
    guard let program = try Served.tool("mlserver/bin/mlserver") else { return nil }
    self.program = program
    folder = try Folder()
    repository = folder.path + "/models"
    ports = try Served.ports(3)
    url = "http://127.0.0.1:\(ports[0])"
    for name in ["/models", "/runtime", "/metrics"] {
      try FileManager.default.createDirectory(atPath: folder.path + name, withIntermediateDirectories: true)
    }
    try NumberModel.mlserver.write(toFile: folder.path + "/runtime/numbered.py", atomically: false, encoding: .utf8)
    try """
    {"host": "127.0.0.1", "http_port": \(ports[0]), "grpc_port": \(ports[1]), "metrics_port": \(ports[2]),
     "parallel_workers": 0, "metrics_dir": "\(folder.path)/metrics"}
    """.write(toFile: repository + "/settings.json", atomically: false, encoding: .utf8)
    server = try Self.start(program, folder)
    try await server.answers(url + "/v2/health/live")
  }

  private static func start(_ program: String, _ folder: Folder) throws -> Served {
    try Served(
      [program, "start", folder.path + "/models"], environment: ["PYTHONPATH": folder.path + "/runtime"],
      in: folder.path)
  }

  /// Begins anew after the server has ended.
  func restart() async throws {
    server = try Self.start(program, folder)
    try await server.answers(url + "/v2/health/live")
  }

  func site(_ contents: [String: String], more: [String: String] = [:], readySeconds: Int = 20) throws -> Site {
    var endpoint = Targets.Endpoint(name: "mlserver", adapter: .openInference)
    endpoint.path = repository
    endpoint.url = url
    endpoint.server = "mlserver"
    endpoint.implementation = "numbered.Number"
    endpoint.keep = 0
    endpoint.readySeconds = readySeconds
    return try Site([OpenInferenceAdapter(endpoint, now: 1000)], contents: contents, more: more)
  }

  /// What a version answers; nil where it does not.
  func ask(_ name: String, _ version: String? = nil) async throws -> String? {
    try await NumberModel.ask(url, name, version)
  }

  /// The folders that lie there of a deployment, and that are not hidden.
  func folders(_ name: String) -> [String] {
    SafeFiles.names(in: repository + "/" + name).filter { !$0.hasPrefix(".") }
  }
}

/// MLServer, filled by the operator while it answers.
@Suite("MLServer", .serialized) struct MLServerTests {
  @Test("a promotion fails no request; the old version goes, and then the deployment") func promotion() async throws {
    guard let scene = try await MLServerScene() else { return }
    let site = try scene.site(["v1.0.0": "1", "v2.0.0": "2"])
    try await site.reach([site.deployment("churn", "v1.0.0")])
    // Asked without a version all the while, and v2.0.0 by its name once it is there.
    let traffic = NumberModel.traffic(scene.url, "churn")
    try await site.reach([site.deployment("churn", "v2.0.0")])
    #expect(try await scene.ask("churn", "v2.0.0") == "2.0")
    traffic.cancel()
    let answers = await traffic.value
    #expect(answers.count > 3 && Set(answers).isSubset(of: ["1.0", "2.0"]), "\(answers)")
    #expect(try await scene.ask("churn", "v1.0.0") == nil)
    #expect(scene.folders("churn") == ["v2.0.0"])
    try await site.reach([])
    #expect(try await scene.ask("churn") == nil)
    #expect(!FileManager.default.fileExists(atPath: scene.repository + "/churn"))
  }

  @Test("a version that does not load is taken away, and the others go on", arguments: ["no number", "never"])
  func broken(content: String) async throws {
    guard let scene = try await MLServerScene() else { return }
    let site = try scene.site(["v1.0.0": "1", "v2.0.0": "2", "v3.0.0": content], readySeconds: 1)
    let split = [
      DesiredDeployment.Route(name: "stable", version: "v1.0.0", weight: 90), .init(version: "v2.0.0", weight: 10),
    ]
    let good = try site.deployment("churn", "v1.0.0", routes: split)
    try await site.reach([good])
    let next = try site.deployment("churn", "v3.0.0")
    let failure = await #expect(throws: TargetFailure.self) { try await site.pass([next]) }
    #expect(
      failure?.message.contains("it was taken away again, and `v1.0.0` and `v2.0.0` go on") == true,
      "\(failure?.message ?? "")")
    for (version, number) in [("v1.0.0", "1.0"), ("v2.0.0", "2.0")] {
      #expect(try await scene.ask("churn", version) == number)
    }
    #expect(scene.folders("churn") == ["v1.0.0", "v2.0.0"])
    #expect(try await scene.ask("churn", "v3.0.0") == nil)
    #expect(try await site.plan([good]).isEmpty)
  }

  @Test("a server killed in the middle of a load: the next pass brings it up") func killed() async throws {
    guard let scene = try await MLServerScene() else { return }
    try await scene.site(["v1.0.0": "1"]).reach([scene.site(["v1.0.0": "1"]).deployment("churn", "v1.0.0")])
    let server = scene.server
    let slow = try scene.site(["v1.0.0": "1", "v2.0.0": "slow"])
    let next = try slow.deployment("churn", "v2.0.0")
    let killer = Task.detached { [repository = scene.repository, server = Unchecked(server)] in
      while !SafeFiles.isFolder(repository + "/churn/v2.0.0") { try await Task.sleep(for: .seconds(0.01)) }
      try await Task.sleep(for: .seconds(0.2))
      server.value.end()
    }
    let failure = await #expect(throws: TargetFailure.self) { try await slow.pass([next]) }
    try await killer.value
    #expect(failure?.message.contains("`v2.0.0` of `churn` does not load") == true, "\(failure?.message ?? "")")
    // With no server nothing is known, and nothing is done.
    let down = await #expect(throws: TargetFailure.self) { try await slow.plan([next]) }
    #expect(down?.message.contains("there is no connection") == true, "\(down?.message ?? "")")
    #expect(scene.folders("churn") == ["v1.0.0"])
    try await scene.restart()
    let site = try scene.site(["v1.0.0": "1", "v2.0.0": "2"])
    try await site.reach([site.deployment("churn", "v2.0.0")])
    #expect(try await scene.ask("churn") == "2.0")
  }

  @Test("a server that forgot what lies in its repository is told again") func forgotten() async throws {
    guard let scene = try await MLServerScene() else { return }
    let site = try scene.site(["v1.0.0": "1"])
    let churn = try site.deployment("churn", "v1.0.0")
    try await site.reach([churn])
    _ = try await WebClient(scene.url + "/v2/repository/models/churn/unload", allowsInsecure: true).ask("POST")
    #expect(try await site.plan([churn]).actions.map(\.reason).contains("it is there and cannot answer"))
    try await site.reach([churn])
    #expect(try await scene.ask("churn", "v1.0.0") == "1.0")
  }

  @Test("settings of a version's own are kept, but for the names; another model's are refused") func settings()
    async throws
  {
    guard let scene = try await MLServerScene() else { return }
    let own =
      #"{"implementation": "numbered.Number", "name": "x", "parameters": {"uri": "./model.bin", "extra": {"a": 1e3}}}"#
    let site = try scene.site(["v1.0.0": "7"], more: ["model-settings.json": own])
    try await site.reach([site.deployment("churn", "v1.0.0")])
    #expect(try await scene.ask("churn", "v1.0.0") == "7.0")
    let text = try String(contentsOfFile: scene.repository + "/churn/v1.0.0/model-settings.json", encoding: .utf8)
    #expect(text.contains(#""extra": {"a": 1e3}"#) && text.contains(#""name": "churn""#), "\(text)")
    let evil = try scene.site(["v1.0.0": "8"], more: ["deep/model-settings.json": #"{"name": "churn"}"#])
    let ranker = try evil.deployment("ranker", "v1.0.0")
    let failure = await #expect(throws: TargetFailure.self) {
      try await evil.pass([evil.deployment("churn", "v1.0.0"), ranker])
    }
    #expect(failure?.message.contains("would be a model of its own") == true, "\(failure?.message ?? "")")
    #expect(try await scene.ask("churn", "v1.0.0") == "7.0")
  }
}

/// Carries a value to another task where the test sees to it that only one uses it.
private struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
