import Foundation
import Testing

/// What a reconciler takes for good, and what it does not.
@Suite("Reconciler: trust") struct ReconcilerTrustTests {
  /// Lets the remote's `HEAD` lead to a branch without a past that nobody has judged.
  private func moveHead(_ place: ReconcilerScene) throws {
    let sandbox = place.scene.sandbox
    let tip = try place.scene.tip()
    try place.scene.hostCommit("Sneak in", [Deployment().path: Deployment(version: "v6.6.6").yaml])
    let orphan = try sandbox.git(["commit-tree", "main^{tree}", "-m", "All new"]).trimmingCharacters(in: .newlines)
    try sandbox.git(["update-ref", "refs/heads/evil", orphan])
    try sandbox.git(["update-ref", "refs/heads/main", tip])
    try sandbox.git(["symbolic-ref", "HEAD", "refs/heads/evil"])
  }

  @Test("the branch that was followed is followed, whatever the remote's HEAD says") func head() throws {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try moveHead(place)
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
    let named = try place.reconciler("once", "--ref", "evil")
    #expect(named.status == 1 && named.err.contains("does not follow"), "\(named.err)")
    try FileManager.default.removeItem(atPath: place.served + "/segmentation/current")
    #expect(try place.reconciler("once", "--ref", "evil").status == 1)
    #expect(place.current == "v1.0.0", "what was applied is kept")
    try place.scene.sandbox.git(["update-ref", "refs/replace/\(try place.scene.tip())", "evil"])
    try place.scene.sandbox.git(["symbolic-ref", "HEAD", "refs/replace/\(try place.scene.tip())"])
    place.state += "-2"
    let odd = try place.reconciler("once")
    #expect(odd.status == 1 && odd.err.contains("is no branch"), "\(odd.err)")
  }

  @Test("a past that does not pass is taken from a commit that somebody has looked at, and no further") func trusted()
    throws
  {
    let place = try ReconcilerScene()
    try place.scene.hostCommit("Sneak in", [Deployment().path: Deployment(version: "v1.1.0").yaml])
    let tip = try place.scene.tip()
    let refused = try place.reconciler("once")
    #expect(refused.status == 1 && refused.err.contains("start once with `--trust \(tip)`"), "\(refused.err)")
    #expect(refused.err.contains("\(tip.prefix(10)): "), "the step is named: \(refused.err)")
    let short = try place.reconciler("once", "--trust", "main")
    #expect(short.status == 2 && short.err.contains("by all its 40 digits"), "\(short.err)")
    #expect(try place.reconciler("once", "--trust", tip).status == 0)
    #expect(place.current == "v1.1.0")
    try place.scene.hostCommit("Sneak in again", [Deployment().path: Deployment(version: "v1.2.0").yaml])
    // A flag that stayed in a unit trusts nothing that came after.
    #expect(try place.reconciler("once", "--trust", tip).status == 1)
    #expect(place.current == "v1.1.0")
    #expect(try place.reconciler("once", "--trust", place.scene.tip()).status == 0)
    #expect(place.current == "v1.2.0")
  }

  @Test("what was applied outlives a force push and a cleaning of the copy") func kept() throws {
    let place = try ReconcilerScene()
    try place.scene.promote("v1.1.0")
    #expect(try place.reconciler("once").status == 0)
    try place.scene.sandbox.git(["update-ref", "refs/heads/main", "main~1"])
    #expect(try place.reconciler("once").status == 1)
    let copy = place.state + "/repository.git"
    try place.scene.sandbox.git(["reflog", "expire", "--expire=all", "--all"], in: copy)
    try place.scene.sandbox.git(["gc", "--quiet", "--prune=now"], in: copy)
    try FileManager.default.removeItem(atPath: place.served + "/segmentation")
    #expect(try place.reconciler("once").status == 1)
    #expect(place.current == "v1.1.0")
  }

  @Test("a copy that a crash left half made is completed") func halfMade() throws {
    let place = try ReconcilerScene()
    try FileManager.default.createDirectory(
      atPath: place.state + "/repository.git", withIntermediateDirectories: true)
    try "ref: refs/heads/master\n".write(
      toFile: place.state + "/repository.git/HEAD", atomically: true, encoding: .utf8)
    #expect(try place.reconciler("once").status == 0)
    #expect(place.current == "v1.0.0")
  }

