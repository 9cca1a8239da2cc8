import Foundation
import Testing

/// What may lie in an outbox, and what a sink's configuration may say.
@Suite("Relay: outbox and configuration") struct RelayOutboxTests {
  @Test("torn files, links and folders are put aside with a reason, and the others go on") func unfit() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/ok")
    try relay.plant("web", 0..<1)
    let folder = "\(relay.sandbox.host)/mlops/outbox/web"
    let files = FileManager.default
    try Data("{\"specversion\": \"1.0\", \"ty".utf8).write(to: URL(fileURLWithPath: folder + "/torn.json"))
    try Data().write(to: URL(fileURLWithPath: folder + "/empty.json"))
    let secret = try relay.sandbox.write("precious", RelayScene.event("link"))
    try files.createSymbolicLink(atPath: folder + "/link.json", withDestinationPath: secret)
    try files.createDirectory(atPath: folder + "/folder.json", withIntermediateDirectories: true)
    try Data(RelayScene.event("other").utf8).write(to: URL(fileURLWithPath: folder + "/renamed.json"))
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/sly.reason.json"))
    mkfifo(folder + "/pipe.json", 0o600)
    let huge = files.createFile(atPath: folder + "/huge.json", contents: nil)
    #expect(huge && truncate(folder + "/huge.json", (64 << 20) + 1) == 0)
    // What writers have not finished is none of our business.
    try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/.half.json.1.tmp"))
    try relay.plant("web", 2..<3)
    let once = try relay.relay("once")
    #expect(once.status == 1, "somebody should look")
    #expect(try relay.receiver.messages().map(\.id).sorted() == [0, 2].map(RelayScene.id), "\(once.err)")
    let dead = try relay.dead("web")
    let words = [
      "torn": "not whole JSON", "empty": "it is empty", "link": "link", "folder": "no regular file",
      "renamed": "which its name is not", "sly_reason": "not whole JSON", "pipe": "no regular file",
      "huge": "67108865 bytes",
    ]
    #expect(dead.keys.sorted() == words.keys.sorted())
    for (name, word) in words { #expect(dead[name]?.contains(word) == true, "\(name): \(dead[name] ?? "")") }
    #expect(try String(contentsOfFile: secret, encoding: .utf8) == RelayScene.event("link"))
    #expect(try relay.sandbox.eventFiles(sink: "web").isEmpty)
  }

