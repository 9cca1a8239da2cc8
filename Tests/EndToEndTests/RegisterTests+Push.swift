import Foundation
import Testing

/// What `register` looks at before it makes a commit and pushes it: evidence can never be changed afterwards.
extension RegisterTests {
  /// The work tree of a clone in which one version stands.
  private func workTree(_ more: [String: String] = [:]) throws -> Scene {
    let standing = "{\"name\": \"churn\", \"version\": \"v0.9.0\", \"metrics\": {\"accuracy\": 0.9}}\n"
    let scene = try Scene(["models/churn/v0.9.0/metadata.json": standing].merging(more) { $1 })
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    return scene
  }

  private func register(_ scene: Scene, _ arguments: String...) throws -> Output {
    try scene.sandbox.mlops(["register"] + arguments, in: scene.clone.path)
  }

  private func expectUntouched(_ scene: Scene, _ before: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    #expect(try scene.clone.git("rev-parse", "HEAD") == before, sourceLocation: sourceLocation)
    #expect(try scene.clone.git("status", "--porcelain").isEmpty, sourceLocation: sourceLocation)
  }

  @Test("--push refuses a branch that is behind before anything is made, and says how to catch up") func behind() throws
  {
    let scene = try workTree()
    try scene.sandbox.git(["clone", "--quiet", scene.sandbox.host, scene.sandbox.root + "/other"])
    try scene.sandbox.write("other/notes.md", "x\n")
    let other = scene.sandbox.root + "/other"
    try scene.sandbox.git(["add", "notes.md"], in: other)
    try scene.sandbox.git(["commit", "--quiet", "--message", "Meanwhile"], in: other)
    try scene.sandbox.git(["push", "--quiet"], in: other)

    let before = try scene.clone.git("rev-parse", "HEAD")
    let output = try register(scene, "churn", "v1.0.0", "--metric", "accuracy=0.95", "--push")
    #expect(output.status == 1 && output.err.contains("`main` is behind `main` of `origin`"), "\(output.err)")
    #expect(output.err.contains("`git pull --ff-only`"), "\(output.err)")
    try expectUntouched(scene, before)

    try scene.clone.git("merge", "--quiet", "--ff-only", "refs/remotes/origin/main")
    let again = try register(scene, "churn", "v1.0.0", "--metric", "accuracy=0.95", "--push")
    #expect(again.status == 0, "\(again.err)")
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.clone.git("rev-parse", "HEAD"))
  }

  @Test("without an upstream --push goes where `check` looks; without a remote nothing is made") func noUpstream()
    throws
  {
    let scene = try workTree()
    let output = try register(scene, "churn", "v1.0.0", "--metric", "accuracy=0.95", "--push")
    #expect(output.status == 0 && output.out.contains("stands on `main` of `origin`"), "\(output.err)")
    #expect(try scene.clone.git("config", "branch.main.merge") == "refs/heads/main")

    let before = try scene.clone.git("rev-parse", "HEAD")
    try scene.clone.git("remote", "set-url", "origin", scene.sandbox.root + "/nowhere.git")
    let unreachable = try register(scene, "churn", "v1.0.1", "--metric", "accuracy=0.95", "--push")
    #expect(unreachable.status == 2 && unreachable.err.contains("nothing was registered"), "\(unreachable.err)")
    try expectUntouched(scene, before)
    try scene.clone.git("remote", "remove", "origin")
    let alone = try register(scene, "churn", "v1.0.1", "--metric", "accuracy=0.95", "--push")
    #expect(alone.status == 2 && alone.err.contains("there is no remote to push to"), "\(alone.err)")
    #expect(alone.err.contains("git remote add origin URL"), "\(alone.err)")
    try expectUntouched(scene, before)
  }

  @Test("what a manifest will ask of the version is said before it is pushed") func asked() throws {
    let deployment = Deployment(
      name: "churn", environment: "dev", model: "churn", version: "v0.9.0",
      metrics: [("accuracy", "\">=0.90\""), ("inference_latency_p99", "\"<100ms\"")], required: false, approvers: [])
    let scene = try workTree([
      deployment.path: deployment.yaml,
      "models/churn/v0.9.0/metadata.json":
        "{\"name\": \"churn\", \"version\": \"v0.9.0\", \"metrics\": {\"accuracy\": 0.9, \"inference_latency_p99\": \"87ms\"}, \"shadow_test\": {\"passed\": true}}\n",
    ])
    let lacking = try register(scene, "churn", "v1.0.0", "--metric", "accuracy=0.85", "--metric", "latency_p99=87ms")
    #expect(lacking.status == 0, "\(lacking.err)")
    for words in [
      "warning: `\(deployment.path)` would not take this version: `accuracy` 0.85 is not >= 0.90",
      "warning: `\(deployment.path)` asks for `inference_latency_p99`, which is not given: add `--metric inference_latency_p99=VALUE`",
      "warning: `\(deployment.path)` asks for a passed shadow test, which is not given: add `--shadow-test-passed`",
    ] { #expect(lacking.err.contains(words), "\(words) in \(lacking.err)") }
    let typo = try register(
      scene, "churn", "v1.0.1", "--metric", "accuracy=0.95", "--metric", "inference_latency_p9=87", "--commit")
    #expect(typo.status == 0 && typo.err.contains("is `inference_latency_p9` meant?"), "\(typo.err)")
    let fine = try register(
      scene, "churn", "v1.0.2", "--metric", "accuracy=0.95", "--metric", "inference_latency_p99=87ms",
      "--shadow-test-passed", "--push")
    #expect(fine.status == 0 && !fine.err.contains("warning:") && !fine.out.contains("hint:"), "\(fine.err)")
  }

  @Test("a model of which nothing else is there is called new, with the one that may be meant") func newModel() throws {
    let scene = try workTree()
    let typo = try register(scene, "chrun", "v1.0.0", "--metric", "accuracy=0.95")
    #expect(typo.out.contains("note: `chrun` is a new model here; is `churn` meant?\n"), "\(typo.out)")
    let other = try register(scene, "segmentation", "v1.0.0", "--metric", "accuracy=0.95")
    #expect(other.out.contains("note: `segmentation` is a new model here\n"), "\(other.out)")
    let known = try register(scene, "churn", "v1.0.0", "--metric", "accuracy=0.95")
    #expect(!known.out.contains("new model"), "\(known.out)")
  }

  @Test(
    "a version that is none is shown what is odd in it",
    arguments: [
      ("v1.2.O", "has `O` where its patch number belongs"), ("v1.2.3é", "has `é` behind its numbers"),
      ("v1.2", "has no patch number"), ("latest", "has `l` where its major number belongs"),
    ]) func oddVersion(version: String, words: String) throws
  {
    let output = try register(workTree(), "churn", version, "--metric", "accuracy=0.95")
    #expect(output.status == 2 && output.err.contains(words) && output.err.contains("`v1.2.3`"), "\(output.err)")
  }
}
