import Foundation
import Testing

/// Drift, and the rollback through git that follows it.
@Suite("Drift") struct ReconcilerDriftTests {
  private let path = Deployment().path

  /// A place whose versions have the score that is written into a file of their name.
  private func place(_ policy: String = WorkflowScene.policy(), hours: String = "0.0001") throws -> ReconcilerScene {
    let manifest = Deployment().yaml.replacingOccurrences(
      of: "monitor_interval_hours: 6", with: "monitor_interval_hours: \(hours)")
    let place = try ReconcilerScene(
      policy: policy, files: [path: manifest],
      more: "      drift: {command: [/bin/sh, -c, 'cat \"$0/$1\"', ROOT, \"{version}\"]}")
    try place.scene.sandbox.git(["config", "--global", "user.name", "Reconciler"])
    try place.scene.sandbox.git(["config", "--global", "user.email", "reconciler@example.com"])
    return place
  }

  private func score(_ place: ReconcilerScene, _ version: String, _ score: String) throws {
    try place.scene.sandbox.write(version, score + "\n")
  }

  private func types(_ place: ReconcilerScene) -> [String] {
    place.events().compactMap { $0["type"] as? String }.sorted()
  }

  @Test("over its threshold a version is rolled back through the gate, once, and the history tells it") func rollsBack()
    throws
  {
    let place = try place()
    try score(place, "v1.0.0", "0.01")
    #expect(try place.reconciler("once").status == 0)
    try place.scene.promote("v1.1.0")
    try score(place, "v1.1.0", "0.42")
    let once = try place.reconciler("once")
    #expect(once.status == 0, "\(once.out)\(once.err)")
    #expect(place.current == "v1.0.0", "it is reconciled in the same call")
    let message = try place.scene.sandbox.git(["log", "-1", "--format=%an%n%B", "main"])
    #expect(message.hasPrefix("Reconciler\nRollback: segmentation v1.1.0 -> v1.0.0\n"), "\(message)")
    #expect(message.contains("\nDrift-Score: 0.42"), "\(message)")
    #expect(types(place) == ["mlops.drift.detected.v1", "mlops.drift.rollback.v1"])
    let history = try place.scene.sandbox.mlops(
      ["history", "segmentation", "--env", "production"], in: place.scene.sandbox.host)
    #expect(history.out.contains("rollback"), "\(history.out)")
    // The older one drifts as well: it never goes back and forth.
    try score(place, "v1.0.0", "0.9")
    let tip = try place.scene.tip()
    Thread.sleep(forTimeInterval: 1.1)
    let next = try place.reconciler("once")
    #expect(next.status == 1 && next.err.contains("could not be rolled back"), "\(next.err)")
    #expect(try place.scene.tip() == tip)
    #expect(place.current == "v1.0.0")
  }