  @Test("an outbox behind a link is not read") func linkedOutbox() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/ok")
    try relay.plant("web", 0..<1)
    let folder = "\(relay.sandbox.host)/mlops/outbox/web"
    try FileManager.default.moveItem(atPath: folder, toPath: relay.sandbox.root + "/moved")
    try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: relay.sandbox.root + "/moved")
    try relay.relay("once")
    #expect(try relay.receiver.messages().isEmpty)
  }

  @Test("`redeliver` sends refused events again, by id or all, with the id they had") func redeliver() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/status/422")
    try relay.plant("web", 0..<3)
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.dead("web").count == 3)
    let missing = try relay.relay("redeliver", "beef")
    #expect(missing.status == 2 && missing.err.contains("`beef`"))
    try relay.sandbox.git(["config", "mlops.sink.web.url", "http://127.0.0.1:\(relay.receiver.port)/ok"])
    #expect(try relay.relay("redeliver", RelayScene.id(1)).status == 0)
    #expect(try relay.relay("once").status == 1, "two are still dead")
    #expect(try relay.receiver.messages("/ok").map(\.id) == [RelayScene.id(1)])
    #expect(try relay.relay("redeliver", "--sink", "web").out.contains("2 events moved back"))
    #expect(try relay.relay("once").status == 0)
    #expect(try relay.receiver.messages("/ok").map(\.id) == [1, 0, 2].map(RelayScene.id))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(relay.sandbox.host)/mlops/outbox/web/dead").isEmpty)
  }

  /// A sink that cannot be served, and what is said.
  struct Nonsense: CustomTestStringConvertible, Sendable {
    var keys: [String: String]
    var words: String
    var testDescription: String { words }
  }

  static let nonsense = [
    Nonsense(keys: ["url": "http://127.0.0.1:9/x"], words: "anybody on the way could read"),
    Nonsense(keys: ["url": "https://user:pw@example.com/"], words: "a user or a password"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "format": "argocd"], words: "which repository Argo CD knows"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "format": "flux"], words: "has no secret"),
    Nonsense(
      keys: ["url": "https://127.0.0.1:9/x", "format": "carrier-pigeon"], words: "`carrier-pigeon`, which is none"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "command": "cat"], words: "both a `url` and a `command`"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "secretFile": "/nonexistent"], words: "cannot be read"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "secretFile": "open-secret"], words: "others than its owner"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "caFile": "/nonexistent"], words: "certificates of"),
    Nonsense(keys: ["environment": "production"], words: "says nowhere to go"),
    Nonsense(keys: ["url": "https://127.0.0.1:9/x", "allowInsecure": "perhaps"], words: "write `true` or `false`"),
  ]

  @Test("a sink that cannot be served says why, and its events stay", arguments: nonsense)
  func refused(_ nonsense: Nonsense) throws {
    let relay = try RelayScene()
    var keys = nonsense.keys
    let open = try relay.secrets("open", "s", mode: 0o644)
    if keys["secretFile"] == "open-secret" { keys["secretFile"] = open }
    try relay.sink("web", keys)
    try relay.plant("web", 0..<1)
    let once = try relay.relay("once")
    #expect(once.status == 1 && once.err.contains(nonsense.words), "\(once.err)")
    let status = try relay.relay("status")
    #expect(status.status == 1 && status.out.contains(nonsense.words), "\(status.out)")
    let test = try relay.relay("test", "web")
    #expect(test.status == 1 && test.err.contains(nonsense.words), "\(test.err)")
    #expect(try relay.sandbox.eventFiles(sink: "web").count == 1)
    #expect(try relay.dead("web").isEmpty)
  }

  @Test("an unknown key is a warning of `status` and of `doctor`") func unknownKey() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/ok", ["secretfle": "/x"])
    let status = try relay.relay("status")
    #expect(status.out.contains("`mlops.sink.web.secretfle` is no key that anybody reads"), "\(status.out)")
    let doctor = try relay.sandbox.mlops(["doctor", "--repo", relay.sandbox.host], in: relay.sandbox.root)
    #expect((doctor.out + doctor.err).contains("`mlops.sink.web.secretfle`"), "\(doctor.out)")
    #expect((doctor.out + doctor.err).contains("no relay runs"), "\(doctor.out)")
  }

  @Test("`test` says what a receiver's answer means") func test() throws {
    let relay = try RelayScene()
    let secret = try relay.secrets("secret", "s3cr3t-canary")
    let argo = ["format": "argocd", "repositoryUrl": "https://git.example.com/models", "secretFile": secret]
    let flux = ["format": "flux", "secretFile": secret]
    let cases: [(String, String, [String: String], String)] = [
      ("a", "/status/400", argo, "`webhook.github.secret`"), ("b", "/nowhere", flux, "status.webhookPath"),
      ("c", "/nowhere", argo, "/api/webhook"),
      ("d", "/status/403", ["secretFile": secret], "the signature was refused"),
      ("e", "/close", [:], "closed the connection"),
    ]
    for (name, path, keys, words) in cases {
      try relay.sink(name, at: path, keys)
      let output = try relay.relay("test", name)
      #expect(output.status == 1 && output.err.contains(words), "\(name): \(output.err)")
      #expect(!(output.out + output.err).contains("s3cr3t"), "\(output.out)\(output.err)")
    }
    try relay.sink("good", at: "/ok", argo)
    let output = try relay.relay("test", "good")
    #expect(output.status == 0 && output.out.contains("Argo CD has queued it"), "\(output.out)\(output.err)")
    let commit = (try relay.receiver.messages("/ok").first?.json["commits"] as? [[String: Any]])?.first
    #expect(commit?["modified"] as? [String] == ["mlops-relay-test"])
    let nobody = try relay.relay("test", "nobody")
    #expect(nobody.status == 2 && nobody.err.contains("it has `a`"), "\(nobody.err)")
    #expect(try relay.relay("test", "good", "--repo", "/nonexistent").status == 2)
  }
}
