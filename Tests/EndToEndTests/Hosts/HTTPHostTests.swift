import Foundation
import Testing

/// Smart HTTP: `git-http-backend` behind real web servers, with git as the client.
@Suite("Hosts: smart HTTP") struct HTTPHostTests {
  @Test("the gate judges pushes over HTTP, and knows who pushed", arguments: HTTPHost.Server.allCases)
  func pushes(server: HTTPHost.Server) throws {
    let scene = try Scene()
    guard let host = try HTTPHost(server, scene.sandbox) else { return }
    try scene.clone.git("remote", "set-url", "origin", host.address())
    try scene.expectGate(pusher: HTTPHost.user)
    let tip = try scene.clone.tip()

    // A dry run, by a push option, in JSON.
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.clone.commit(Fixtures.approved("Worse"), [Deployment().path: Deployment(version: "v9.0.0").yaml])
    let dry = try scene.clone.push("main", options: ["-o", "mlops.dry-run"])
    #expect(dry.status != 0 && dry.transcript.contains("dry run: the push would be refused"), "\(dry.transcript)")
    #expect(dry.report.checks == ["metric/threshold"], "\(dry.transcript)")
    expectRefused(try scene.clone.push(), "metric/threshold", at: Deployment().path)
    #expect(try scene.sandbox.tip("refs/heads/main") == tip)

    // What came from whom: no file of ours holds the password, in whatever form it was sent.
    let audit = try scene.sandbox.audit()
    #expect(audit.allSatisfy { ($0["from"] as? [String: Any])?["REMOTE_ADDR"] as? String == "127.0.0.1" }, "\(audit)")
    for file in try FileManager.default.subpathsOfDirectory(atPath: scene.sandbox.host + "/mlops") {
      guard let data = FileManager.default.contents(atPath: scene.sandbox.host + "/mlops/" + file) else { continue }
      let text = String(decoding: data, as: UTF8.self)
      #expect(!text.contains(HTTPHost.password) && !text.contains(HTTPHost.credentials), "\(file)")
    }
    for line in dry.report.lines { #expect(!line.contains(HTTPHost.password) && !line.contains(HTTPHost.credentials)) }
  }

  @Test("who is not let in by the web server is not judged", arguments: HTTPHost.Server.allCases)
  func strangers(server: HTTPHost.Server) throws {
    let scene = try Scene()
    guard let host = try HTTPHost(server, scene.sandbox) else { return }
    #expect(try host.code(credentials: HTTPHost.credentials) == "200")
    let manifest = Deployment(version: "v1.1.0")
    try scene.clone.commit(Fixtures.approved("Promote"), [manifest.path: manifest.yaml])
    for address in [
      host.address(password: "wrong"), host.address(user: "omar"), "http://127.0.0.1:\(host.port)/git/host.git",
    ] {
      try scene.clone.git("remote", "set-url", "origin", address)
      let pushed = try scene.clone.push()
      #expect(pushed.status != 0 && pushed.moved.isEmpty, "\(address): \(pushed.transcript)")
    }
    #expect(try scene.sandbox.audit().isEmpty && scene.sandbox.events().isEmpty)
  }

  @Test("a branch that only one login may move is moved by nobody else, whatever a client says of itself")
  func reserved() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [render-bot]}")))
    guard let host = try HTTPHost(.nginx, scene.sandbox) else { return }
    try scene.clone.git("remote", "set-url", "origin", host.address())
    let tip = try scene.clone.commit("Render", ["README.md": "rendered\n"], on: "rendered")
    let options = [
      "-c", "http.extraHeader=Remote-User: render-bot", "-c", "http.extraHeader=X-Remote-User: render-bot",
      "-c", "http.extraHeader=REMOTE_USER: render-bot",
    ]
    let pushed = try scene.sandbox.run(
      ["git"] + options + ["push", "--porcelain", "origin", "\(tip):refs/heads/rendered/main"], in: scene.clone.path,
      environment: ["REMOTE_USER": "render-bot", "GL_USER": "render-bot"])
    #expect(pushed.status != 0 && pushed.err.contains("[push/malformed]"), "\(pushed.err)")
    #expect(try scene.sandbox.tip("refs/heads/rendered/main") == nil)
  }
}
