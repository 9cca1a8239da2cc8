import Foundation
import Testing

/// What runs, beside what is declared.
@Suite("Status of what runs") struct StatusObservedTests {
  private static let ref = "refs/mlops-observed/production"

  private func text(_ seconds: Int) -> String {
    ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  private var now: Int { Int(Date().timeIntervalSince1970) }

  /// What a reconciler writes.
  private func observed(
    _ deployments: [String], passed: Int, environment: String = "production", more: String = "\"error\": null"
  ) -> String {
    """
    {"schema": 1, "environment": "\(environment)", "ref": "refs/heads/main", "applied": "\(String(repeating: "c", count: 40))",
     "passed": "\(text(passed))", "well": true, \(more), "deployments": [\(deployments.joined(separator: ", "))]}
    """
  }

  private func deployment(
    _ name: String = "segmentation", _ version: String = "v1.0.0", status: String = "ok", error: String = "null",
    drift: String = "null"
  ) -> String {
    """
    {"name": "\(name)", "version": "\(version)", "status": "\(status)", "since": "2026-10-21T09:00:00Z", "failures": 0,
     "error": \(error), "drift": \(drift)}
    """
  }

  /// Puts a commit with a file on the host's ref by hand.
  private func put(
    _ scene: Scene, _ content: String, ref: String = ref, name: String = "observed.json", mode: String = "100644"
  ) throws {
    let git = scene.sandbox
    let blob = try git.git(["hash-object", "-w", "--stdin"], input: Array(content.utf8))
    let tree = try git.git(["mktree"], input: Array("\(mode) blob \(blob)\t\(name)\n".utf8))
    try git.git(["update-ref", ref, try git.git(["commit-tree", "-m", "Observe", tree])])
  }

  private func status(_ scene: Scene, _ arguments: String..., in folder: String? = nil) throws -> Output {
    try scene.sandbox.mlops(["status"] + arguments, in: folder ?? scene.sandbox.host)
  }

  @Test("version, state, drift and errors of what runs stand beside what is declared") func beside() throws {
    let churn = Deployment(name: "churn", endpoint: "/v1/churn")
    let late = Deployment(name: "late", endpoint: "/v1/late")
    let scene = try Scene(Fixtures.people(more: [churn.path: churn.yaml, late.path: late.yaml]))
    #expect(try !status(scene).out.contains("observed"))
    let passed = now - 60
    let drift = """
      {"version": "v1.0.0", "score": 1e-05, "measured": "2026-10-21T09:00:00Z", "error": null}
      """
    let other = """
      {"version": "v0.9.0", "score": 0.5, "measured": "2026-10-21T09:00:00Z", "error": null}
      """
    try put(
      scene,
      observed(
        [
          deployment(drift: drift),
          deployment("churn", "v0.9.9", status: "failed", error: "\"the server died\"", drift: "null"),
          deployment("gone", "v0.9.1", drift: other),
        ], passed: passed))
    let output = try status(scene)
    expectDone(
      output, "    running   v1.0.0 ok since 2026-10-21T09:00:00Z, drift 1e-05\n",
      "    running   v0.9.9 failed since 2026-10-21T09:00:00Z\n", "              the server died\n",
      "    running   nothing was observed\n", "\nobserved\n  production: last pass \(text(passed)), at cccccccccc\n",
      "    gone runs undeclared: v0.9.1 ok since 2026-10-21T09:00:00Z\n")
    #expect(!output.out.contains("hour ago"), "\(output.out)")

    let asked = try PastAsked(scene.sandbox, ["status"], in: scene.sandbox.host)
    let running = asked.list("deployments").map { $0["running"] as? [String: Any] }
    #expect(running.map { $0?["version"] as? String } == ["v0.9.9", nil, "v1.0.0"], "\(asked.transcript)")
    #expect(running.last??["drift"] as? Double == 1e-05 && running.last??["status"] as? String == "ok")
    let told = asked.list("observed").first
    #expect(told?["environment"] as? String == "production" && told?["old"] as? Bool == false)
    #expect(told?["passed"] as? String == text(passed) && told?["problem"] is NSNull)
    #expect(told?.list("deployments").map { $0["name"] as? String } == ["segmentation", "churn", "gone"])
  }

  @Test("a pass of more than an hour ago is said, and so is a commit that got past the gate") func old() throws {
    let scene = try Scene()
    let refused = "\"refused\": {\"commit\": \"\(String(repeating: "d", count: 40))\", \"problems\": []}"
    try put(scene, observed([deployment()], passed: now - 3700, more: refused))
    expectDone(
      try status(scene), "(seen more than an hour ago)", "which is more than an hour ago",
      "dddddddddd got past the gate and is not applied")
    let asked = try PastAsked(scene.sandbox, ["status"], in: scene.sandbox.host)
    #expect(asked.list("observed").first?["old"] as? Bool == true, "\(asked.transcript)")
  }

  @Test(
    "what cannot be read is said, and what is declared is told all the same",
    arguments: [
      ("{", "is not what a reconciler writes: line 1"), ("[]", "it is no object"), ("{\"schema\": 2}", "of a schema"),
      ("{\"schema\": 1, \"environment\": \"staging\", \"deployments\": []}", "is of another environment"),
      ("{\"schema\": 1, \"environment\": \"production\"}", "lists no deployments"),
      (
        "{\"schema\": 1, \"environment\": \"production\", \"deployments\": [{\"name\": \"a\", \"status\": \"gone\"}]}",
        "with an unknown status"
      ), ("{\"schema\": 1, \"error\": \"\\u001b[31m\"}", "the escape of `U+001B` is a control character"),
      ("{\"schema\": 1, \"error\": \"\u{1b}[31m\"}", "is not what a reconciler writes"),
      (String(repeating: " ", count: (8 << 20) + 1), "bytes, more than 8388608"),
    ]) func unreadable(content: String, words: String) throws
  {
    let scene = try Scene()
    try put(scene, content)
    let output = try status(scene)
    expectDone(output, "observed\n  production: cannot be told: ", words, "segmentation in production\n")
    #expect(!output.out.contains("running "), "\(output.out)")
    let asked = try PastAsked(scene.sandbox, ["status"], in: scene.sandbox.host)
    #expect((asked.list("observed").first?["problem"] as? String)?.contains(words) == true, "\(asked.transcript)")
    #expect(asked.list("deployments").first?["running"] == nil, "\(asked.transcript)")
  }

  @Test("a ref without that file, or with a link in its place, is said") func otherTrees() throws {
    let scene = try Scene()
    try put(scene, "{}", name: "other.json")
    expectDone(try status(scene), "the commit holds no file `observed.json`")
    try put(scene, "/etc/passwd", mode: "120000")
    expectDone(try status(scene), "the commit holds no file `observed.json`")
    try scene.sandbox.git(["update-ref", Self.ref, try scene.sandbox.git(["rev-parse", "main^{tree}"])])
    expectDone(try status(scene), "the ref leads to no commit")
  }

  @Test("a clone knows what was fetched, and the gate lets a reconciler push it") func pushed() throws {
    let scene = try Scene()
    let content = observed([deployment()], passed: now)
    let commit = try scene.clone.commit("Observe", ["observed.json": content], on: "seen", orphan: true)
    expectAccepted(try scene.clone.push("\(commit):\(Self.ref)"))
    let inClone = scene.clone.path
    #expect(try !status(scene, in: inClone).out.contains("running"))
    expectDone(try status(scene, "--fetch", in: inClone), "    running   v1.0.0 ok since", "\nobserved\n")
    expectDone(try status(scene, in: inClone), "    running   v1.0.0 ok since")
    // It is replaced, not built upon; and one that is gone is gone here too.
    let next = try scene.clone.commit(
      "Observe", ["observed.json": observed([deployment(status: "progressing")], passed: now)], on: "next", orphan: true
    )
    expectAccepted(try scene.clone.push("+\(next):\(Self.ref)"))
    expectDone(try status(scene, "--fetch", in: inClone), "    running   v1.0.0 progressing since")
    expectAccepted(try scene.clone.push(":\(Self.ref)"))
    #expect(try !status(scene, "--fetch", in: inClone).out.contains("observed"))
    expectRefused(try scene.clone.push("\(commit):refs/mlops/observed"), "push/malformed", at: "refs/mlops/observed")
  }

  @Test("only the named pushers move it where the policy reserves it") func reserved() throws {
    let policy = Fixtures.policy("reserved_refs: {\"refs/mlops-observed/*\": [reconciler]}")
    let scene = try Scene(Fixtures.people(policy: policy))
    let commit = try scene.clone.commit("Observe", ["observed.json": "{}"], on: "seen", orphan: true)
    expectRefused(
      try scene.clone.push(["\(commit):\(Self.ref)"], environment: ["GL_USERNAME": "mallory"]), "push/malformed",
      at: Self.ref)
    expectAccepted(try scene.clone.push(["\(commit):\(Self.ref)"], environment: ["GL_USERNAME": "reconciler"]))
  }

  @Test("what a program of a target said with colours is told without them") func colours() throws {
    let reload = "[/bin/sh, -c, \"printf '\\\\033[31mbroken' >&2; exit 1\"]"
    let place = try ReconcilerScene(adapter: "          reload: \(reload)")
    _ = try place.reconciler("once", "--publish")
    let output = try place.scene.sandbox.mlops(["status"], in: place.scene.sandbox.host)
    expectDone(output, "    running   v1.0.0 progressing since ", "broken", "\nobserved\n  production: last pass ")
    #expect(!output.standardOutput.contains(0x1b), "\(output.out)")
  }
}
