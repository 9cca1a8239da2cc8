import Foundation
import Testing

/// From a push to its receiver.
@Suite("Relay") struct RelayTests {
  @Test("a push wakes the relay; PyPI's parser reads the event, and each secret has signed it") func push() throws {
    let python = try TestTool.cloudevents.orSkip()
    let relay = try RelayScene()
    let new = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let old = "an old secret, in words"
    try relay.sink("web", at: "/ok", ["secretFile": try relay.secrets("secrets", new, old)])
    // No sweep comes in time: it is the hook that wakes.
    let running = try relay.start("--interval", "3600", "--log-format", "json")
    #expect(
      relay.sandbox.eventually { FileManager.default.fileExists(atPath: relay.sandbox.host + "/mlops/relay.bell") })
    usleep(300_000)
    let tip = try relay.promote()
    #expect(try relay.sandbox.eventually { try !relay.receiver.messages().isEmpty })
    let message = try #require(try relay.receiver.messages().first)
    #expect(message.headers["content-type"] == "application/cloudevents+json; charset=UTF-8")
    #expect((message.json["data"] as? [String: Any])?["after"] as? String == tip)
    #expect(try relay.sandbox.eventually { try relay.sandbox.eventFiles(sink: "web").isEmpty })
    kill(running.pid, SIGTERM)
    let output = try running.wait(seconds: 20)
    #expect(output.status == 0, "\(output.err)")
    for line in output.err.split(separator: "\n") {
      #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
    }
    #expect(!output.err.contains("MfKQ9r8G") && !output.err.contains(old), "a secret is in the log")
    guard let python else { return }
    let checked = try relay.sandbox.run(
      [
        python, Receiver.scripts + "/check_cloudevent.py", relay.receiver.folder + "/received.jsonl", new, old, "wrong",
      ],
      in: relay.sandbox.root)
    #expect(checked.out == "\(message.id) 2\n", "\(checked.err)")
  }

  @Test("Debian's `webhook` checks the signatures for Argo CD and Flux itself") func webhook() throws {
    guard let program = try TestTool.webhook.orSkip() else { return }
    let relay = try RelayScene()
    let root = relay.sandbox.root
    let got = try relay.sandbox.write("got.sh", "#!/bin/sh\nprintf '%s\\n' \"$2\" >>'\(root)'/\"$1\"\n")
    chmod(got, 0o755)
    func hook(_ id: String, _ header: String) -> String {
      """
      {"id": "\(id)", "execute-command": "\(got)", "include-command-output-in-response": false,
       "pass-arguments-to-command": [{"source": "string", "name": "\(id)"}, {"source": "entire-payload"}],
       "trigger-rule-mismatch-http-response-code": 403,
       "trigger-rule": {"match": {"type": "payload-hmac-sha256", "secret": "5ecret",
                                  "parameter": {"source": "header", "name": "\(header)"}}}}
      """
    }
    let hooks = try relay.sandbox.write(
      "hooks.json", "[\(hook("argo", "X-Hub-Signature-256")), \(hook("flux", "X-Signature"))]")
    let port = try relay.sandbox.freePort()
    let server = try relay.sandbox.start(
      [program, "-hooks", hooks, "-ip", "127.0.0.1", "-port", "\(port)"], in: root)
    defer { kill(server.pid, SIGKILL) }
    let secret = try relay.secrets("secret", "5ecret", "older")
    let wrong = try relay.secrets("wrong", "guessed")
    func sink(_ name: String, _ id: String, _ format: String, _ file: String) throws {
      try relay.sink(
        name,
        [
          "url": "http://127.0.0.1:\(port)/hooks/\(id)", "allowInsecure": "true", "format": format, "secretFile": file,
          "repositoryUrl": "https://git.example.com/ml/models",
        ])
    }
    try sink("argo", "argo", "argocd", secret)
    try sink("flux", "flux", "flux", secret)
    try sink("liar", "argo", "argocd", wrong)
    let base = relay.scene.base
    let tip = try relay.promote()
    #expect(relay.sandbox.eventually { (try? relay.relay("test", "flux").status) == 0 })
    try? FileManager.default.removeItem(atPath: root + "/flux")
    let once = try relay.relay("once")
    #expect(once.status == 1, "the liar's secret is refused: \(once.err)")
    #expect(try relay.lastError("liar").contains("500"), "webhook answers 500 to a wrong signature")
    #expect(try relay.sandbox.eventFiles(sink: "liar").count == 1)
    func payload(_ name: String) throws -> [String: Any] {
      #expect(relay.sandbox.eventually { FileManager.default.fileExists(atPath: root + "/" + name) })
      let data = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
      return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
    let push = try payload("argo")
    #expect(push["ref"] as? String == "refs/heads/main" && push["before"] as? String == base)
    #expect(push["after"] as? String == tip)
    let repository = push["repository"] as? [String: String]
    #expect(repository == ["html_url": "https://git.example.com/ml/models", "default_branch": "main"])
    let commits = push["commits"] as? [[String: Any]]
    #expect(commits?.count == 1 && commits?.first?["modified"] as? [String] == [Deployment().path], "\(push)")
    #expect(commits?.first?["added"] as? [String] == [] && commits?.first?["removed"] as? [String] == [])
    let flat = try payload("flux")
    #expect(flat["environments"] as? [String] == ["production"] && flat["paths"] as? [String] == [Deployment().path])
    let model = (flat["models"] as? [[String: String]])?.first
    #expect(
      model == [
        "name": "segmentation", "version": "v1.1.0", "environment": "production", "action": "promote",
      ], "\(flat)")
  }

  @Test("where no relay runs, the hook starts one round of `mlops.relay`, and does not wait for it") func started()
    throws
  {
    let relay = try RelayScene()
    try relay.sandbox.configure("mlops.relay", GitSandbox.products + "/mlops-relay")
    try relay.sink("web", at: "/ok")
    try relay.sink("slow", ["command": "sleep 5"])
    try relay.sink("program", ["command": "cat > \(relay.sandbox.root)/received"])
    let start = Date()
    try relay.promote()
    #expect(Date().timeIntervalSince(start) < 4)
    #expect(try relay.sandbox.eventually { try relay.receiver.messages().count == 1 })
    #expect(relay.sandbox.eventually { FileManager.default.fileExists(atPath: relay.sandbox.root + "/received") })
  }

  @Test("folder and command sinks are served by the same queue; a command that fails is tried again") func local()
    throws
  {
    let relay = try RelayScene()
    let drop = relay.sandbox.root + "/drop"
    try relay.sink("files", ["directory": drop])
    try relay.sink("program", ["command": "test -e \(relay.sandbox.root)/ready && cat >> \(relay.sandbox.root)/got"])
    try relay.plant("files", 0..<3)
    try relay.plant("program", 0..<3)
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.lastError("files").contains(drop))
    #expect(try relay.lastError("program").contains("ended with 1"))
    try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: true)
    try relay.sandbox.write("ready", "")
    try relay.relay("redeliver")
    #expect(try relay.relay("once").status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: drop).sorted() == (0..<3).map { RelayScene.id($0) + ".json" })
    let got = try String(contentsOfFile: relay.sandbox.root + "/got", encoding: .utf8)
    #expect(got == (0..<3).map { RelayScene.event(RelayScene.id($0)) }.joined(), "in order")
  }

  @Test("a hanging sink holds no other, order is kept, and SIGTERM leaves what was not delivered") func hanging() throws
  {
    let relay = try RelayScene()
    for name in ["hang1", "hang2", "hang3"] { try relay.sink(name, at: "/hang/\(name)") }
    try relay.sink("stuck", ["command": "sleep 50"])
    try relay.sink("good", at: "/ok")
    for name in ["hang1", "hang2", "hang3", "stuck", "good"] { try relay.plant(name, 0..<100) }
    let running = try relay.start("--metrics-address", "127.0.0.1:0")
    #expect(try relay.sandbox.eventually(within: 10) { try relay.receiver.messages("/ok").count == 100 })
    #expect(try relay.receiver.messages("/ok").map(\.id) == (0..<100).map(RelayScene.id))
    kill(running.pid, SIGTERM)
    let output = try running.wait(seconds: 25)
    #expect(output.status == 0, "\(output.err)")
    for name in ["hang1", "hang2", "hang3", "stuck"] {
      #expect(try relay.sandbox.eventFiles(sink: name).count == 100, "\(name) lost something")
    }
  }

  @Test("a relay finds repositories that come later, and says how it is") func scan() throws {
    let relay = try RelayScene()
    let root = relay.sandbox.root
    let port = try relay.sandbox.freePort()
    let running = try relay.start("--scan", root, "--interval", "1", "--metrics-address", "127.0.0.1:\(port)")
    let other = root + "/team/later.git"
    try relay.sandbox.git(["init", "--quiet", "--bare", "--template=", other], in: root)
    try relay.sandbox.git(["config", "mlops.sink.web.url", "http://127.0.0.1:\(relay.receiver.port)/ok"], in: other)
    try relay.sandbox.git(["config", "mlops.sink.web.allowInsecure", "true"], in: other)
    try relay.sandbox.run(["mkdir", "-p", "-m", "700", other + "/mlops/outbox/web"], in: root)
    try relay.sandbox.run(
      ["cp", "/dev/stdin", other + "/mlops/outbox/web/\(RelayScene.id(1)).json"], in: root,
      input: Array(RelayScene.event(RelayScene.id(1)).utf8))
    #expect(try relay.sandbox.eventually { try relay.receiver.messages().count == 1 })
    func get(_ path: String) throws -> String {
      let script = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:\(port)\(path)').read().decode())"
      return try relay.sandbox.run(["python3", "-c", script], in: root).out
    }
    #expect(try get("/healthz") == "ok\n\n")
    let labels = "{repository=\"\(other)\",sink=\"web\"}"
    #expect(try relay.sandbox.eventually { try get("/metrics").contains("mlops_relay_pending\(labels) 0") })
    let metrics = try get("/metrics")
    #expect(metrics.contains("mlops_relay_delivered_total\(labels) 1"), "\(metrics)")
    #expect(metrics.contains("mlops_relay_repositories 2"), "\(metrics)")
    try relay.sandbox.run(["rm", "-rf", other], in: root)
    #expect(try relay.sandbox.eventually { try get("/metrics").contains("mlops_relay_repositories 1") })
    kill(running.pid, SIGINT)
    #expect(try running.wait(seconds: 20).status == 0)
  }
}
