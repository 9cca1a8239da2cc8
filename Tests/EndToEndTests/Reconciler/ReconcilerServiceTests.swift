import Foundation
import Testing

/// `mlops-reconciler run`: triggers, what it tells about itself, and how it ends.
@Suite("Reconciler: service") struct ReconcilerServiceTests {
  private func until(_ words: String, seconds: Double = 20, _ done: () throws -> Bool) throws {
    let end = Date() + seconds
    while try !done() {
      guard Date() < end else { throw SceneError("not within \(seconds) s: \(words)") }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  private func curl(_ place: ReconcilerScene, _ arguments: String...) throws -> Output {
    try place.scene.sandbox.run(["curl", "--silent", "--noproxy", "*", "--max-time", "5"] + arguments, in: "/")
  }

  private func start(_ place: ReconcilerScene, _ more: String...) throws -> Running {
    try place.scene.sandbox.start(
      [
        "\(GitSandbox.products)/mlops-reconciler", "run", "--environment", "production", "--state", place.state,
        "--repository", place.scene.sandbox.host, "--targets", place.targets, "--interval", "3600",
      ] + more, in: place.scene.sandbox.root)
  }

  @Test("a port that somebody else has ends it before anything is done") func taken() throws {
    let place = try ReconcilerScene()
    let port = try place.scene.sandbox.freePort()
    let other = try place.scene.sandbox.start(
      ["python3", "-m", "http.server", "--bind", "127.0.0.1", "\(port)"], in: place.scene.sandbox.root)
    defer { kill(other.pid, SIGKILL) }
    try until("the other one listens") { try curl(place, "http://127.0.0.1:\(port)/").status == 0 }
    let running = try start(place, "--http", "127.0.0.1:\(port)")
    defer { kill(running.pid, SIGKILL) }
    let end = try running.wait()
    expectNotDone(end, status: 2, "cannot listen on `127.0.0.1:\(port)`", "hint: use another port")
    #expect(place.current == nil)
  }

  @Test("what was not done when it was told to stop is not told as well") func stopped() throws {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try place.retarget(
      "ready_seconds: 5",
      "ready_seconds: 600\n          health: {command: [/bin/sh, -c, 'test -e \(place.scene.sandbox.root)/well']}")
    try place.scene.promote("v1.1.0")
    let running = try start(place)
    defer { kill(running.pid, SIGKILL) }
    try until("the new version is asked") { place.current == "v1.1.0" }
    kill(running.pid, SIGTERM)
    #expect(try running.wait().status == 0)
    let status = try place.reconciler("status")
    #expect(!status.out.contains("v1.1.0: ok"), "\(status.out)")
    try place.scene.sandbox.write("well", "")
    #expect(try place.reconciler("once").status == 0)
    #expect(try place.reconciler("status").out.contains("segmentation v1.1.0: ok"))
  }

  @Test("a trigger in a folder or over HTTP makes a pass at once; SIGTERM ends it well") func service() throws {
    let place = try ReconcilerScene()
    let sandbox = place.scene.sandbox
    let port = try sandbox.freePort()
    let secret = try sandbox.write("secret", "s3cret\n")
    chmod(secret, 0o600)
    try sandbox.configure("mlops.sink.local.directory", sandbox.root + "/triggers")
    try FileManager.default.createDirectory(atPath: sandbox.root + "/triggers", withIntermediateDirectories: true)
    let running = try sandbox.start(
      [
        "\(GitSandbox.products)/mlops-reconciler", "run", "--environment", "production", "--state", place.state,
        "--repository", sandbox.host, "--targets", place.targets, "--interval", "3600", "--http", "127.0.0.1:\(port)",
        "--trigger-secret-file", secret, "--trigger-directory", sandbox.root + "/triggers", "--publish",
      ], in: sandbox.root)
    defer { kill(running.pid, SIGKILL) }
    try until("the first version") { place.current == "v1.0.0" }
    let base = "http://127.0.0.1:\(port)"
    try until("well") { try curl(place, base + "/healthz").out == "ok\n" }

    // post-receive writes the event into the folder, and nothing else tells the operator of the push.
    try place.scene.promote("v1.1.0")
    try until("the version that was pushed") { place.current == "v1.1.0" }

    try place.scene.promote("v1.2.0")
    try until("taken") { place.current == "v1.2.0" }
    try sandbox.git(["config", "--remove-section", "mlops.sink.local"])
    expectDone(
      try place.scene.jun.mlops("rollback", "segmentation", "--env", "production", "--reason", "x", "--push"))
    #expect(try curl(place, "-o", "/dev/null", "-w", "%{http_code}", "-d", "{}", base + "/trigger").out == "401")
    let mac = try sandbox.run(
      ["sh", "-c", "printf '{}' | openssl dgst -sha256 -hmac s3cret -r | cut -d' ' -f1"], in: "/"
    ).out.trimmingCharacters(in: .whitespacesAndNewlines)
    let signed = try curl(
      place, "-o", "/dev/null", "-w", "%{http_code}", "-d", "{}", "-H", "X-Hub-Signature-256: sha256=\(mac)",
      base + "/trigger")
    #expect(signed.out == "202", "\(signed.out)\(signed.err)")
    try until("the version that was rolled back to") { place.current == "v1.1.0" }

    let metrics = try curl(place, base + "/metrics").out
    #expect(metrics.contains("mlops_reconciler_deployments{status=\"ok\"} 1"), "\(metrics)")
    #expect(metrics.contains("mlops_reconciler_actions_total{action=\"route\"}"), "\(metrics)")
    let status = try JSONSerialization.jsonObject(with: Data(curl(place, base + "/status.json").standardOutput))
    #expect((status as? [String: Any])?["well"] as? Bool == true, "\(status)")
    #expect(try curl(place, "-o", "/dev/null", "-w", "%{http_code}", base + "/nowhere").out == "404")

    try until("published") {
      try sandbox.run(["git", "show", "refs/mlops-observed/production:observed.json"], in: sandbox.host)
        .out.contains("\"version\": \"v1.1.0\"")
    }
    expectDone(
      try sandbox.mlops(["status"], in: sandbox.host), "    running   v1.1.0 ok since ",
      "\nobserved\n  production: last pass ")
    // A second one with the same state is refused while this one lives.
    expectNotDone(try place.reconciler("once"), status: 2, "another reconciler works with")
    kill(running.pid, SIGTERM)
    let end = try running.wait(seconds: 20)
    #expect(end.status == 0, "\(end.err)")
    #expect(!end.err.contains("s3cret"))
    #expect(try place.reconciler("once").status == 0, "its lease was given back")
  }
}
