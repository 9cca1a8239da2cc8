import Foundation
import Testing

/// `mlops-reconciler` with a real gate before it and a real disk behind it.
@Suite("Reconciler") struct ReconcilerTests {
  @Test("what is promoted through the gate is what runs; nothing is left to do then") func promotes() throws {
    let place = try ReconcilerScene()
    let plan = try place.reconciler("plan")
    #expect(plan.status == 1 && plan.out.contains("deploy: segmentation v1.0.0 at disk"), "\(plan.out)\(plan.err)")
    #expect(place.current == nil, "a plan touches nothing")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
    try place.scene.promote("v1.1.0")
    let once = try place.reconciler("once")
    #expect(once.status == 0 && once.out.contains("route: segmentation v1.1.0"), "\(once.out)\(once.err)")
    #expect(place.current == "v1.1.0")
    let weights = try String(contentsOfFile: place.served + "/segmentation/current/model.onnx", encoding: .utf8)
    #expect(weights.hasSuffix("/segmentation/v1.1.0/\n"), "\(weights)")
    let again = try place.reconciler("once")
    #expect(again.status == 0 && again.out.contains("nothing to do"), "\(again.out)")
    #expect(try place.reconciler("plan").status == 0)
    let status = try place.reconciler("status")
    #expect(status.status == 0 && status.out.contains("segmentation v1.1.0: ok since"), "\(status.out)")
  }

  @Test("a canary keeps both versions, and its end retires what nothing leads to") func canary() throws {
    let place = try ReconcilerScene()
    try place.scene.promote("v1.1.0", "--weight", "20")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
    let table = try String(contentsOfFile: place.served + "/segmentation/routing.json", encoding: .utf8)
    #expect(table.contains("\"version\":\"v1.1.0\",\"weight\":20"), "\(table)")
    try place.scene.promote("v1.1.0")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.1.0")
  }

  @Test("a commit that got past the gate is told, and changes nothing; a commit that mends it does") func pastTheGate()
    throws
  {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try place.scene.hostCommit("Sneak in", [Deployment().path: Deployment(version: "v1.1.0").yaml])
    let refused = try place.reconciler("once")
    #expect(refused.status == 1 && refused.err.contains("got past the gate and is not applied"), "\(refused.err)")
    #expect(place.current == "v1.0.0")
    let status = try place.reconciler("status")
    #expect(status.status == 1 && status.out.contains("approval/missing"), "\(status.out)")
    // A second look is as firm, and what was applied goes on being watched.
    #expect(try place.reconciler("once").status == 1)
    try FileManager.default.removeItem(atPath: place.served + "/segmentation/current")
    #expect(try place.reconciler("once").status == 1)
    #expect(place.current == "v1.0.0", "what runs is made what was accepted")
  }

  @Test("a line that was rewritten on the remote is not followed") func rewritten() throws {
    let place = try ReconcilerScene()
    try place.scene.promote("v1.1.0")
    #expect(try place.reconciler("once").status == 0)
    try place.scene.sandbox.git(["update-ref", "refs/heads/main", "main~1"])
    let refused = try place.reconciler("once")
    #expect(refused.status == 1 && refused.err.contains("does not follow "), "\(refused.err)")
    #expect(place.current == "v1.1.0")
  }

  @Test("a remote that cannot be reached leaves what runs, and is no reason to stop watching it") func unreachable()
    throws
  {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try FileManager.default.moveItem(
      atPath: place.scene.sandbox.host, toPath: place.scene.sandbox.root + "/elsewhere.git")
    try FileManager.default.removeItem(atPath: place.served + "/segmentation/current")
    let once = try place.reconciler("once")
    #expect(once.status == 1 && once.err.contains("can be reached from here"), "\(once.err)")
    #expect(place.current == "v1.0.0")
  }

  @Test("a version that fails is tried three times, then left alone at the last good one") func failing() throws {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try place.scene.promote("v1.1.0")
    try place.scene.sandbox.write("s3-down", "")
    for _ in 1...3 {
      let once = try place.reconciler("once")
      #expect(once.status == 1 && once.err.contains("ended with 1"), "\(once.err)")
      #expect(place.current == "v1.0.0")
    }
    let held = try place.reconciler("once")
    #expect(held.status == 1 && held.out.contains("v1.1.0 failed 3 times and is left alone"), "\(held.out)")
    try FileManager.default.removeItem(atPath: place.scene.sandbox.root + "/s3-down")
    #expect(try place.reconciler("once").status == 1, "it waits for another goal")
    // The last good one is kept all the while.
    try FileManager.default.removeItem(atPath: place.served + "/segmentation")
    let kept = try place.reconciler("once")
    #expect(kept.status == 1 && kept.out.contains("route: segmentation v1.0.0 at disk"), "\(kept.out)\(kept.err)")
    #expect(place.current == "v1.0.0")
    expectNotDone(try place.reconciler("retry", "segmentatio"), status: 2, "did you mean `segmentation`?")
    #expect(try place.reconciler("retry").out == "segmentation: the next pass tries again\n")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.1.0")
    #expect(try place.reconciler("retry").out == "nothing failed\n")
    // Another goal begins anew by itself.
    try place.scene.promote("v1.2.0")
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.2.0")
  }

  @Test("what cannot be used is told before anything is done, with 2") func usage() throws {
    let place = try ReconcilerScene()
    func said(_ arguments: [String]) throws -> Output {
      try place.scene.sandbox.run(["\(GitSandbox.products)/mlops-reconciler"] + arguments, in: place.scene.sandbox.root)
    }
    let common = ["--repository", place.scene.sandbox.host, "--state", place.state]
    expectNotDone(
      try said(["once", "--environment", "prodution", "--targets", place.targets] + common), status: 2,
      "the targets file has no environment `prodution`")
    expectNotDone(
      try said(["once", "--environment", "production", "--targets", "gone.yaml"] + common), status: 2,
      "there is no `gone.yaml`")
    expectNotDone(
      try said(["status", "--environment", "production", "--state", "/nowhere"]), status: 2, "no reconciler has left")
    #expect(try said(["once"]).status == 2)
    for verb in ["run", "once", "plan", "status"] {
      let help = try said([verb, "--help"])
      #expect(help.status == 0 && help.out.contains("mlops-reconciler \(verb) "), "\(help.out)")
    }
  }

  @Test("two with one state exclude each other, and so do two on one place") func two() throws {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try place.scene.sandbox.write(
      "served/.mlops-lease.json",
      "{\"expires\":\(Int(Date().timeIntervalSince1970) + 50),\"holder\":\"another\",\"token\":77}\n")
    try place.scene.promote("v1.1.0")
    let once = try place.reconciler("once")
    #expect(once.status == 1 && once.err.contains("another reconciler holds"), "\(once.err)")
    #expect(place.current == "v1.0.0")
    let status = try place.reconciler("status")
    #expect(status.status == 1 && status.out.contains("nothing can be done at disk: another"), "\(status.out)")
  }
}
