import Foundation
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// Places that others use too: another environment, or somebody by hand.
@Suite("Shared places", .serialized) struct SharedPlaceTests {
  @Test("an environment sees, changes and removes in a directory what it put there itself") func directory()
    async throws
  {
    let folder = try Folder()
    var (staging, production) = (try Place(folder.path), try Place(folder.path))
    (staging.endpoint.environment, production.endpoint.environment) = ("staging", "production")
    let churn = Wanted.state([Wanted.deployment("churn")])
    try await staging.apply(staging.plan(churn), churn)
    #expect(try await production.plan(Wanted.state([])).isEmpty)
    let next = Wanted.state([Wanted.deployment("churn", "v2.0.0")])
    let failure = await #expect(throws: TargetFailure.self) { try await production.apply(production.plan(next), next) }
    #expect(
      failure?.message.contains("holds a deployment of the environment `staging`") == true, "\(failure?.message ?? "")")
    let ranker = Wanted.state([Wanted.deployment("ranker")])
    try await production.apply(production.plan(ranker), ranker)
    #expect(try await production.plan(ranker).isEmpty)
    #expect(try await staging.plan(churn).isEmpty)
    try await staging.apply(staging.plan(Wanted.state([])), Wanted.state([]))
    #expect(SafeFiles.kind(folder.path + "/churn") == .nothing && SafeFiles.isFolder(folder.path + "/ranker/versions"))
    try await production.apply(production.plan(next), next)
    #expect(try await production.plan(next).isEmpty)
  }

  /// A server that has whatever it is told to load; `v9.9.9` breaks its connection.
  private func server(_ environment: String) async throws -> (ServedNginx, Site)? {
    let places = """
      location ~ /versions/v9.9.9/ready { return 444; }
      location / { return 200; }
      """
    guard let server = try await ServedNginx({ _ in places }) else { return nil }
    return (server, try site(server, environment))
  }

  private func site(_ server: ServedNginx, _ environment: String) throws -> Site {
    var endpoint = Targets.Endpoint(name: "server", adapter: .openInference)
    (endpoint.path, endpoint.url, endpoint.server) = (server.folder.path + "/models", server.url, "mlserver")
    (endpoint.implementation, endpoint.environment, endpoint.keep) = ("x.Y", environment, 0)
    return try Site(
      [OpenInferenceAdapter(endpoint, now: 1000)], contents: ["v1.0.0": "1", "v2.0.0": "2", "v9.9.9": "9"])
  }

  @Test("a version that answers nonsense is not ready, and hides no other") func hostile() async throws {
    guard let (server, site) = try await server("production") else { return }
    let good = try site.deployment("churn", "v1.0.0")
    try await site.reach([good])
    let bad = try site.deployment("churn", "v9.9.9").versions[0]
    let path = server.folder.path + "/models/churn/v9.9.9"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try VersionMarker.write(path, bad, now: 1000)
    let seen = try await site.adapters[0].observe([good])
    #expect(seen["churn"]?.versions["v1.0.0"]?.isReady == true && seen["churn"]?.versions["v9.9.9"]?.isReady == false)
    try await site.reach([good])
    #expect(SafeFiles.kind(path) == .nothing)
  }

  @Test("what somebody put into a server's repository by hand is neither replaced nor taken away") func foreign()
    async throws
  {
    guard let (server, site) = try await server("production") else { return }
    let models = server.folder.path + "/models"
    for name in ["churn/v1.0.0", "churn/v0.1.0", "theirs/v1.0.0"] {
      try FileManager.default.createDirectory(atPath: "\(models)/\(name)", withIntermediateDirectories: true)
      try "by hand".write(toFile: "\(models)/\(name)/model.bin", atomically: false, encoding: .utf8)
    }
    let failure = await #expect(throws: TargetFailure.self) {
      try await site.pass([site.deployment("churn", "v1.0.0")])
    }
    #expect(failure?.message.contains("was put there by somebody else") == true, "\(failure?.message ?? "")")
    try await site.reach([site.deployment("churn", "v2.0.0")])
    // Another environment has nothing to do with it.
    let other = try self.site(server, "staging")
    try await other.reach([])
    let taken = await #expect(throws: TargetFailure.self) {
      try await other.pass([other.deployment("churn", "v2.0.0")])
    }
    #expect(taken?.message.contains("of the environment `production`") == true, "\(taken?.message ?? "")")
    try await site.reach([])
    #expect(SafeFiles.kind(models + "/churn/v2.0.0") == .nothing)
    for name in ["churn/v1.0.0", "churn/v0.1.0", "theirs/v1.0.0"] {
      #expect(try String(contentsOfFile: "\(models)/\(name)/model.bin", encoding: .utf8) == "by hand", "\(name)")
    }
  }

  @Test(
    "settings of a version that lead out of its folder are refused",
    arguments: ["/etc/passwd", "../v2/model.bin", "a/../../b", "https://example.com/m", "file:m", "~/m", "a\\\\b"])
  func settings(uri: String) throws {
    let folder = try Folder()
    let churn = Wanted.deployment("churn")
    func prepare(_ uri: String, _ key: String) throws {
      let text = "{\"implementation\": \"x.Y\", \"parameters\": {\"\(key)\": \"\(uri)\"}}"
      try text.write(toFile: folder.path + "/model-settings.json", atomically: false, encoding: .utf8)
      try MLServerSettings.prepare(folder.path, churn.versions[0], of: churn, implementation: nil)
    }
    for key in ["uri", "environment_tarball"] {
      let failure = #expect(throws: TargetFailure.self) { try prepare(uri, key) }
      #expect(failure?.message.contains("leads out of the version's folder") == true, "\(failure?.message ?? "")")
    }
    for fine in [".", "./model.bin", "a/model..bin"] { try prepare(fine, "uri") }
  }
}
