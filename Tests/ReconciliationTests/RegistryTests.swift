import Foundation
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// Registries: where a version's files are looked for, and how long.
@Suite("Registry") struct RegistryTests {
  private func copy(_ model: String, from registry: String, in folder: Folder) async throws {
    var deployment = Wanted.deployment("churn")
    (deployment.model, deployment.registry) = (model, registry)
    let target = folder.path + "/out"
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    try await RegistryCopy(source: .init()).copy("v1.0.0", of: deployment, to: target)
  }

  @Test(
    "a model's name leads nowhere but below the registry",
    arguments: ["%2e%2e", "..%2fsecret", "..", ".", "a/b", "a\\b", "a?b", "a#b", "a\u{1}b", ""])
  func names(model: String) async throws {
    let folder = try Folder()
    for name in ["reg/v1.0.0", "reg/team-a", "reg/secret/v1.0.0"] {
      try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
    }
    for name in ["v1.0.0", "secret/v1.0.0"] {
      try "not yours".write(toFile: "\(folder.path)/reg/\(name)/model.bin", atomically: false, encoding: .utf8)
    }
    for registry in ["file://\(folder.path)/reg/team-a", "https://127.0.0.1:1/reg/team-a/", "s3://reg/team-a"] {
      let failure = await #expect(throws: TargetFailure.self) { try await copy(model, from: registry, in: folder) }
      #expect(failure?.message.contains("cannot be read from a registry") == true, "\(failure?.message ?? "")")
    }
    #expect(try Disk.files(folder.path + "/out").isEmpty)
  }

  @Test("no InferenceService is rendered with an address that leads elsewhere") func rendered() throws {
    var deployment = Wanted.deployment("churn")
    deployment.model = "%2e%2e"
    let render = KServeRender(options: .init(modelFormat: "onnx"))
    let refused = #expect(throws: Refused.self) { _ = try render.files(of: Wanted.state([deployment])) }
    #expect(
      refused?.reasons.contains { $0.message.contains("cannot be read from a registry") } == true,
      "\(refused?.reasons ?? [])")
    deployment.model = "churn"
    let files = try render.files(of: Wanted.state([deployment]))
    #expect(files.first?.text.contains("s3://models/churn/v1.0.0") == true)
  }

  @Test("a name of other letters is one part of the path, and one of the address") func letters() throws {
    let place = try RegistryPlace("v1.0.0+b.1", of: "Größe ä b", in: "https://host/reg/")
    #expect(place.text == "https://host/reg/Größe ä b/v1.0.0+b.1")
    #expect(place.address == "https://host/reg/Gr%C3%B6%C3%9Fe%20%C3%A4%20b/v1.0.0%2Bb.1")
    #expect(try RegistryPlace("v1", of: "a", in: "file://localhost/srv").folder == "/srv/a/v1")
    #expect(try RegistryPlace("v1", of: "a", in: "file:///srv/../etc").folder == nil)
    #expect(try RegistryPlace("v1", of: "a", in: "file://other/srv").folder == nil)
  }

  @Test("a version's folder that is a link is not followed; an empty one is told") func link() async throws {
    let folder = try Folder()
    let files = FileManager.default
    try files.createDirectory(atPath: folder.path + "/reg/churn", withIntermediateDirectories: true)
    try files.createDirectory(atPath: folder.path + "/secret", withIntermediateDirectories: true)
    try "key".write(toFile: folder.path + "/secret/key.pem", atomically: false, encoding: .utf8)
    let path = folder.path + "/reg/churn/v1.0.0"
    try files.createSymbolicLink(atPath: path, withDestinationPath: folder.path + "/secret")
    let registry = "file://\(folder.path)/reg"
    let linked = await #expect(throws: TargetFailure.self) { try await copy("churn", from: registry, in: folder) }
    #expect(linked?.message.contains("is no folder itself") == true, "\(linked?.message ?? "")")
    try files.removeItem(atPath: path)
    try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    let empty = await #expect(throws: TargetFailure.self) { try await copy("churn", from: registry, in: folder) }
    #expect(empty?.message.contains("holds no file") == true, "\(empty?.message ?? "")")
    #expect(try Disk.files(folder.path + "/out").isEmpty)
  }

  @Test("a server that drips is given up, and so is what nobody waits for; nothing stays of the file") func drip()
    async throws
  {
    guard let server = try await ServedNginx({ _ in "limit_rate 1k;" }) else { return }
    try String(repeating: "x", count: 1 << 20).write(
      toFile: server.folder.path + "/root/model", atomically: false, encoding: .utf8)
    let address = try WebAddress(server.url + "/model", allowsInsecure: true)
    let target = server.folder.path + "/model"
    var impatient = Download(maximum: 1 << 30)
    impatient.patience = 1
    let download = impatient
    let failure = await #expect(throws: HTTPFailure.self) { try await download.fetch(address, to: target) }
    #expect(
      failure?.kind == .time && failure?.message.contains("less than 16384 a second") == true, "\(failure as Any)")
    #expect(SafeFiles.kind(target) == .nothing)
    let task = Task { try await Download(maximum: 1 << 30).fetch(address, to: target) }
    while SafeFiles.kind(target) == .nothing { try await Task.sleep(for: .seconds(0.01)) }
    task.cancel()
    await #expect(throws: HTTPFailure.self) { try await task.value }
    #expect(SafeFiles.kind(target) == .nothing)
  }
}