  @Test("one place that cannot be changed holds up no other, and takes nothing away elsewhere") func unseen() throws {
    let place = try ReconcilerScene()
    let root = place.scene.sandbox.root
    let text = try String(contentsOfFile: place.targets, encoding: .utf8)
    try place.scene.sandbox.write(
      "targets.yaml",
      text.replacingOccurrences(
        of: "- name: disk",
        with: "- {name: broken, adapter: directory, path: \(root)/file/below}\n        - name: disk"))
    try place.scene.sandbox.write("file", "")
    let once = try place.reconciler("once")
    #expect(once.status == 1 && once.err.contains("error: broken: cannot make"), "\(once.err)")
    #expect(place.current == "v1.0.0")
    for version in ["v1.1.0", "v1.2.0"] {
      try place.scene.promote(version)
      #expect(try place.reconciler("once").status == 1)
      #expect(place.current == version)
    }
    #expect(FileManager.default.fileExists(atPath: place.served + "/segmentation/versions/v1.0.0"))
    let status = try place.reconciler("status")
    #expect(status.status == 1 && status.out.contains("nothing can be done at broken"), "\(status.out)")
    try FileManager.default.removeItem(atPath: root + "/file")
    #expect(try place.reconciler("once").status == 0)
    #expect(!FileManager.default.fileExists(atPath: place.served + "/segmentation/versions/v1.0.0"))
    #expect(try place.reconciler("status").status == 0)
  }

  @Test("an environment that git does not have empties no place; a deployment that it does not have is told")
  func misspelt() throws {
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    let text = try String(contentsOfFile: place.targets, encoding: .utf8)
    try place.scene.sandbox.write(
      "targets.yaml", text.replacingOccurrences(of: "production:", with: "prodution:"))
    let once = try place.scene.sandbox.run(
      [
        "\(GitSandbox.products)/mlops-reconciler", "once", "--environment", "prodution", "--state", place.state + "-2",
        "--repository", place.scene.sandbox.host, "--targets", place.targets,
      ], in: place.scene.sandbox.root)
    #expect(once.status == 1 && once.err.contains("nothing is deployed to `prodution`"), "\(once.err)")
    #expect(once.err.contains("did you mean `production`?"), "\(once.err)")
    #expect(place.current == "v1.0.0")
    try place.scene.sandbox.write(
      "targets.yaml", text.replacingOccurrences(of: "ready_seconds: 5", with: "deployments: [segmentatio]"))
    let other = try place.reconciler("once")
    #expect(other.status == 1 && other.err.contains("did you mean `segmentation`?"), "\(other.err)")
    let status = try place.reconciler("status")
    #expect(status.status == 1 && status.out.contains("error: disk: it takes `segmentatio`"), "\(status.out)")
  }

  @Test("what others keep beside it stays, what was changed in place is put right, and others may read it")
  func neighbours() throws {
    let place = try ReconcilerScene()
    let files = FileManager.default
    try files.createDirectory(atPath: place.served + "/alice/versions/mine", withIntermediateDirectories: true)
    #expect(try place.reconciler("once").status == 0)
    #expect(files.fileExists(atPath: place.served + "/alice/versions/mine"))
    let model = place.served + "/segmentation/current/model.onnx"
    for path in [place.served + "/segmentation", place.served + "/segmentation/versions/v1.0.0", model] {
      let mode = try #require(try files.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
      #expect(mode & 0o044 == 0o044 & ~Int(Self.mask), "\(path): \(String(mode, radix: 8))")
    }
    try "another".write(toFile: model, atomically: false, encoding: .utf8)
    let once = try place.reconciler("once")
    #expect(once.status == 0 && once.out.contains("deploy: segmentation v1.0.0"), "\(once.out)\(once.err)")
    #expect(try String(contentsOfFile: model, encoding: .utf8).hasPrefix("weights of"))
    try files.removeItem(atPath: model)
    #expect(try place.reconciler("once").status == 0)
    #expect(files.fileExists(atPath: model))
    // A folder of the deployment's own name is not taken from whoever has it.
    try files.removeItem(atPath: place.served + "/segmentation")
    try files.createDirectory(atPath: place.served + "/segmentation", withIntermediateDirectories: false)
    try "mine".write(toFile: place.served + "/segmentation/report.txt", atomically: false, encoding: .utf8)
    expectNotDone(try place.reconciler("once"), "is a folder of somebody else: `report.txt` lies there")
  }

  /// What this process takes from the mode of files.
  private static var mask: mode_t {
    let mask = umask(0o022)
    umask(mask)
    return mask
  }
}
