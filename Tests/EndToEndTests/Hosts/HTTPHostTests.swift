import Foundation
import Testing

/// Pushes through real web servers to `git http-backend`, as `docs/install/smart-http.md` says.
@Suite("Hosts: nginx and lighttpd") struct HTTPHostTests {
  /// Lets the hooks note what they know of the password before the gate runs.
  private func watch(_ scene: Scene) throws -> String {
    let seen = scene.sandbox.root + "/seen"
    for hook in ["pre-receive", "post-receive"] {
      try scene.sandbox.wrapHook(hook, "echo \"\(hook) $HTTP_AUTHORIZATION\" >>'\(seen)'\nexec REAL\n")
    }
    return seen
  }

  @Test("whoever gave the password pushes, and the password gets nowhere", arguments: HTTPHost.Kind.allCases)
  func gate(_ kind: HTTPHost.Kind) throws {
    let scene = try Scene()
    let sandbox = scene.sandbox
    guard let host = try HTTPHost(scene, kind, hidesPassword: false) else { return }
    let seen = try watch(scene)
    try scene.expectGate(pusher: "carol")
    for record in try sandbox.audit() {
      let from = record["from"] as? [String: Any]
      #expect(from?["REMOTE_ADDR"] as? String == "127.0.0.1", "\(record)")
    }
    let tip = try scene.clone.tip()
    let worse = Deployment(version: "v9.0.0")
    try scene.clone.commit("Worse", [worse.path: worse.yaml])
    let refused = try host.push(to: host.url(of: "carol"))
    expectRefused(refused, "metric/threshold", exactly: false)

    // A program that is started for a trigger tells what it knows.
    let told = sandbox.root + "/told"
    let tell = "{ echo program; env; cat; } >'\(told).new'; mv '\(told).new' '\(told)'"
    try sandbox.configure("mlops.sink.tell.command", tell)
    try FileManager.default.createDirectory(atPath: sandbox.root + "/triggers", withIntermediateDirectories: true)
    try sandbox.configure("mlops.sink.drop.directory", sandbox.root + "/triggers")
    let promoted = Deployment(version: "v1.2.0")
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml], from: tip)
    expectAccepted(try host.push(to: host.url(of: "carol")))

    let encoded = Data("carol:\(HTTPHost.password)".utf8).base64EncodedString()
    let hooks = try String(contentsOfFile: seen, encoding: .utf8)
    #expect(hooks.contains("pre-receive Basic \(encoded)\n"), "the hook is not told the password: \(hooks)")
    #expect(hooks.contains("post-receive Basic \(encoded)\n"), "the hook is not told the password: \(hooks)")
    #expect(sandbox.eventually(within: 30) { FileManager.default.fileExists(atPath: told) }, "no program was started")
    for secret in [encoded, HTTPHost.password] {
      #expect(!refused.report.text.contains(secret))
      let places = try sandbox.run(["grep", "-rlF", "-e", secret, "host.git", "triggers", "told"], in: sandbox.root)
      #expect(places.err.isEmpty, "\(places.err)")
      #expect(places.out.isEmpty, "the password is in \(places.out)")
    }
  }

  @Test("as the page sets it up no hook is told the password", arguments: HTTPHost.Kind.allCases)
  func hidden(_ kind: HTTPHost.Kind) throws {
    let scene = try Scene()
    guard let host = try HTTPHost(scene, kind) else { return }
    let seen = try watch(scene)
    try scene.clone.commit("Note", ["README.md": "more\n"])
    expectAccepted(try host.push(to: host.url(of: "carol")))
    #expect(try String(contentsOfFile: seen, encoding: .utf8) == "pre-receive \npost-receive \n")
  }

  @Test("the server sends away who has no password, before any hook runs", arguments: HTTPHost.Kind.allCases)
  func unknown(_ kind: HTTPHost.Kind) throws {
    let scene = try Scene()
    guard let host = try HTTPHost(scene, kind) else { return }
    let seen = try watch(scene)
    try scene.clone.commit("Note", ["README.md": "more\n"])
    for url in [host.url(of: nil), host.url(of: "carol", password: "wrong"), host.url(of: "mallory")] {
      let result = try host.push(to: url)
      #expect(result.status != 0 && result.moved.isEmpty && result.report.lines.isEmpty, "\(result.transcript)")
    }
    #expect(!FileManager.default.fileExists(atPath: seen), "a hook ran")
    #expect(try scene.sandbox.audit().isEmpty)
    expectAccepted(try host.push(to: host.url(of: "carol")))
  }

  @Test("a right is that of the password, whatever else a client sends", arguments: HTTPHost.Kind.allCases)
  func rights(_ kind: HTTPHost.Kind) throws {
    let policy = Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [carol]}")
    let scene = try Scene(Fixtures.people(policy: policy))
    guard let host = try HTTPHost(scene, kind, people: ["carol", "dave"]) else { return }
    let rendered = "main:refs/heads/rendered/x"
    let forged = ["Remote-User: carol", "REMOTE_USER: carol", "X-Remote-User: carol", "GL_USERNAME: carol"]
    let refused = try host.push(rendered, to: host.url(of: "dave"), sending: forged)
    expectRefused(refused, "push/malformed")
    #expect(refused.report.text.contains("the pusher is `dave`"), "\(refused.transcript)")
    expectAccepted(try host.push(rendered, to: host.url(of: "carol")))
  }

  @Test("a dry run, and a push that git sends in chunks", arguments: HTTPHost.Kind.allCases)
  func shapes(_ kind: HTTPHost.Kind) throws {
    let scene = try Scene()
    guard let host = try HTTPHost(scene, kind) else { return }
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.clone.git("config", "http.postBuffer", "65536")
    // What does not get smaller when it is packed.
    let noise = (0..<40_000).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }.joined(separator: "\n")
    let promoted = Deployment(version: "v1.1.0")
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml, "noise.txt": noise])
    let dry = try host.push(to: host.url(of: "carol"), options: ["-o", "mlops.dry-run"])
    #expect(dry.status != 0 && dry.moved.isEmpty && dry.report.text.contains("dry run"), "\(dry.transcript)")
    expectAccepted(try host.push(to: host.url(of: "carol")))
    #expect(try scene.sandbox.events().first != nil)
  }
}
