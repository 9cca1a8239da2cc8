import Foundation
import Testing

/// Versions that do not get well.
@Suite("Reconciler: health") struct ReconcilerHealthTests {
  @Test("an address that answers with 500 brings the version before back; one that never answers is tried three times")
  func url() throws {
    let place = try ReconcilerScene(adapter: "          health: {url: \"http://127.0.0.1:PORT/healthz\"}")
    let sandbox = place.scene.sandbox
    let link = place.served + "/segmentation/current"
    let server = try sandbox.start(["python3", Receiver.scripts + "/health.py", sandbox.root, link], in: sandbox.root)
    defer { kill(server.pid, SIGKILL) }
    let port = sandbox.root + "/health-port"
    try #require(sandbox.eventually { FileManager.default.fileExists(atPath: port) })
    try place.retarget("PORT", try String(contentsOfFile: port, encoding: .utf8))
    try place.retarget("ready_seconds: 5", "ready_seconds: 2")
    let first = try place.reconciler("once")
    #expect(first.status == 0 && place.current == "v1.0.0", "\(first.err)")

    try place.scene.promote("v1.1.0")
    try sandbox.write("v1.1.0", "500\n")
    let sick = try place.reconciler("once")
    expectNotDone(
      sick, "it was not well within 2 s", "answered with 500, not 200; `v1.0.0` is current again",
      "hint: look at its log")
    #expect(place.current == "v1.0.0")
    try sandbox.write("v1.1.0", "200\n")
    let well = try place.reconciler("once")
    #expect(well.status == 0 && place.current == "v1.1.0", "\(well.err)")

    try place.scene.promote("v1.2.0")
    try sandbox.write("v1.2.0", "hang\n")
    for _ in 1...3 {
      let hangs = try place.reconciler("once")
      expectNotDone(hangs, "did not answer within 2 s; `v1.1.0` is current again")
      #expect(place.current == "v1.1.0")
    }
    let held = try place.reconciler("once")
    #expect(held.status == 1 && held.out.contains("v1.2.0 failed 3 times and is left alone"), "\(held.out)")
    #expect(place.current == "v1.1.0")
  }

  @Test("a version that is never ready is tried three times with growing pauses; the last good one stays") func never()
    throws
  {
    guard try TestTool.faketime.orSkip() != nil else { return }
    let place = try ReconcilerScene(
      adapter: """
                - name: place
                  adapter: command
                  command: [/usr/bin/env, python3, \(Receiver.scripts)/target.py, ROOT/place]
                  ready_seconds: 3
        """)
    place.flags = ["--retry-seconds", "100"]
    let folder = place.scene.sandbox.root + "/place"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func running() throws -> [String: Any] {
      let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/running.json"))
      let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      let all = object?["deployments"] as? [String: Any]
      return try #require(all?["segmentation"] as? [String: Any], "\(object ?? [:])")
    }
    func led() throws -> String? { (try running()["routes"] as? [String: Any])?["version"] as? String }
    func deploys() throws -> Int {
      try String(contentsOfFile: folder + "/told", encoding: .utf8).components(separatedBy: "deploy v1.1.0\n").count - 1
    }
    let first = try place.reconciler("once")
    #expect(first.status == 0, "\(first.out)\(first.err)")
    #expect(try led() == "v1.0.0")

    try place.scene.promote("v1.1.0")
    try place.scene.sandbox.write("place/never-v1.1.0", "")
    // The second pause is twice the first.
    for (seconds, words, tries) in [
      (0, "segmentation v1.1.0 was not ready within 3 s", 1), (0, "try 2 of 3 in ", 1),
      (160, "segmentation v1.1.0 was not ready within 3 s", 2), (280, "try 3 of 3 in ", 2),
      (480, "segmentation v1.1.0 was not ready within 3 s", 3), (90_000, "v1.1.0 failed 3 times and is left alone", 3),
    ] {
      let once = try place.reconciler("once", after: seconds)
      #expect(once.status == 1 && (once.out + once.err).contains(words), "after \(seconds): \(once.out)\(once.err)")
      #expect(try deploys() == tries, "after \(seconds)")
      #expect(try led() == "v1.0.0" && place.current == "v1.0.0", "after \(seconds)")
    }
    let status = try place.reconciler("status")
    #expect(status.status == 1 && status.out.contains("was not ready within 3 s"), "\(status.out)")

    try place.scene.promote("v1.2.0")
    let next = try place.reconciler("once")
    #expect(next.status == 0, "\(next.out)\(next.err)")
    #expect(try led() == "v1.2.0" && place.current == "v1.2.0")
    #expect(try (running()["versions"] as? [String: Any])?.keys.sorted() == ["v1.2.0"], "what was never ready is gone")
  }
}
