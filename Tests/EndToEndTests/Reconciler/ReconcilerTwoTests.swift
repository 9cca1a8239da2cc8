import Foundation
import Testing

/// Two reconcilers at one time.
@Suite("Reconciler: two") struct ReconcilerTwoTests {
  /// A place whose registry gives nothing while a file `hold` is there.
  private func place() throws -> ReconcilerScene {
    let copy =
      "touch ROOT/reached; while test -e ROOT/hold; do sleep 0.02; done; echo weights of $1 > $2/model.onnx"
    let place = try ReconcilerScene(
      registry: "s3_command: [/bin/sh, -c, \"\(copy)\", copy, \"{uri}\", \"{directory}\"]")
    #expect(try place.reconciler("once").status == 0)
    return place
  }

  /// Starts a pass that waits for its files.
  private func hold(_ place: ReconcilerScene) throws -> Running {
    let root = place.scene.sandbox.root
    try FileManager.default.removeItem(atPath: root + "/reached")
    try place.scene.sandbox.write("hold", "")
    let running = try place.scene.sandbox.start(place.command("once"), in: root)
    try #require(
      place.scene.sandbox.eventually(within: 30) { FileManager.default.fileExists(atPath: root + "/reached") })
    return running
  }

  private func letGo(_ place: ReconcilerScene) throws {
    try FileManager.default.removeItem(atPath: place.scene.sandbox.root + "/hold")
  }

  @Test("a second pass on one state's folder says so and changes nothing; looking is free") func sameState() throws {
    let place = try place()
    try place.scene.promote("v1.1.0")
    let first = try hold(place)
    expectNotDone(
      try place.reconciler("once"), status: 2, "another reconciler works with `\(place.state)`",
      "hint: stop it, or name another folder: `--state DIR`")
    let plan = try place.reconciler("plan")
    #expect(plan.status == 1 && plan.out.contains("route: segmentation v1.1.0"), "\(plan.out)\(plan.err)")
    #expect(try place.reconciler("status").status == 0)
    try letGo(place)
    let end = try first.wait()
    #expect(end.status == 0 && place.current == "v1.1.0", "\(end.err)")
    #expect(try place.reconciler("plan").status == 0)
  }

  @Test("fetches into one copy at one time neither fail nor leave anything broken") func fetches() throws {
    let place = try place()
    let root = place.scene.sandbox.root
    for version in ["v1.1.0", "v1.2.0"] {
      try place.scene.promote(version)
      let verbs = ["plan", "plan", "once", "plan", "plan", "plan"]
      let all = try verbs.map { try place.scene.sandbox.start(place.command($0), in: root) }
      for (verb, running) in zip(verbs, all) {
        let output = try running.wait()
        #expect(output.status == 0 || verb == "plan" && output.status == 1, "\(verb): \(output.out)\(output.err)")
        #expect(!output.err.contains("could not be read"), "\(verb): \(output.err)")
      }
      #expect(place.current == version)
      #expect(try place.reconciler("plan").status == 0)
    }
    let check = try place.scene.sandbox.run(["git", "fsck", "--full"], in: place.state + "/repository.git")
    #expect(check.status == 0, "\(check.out)\(check.err)")
  }

  @Test("whoever was stopped while another took over changes nothing when it goes on") func stopped() throws {
    guard try TestTool.faketime.orSkip() != nil else { return }
    let place = try place()
    let sandbox = place.scene.sandbox
    try place.scene.promote("v1.1.0")
    let stopped = try hold(place)
    kill(stopped.pid, SIGSTOP)
    try letGo(place)
    // The other one has a newer goal, and waits for the lease's end.
    try place.scene.promote("v1.2.0")
    let own = place.state
    place.state = sandbox.root + "/second"
    expectNotDone(try place.reconciler("once"), "another reconciler holds `\(place.served)` for ")
    let taken = try place.reconciler("once", after: 200)
    #expect(taken.status == 0 && place.current == "v1.2.0", "\(taken.out)\(taken.err)")
    let versions = place.names("segmentation/versions").filter { !$0.hasPrefix(".") }

    kill(stopped.pid, SIGCONT)
    let end = try stopped.wait()
    expectNotDone(
      end, "error: segmentation: another reconciler took over `\(place.served)` meanwhile",
      "hint: nothing was changed: stop one of the two")
    #expect(place.current == "v1.2.0")
    #expect(place.names("segmentation/versions") == versions, "what it had begun is cleared away")
    let table = try String(contentsOfFile: place.served + "/segmentation/routing.json", encoding: .utf8)
    #expect(table.contains("v1.2.0") && !table.contains("v1.1.0"), "\(table)")
    place.state = own
    let next = try place.reconciler("once")
    #expect(next.status == 0 && next.out.contains("nothing to do"), "\(next.out)\(next.err)")
  }
}