  @Test("a version is rolled back once, also where the record was lost: git tells") func once() throws {
    let place = try place()
    try score(place, "v1.0.0", "0.01")
    #expect(try place.reconciler("once").status == 0)
    try place.scene.promote("v1.1.0")
    try score(place, "v1.1.0", "0.42")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
    // Somebody promotes it again.
    try place.scene.promote("v1.1.0")
    try FileManager.default.removeItem(atPath: place.state + "/state.json")
    let again = try place.reconciler("once")
    #expect(again.status == 0 && again.err.contains("was rolled back before"), "\(again.out)\(again.err)")
    #expect(place.current == "v1.1.0")
    let status = try place.reconciler("status")
    #expect(
      status.out.contains("drift: 0.42") && status.out.contains("this version is left to people"), "\(status.out)")
  }

  @Test("no data is unknown, never no drift; over the lower threshold somebody is told once") func unknown() throws {
    let place = try place()
    let once = try place.reconciler("once")
    #expect(once.status == 0 && once.err.contains("the drift of a deployment is unknown"), "\(once.err)")
    let status = try place.reconciler("status")
    #expect(status.out.contains("drift: unknown"), "\(status.out)")
    try score(place, "v1.0.0", "nan")
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try place.reconciler("once").err.contains("`nan` is no number"))
    try score(place, "v1.0.0", "0.15")
    for _ in 0..<2 {
      Thread.sleep(forTimeInterval: 1.1)
      #expect(try place.reconciler("once").status == 0)
    }
    #expect(types(place) == ["mlops.drift.detected.v1"])
    #expect(try place.scene.tip() == place.scene.base)
  }

  @Test("where the policy does not waive approvals, a proposal waits and somebody is told") func proposes() throws {
    let place = try place(WorkflowScene.policy(environments: "production: {}\nstaging: {}"))
    try score(place, "v1.0.0", "0.01")
    try place.scene.promote("v1.1.0")
    try score(place, "v1.1.0", "0.5")
    let tip = try place.scene.tip()
    let once = try place.reconciler("once")
    #expect(once.status == 0 && once.err.contains("waits for approvals"), "\(once.err)")
    #expect(try place.scene.tip() == tip && place.current == "v1.1.0")
    let branch = "rollback/segmentation-v1.1.0-production"
    #expect(try !place.scene.tip("refs/heads/\(branch)").isEmpty)
    let event = place.events().first { $0["type"] as? String == "mlops.drift.rollback.v1" }
    let data = try #require(event?["data"] as? [String: Any])
    #expect(data["outcome"] as? String == "proposed" && data["branch"] as? String == branch)
    expectDone(try place.scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try place.scene.ken.mlops("approve", branch, "--push"))
    expectDone(try place.scene.jun.mlops("promote", branch, "--push"))
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
  }

  @Test("a clock that jumps keeps nothing from being measured for longer than the interval") func clock() throws {
    guard try TestTool.faketime.orSkip() != nil else { return }
    let place = try place(hours: "6")
    func measured(after seconds: Int, _ value: String) throws -> Bool {
      try score(place, "v1.0.0", value)
      let once = try place.reconciler("once", after: seconds)
      #expect(once.status == 0, "after \(seconds): \(once.out)\(once.err)")
      let drift = (try place.record()["deployments"] as? [[String: Any]])?.first?["drift"] as? [String: Any]
      return "\(drift?["score"] ?? "")" == value
    }
    let (hour, year) = (3600, 31_536_000)
    #expect(try measured(after: 0, "0.01"))
    #expect(try !measured(after: 5 * hour, "0.02"), "it is not due")
    #expect(try measured(after: 7 * hour, "0.03"))
    // Ten years ahead, and back: what was measured then must not count as just measured for ten years.
    #expect(try measured(after: 10 * year, "0.04"))
    #expect(try measured(after: 0, "0.15"))
    #expect(try measured(after: -24 * hour, "0.16"))
    #expect(try !measured(after: -23 * hour, "0.17"))
    #expect(types(place) == ["mlops.drift.detected.v1"], "one alert, however often the clock jumps")
  }

  @Test("an alert reaches a real receiver by the relay, signed") func delivered() throws {
    guard let python = try TestTool.cloudevents.orSkip() else { return }
    let place = try place()
    let sandbox = place.scene.sandbox
    let receiver = try Receiver(sandbox, certificateFor: nil)
    try score(place, "v1.0.0", "0.01")
    #expect(try place.reconciler("once").status == 0)
    let copy = place.state + "/repository.git"
    let secret = try sandbox.write("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    chmod(secret, 0o600)
    for (key, value) in [
      ("url", "http://127.0.0.1:\(receiver.port)/ok"), ("allowInsecure", "true"), ("secretFile", secret),
    ] { try sandbox.git(["config", "mlops.sink.pager." + key, value], in: copy) }
    try score(place, "v1.0.0", "0.15")
    Thread.sleep(forTimeInterval: 1.1)
    #expect(try place.reconciler("once").status == 0)
    let relay = try sandbox.run(["\(GitSandbox.products)/mlops-relay", "once", "--repo", copy], in: sandbox.root)
    #expect(relay.status == 0, "\(relay.out)\(relay.err)")
    let message = try #require(try receiver.messages().first)
    #expect(try receiver.messages().count == 1)
    let data = try #require(message.json["data"] as? [String: Any])
    #expect(message.json["type"] as? String == "mlops.drift.detected.v1")
    #expect(data["score"] as? Double == 0.15 && data["threshold"] as? Double == 0.12, "\(data)")
    let log = receiver.folder + "/received.jsonl"
    for (given, good) in [("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1), ("guessed", 0)] {
      let checked = try sandbox.run([python, Receiver.scripts + "/check_cloudevent.py", log, given], in: sandbox.root)
      #expect(checked.out == "\(message.id) \(good)\n", "\(checked.err)")
    }
  }
}
