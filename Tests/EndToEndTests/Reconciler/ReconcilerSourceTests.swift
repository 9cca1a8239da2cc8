import Foundation
import Testing

/// Where versions' files come from: git-lfs and S3, by the programs of others.
@Suite("Reconciler: sources") struct ReconcilerSourceTests {
  @Test("git-lfs brings what it keeps; what the remote has lost is told, and nothing is half placed") func lfs() throws
  {
    guard try TestTool.gitLFS.orSkip() != nil else { return }
    let place = try ReconcilerScene()
    let sandbox = place.scene.sandbox
    #expect(try place.reconciler("once").status == 0)
    let weights = String(repeating: "weights of v1.3.0\n", count: 20_000)
    let digest = try sandbox.digest(weights)
    let jun = try place.scene.jun
    try jun.git("lfs", "install", "--local")
    try jun.git("lfs", "track", "*.onnx")
    try jun.write("models/segmentation/v1.3.0/model.onnx", weights)
    let artifact = "{\"path\": \"model.onnx\", \"sha256\": \"\(digest)\", \"size\": \(weights.utf8.count)}"
    try jun.write(
      Fixtures.evidencePath("v1.3.0"), Fixtures.evidence("v1.3.0", artifacts: "[\(artifact)]"))
    try jun.git("add", ".")
    try jun.git("commit", "--quiet", "-m", "Publish v1.3.0")
    try jun.git("push", "--quiet", "origin", "HEAD:main")
    let pointer = try sandbox.git(["show", "main:models/segmentation/v1.3.0/model.onnx"])
    #expect(pointer.hasSuffix("oid sha256:\(digest)\nsize \(weights.utf8.count)"), "\(pointer)")
    try place.scene.promote("v1.3.0")

    let files = FileManager.default
    try files.moveItem(atPath: sandbox.host + "/lfs", toPath: sandbox.root + "/lost")
    try sandbox.write("s3-down", "")
    let lost = try place.reconciler("once")
    expectNotDone(
      lost, "error: segmentation: git-lfs cannot bring `model.onnx (\(digest.prefix(7)))`: remote missing object",
      "; `/bin/sh` ended with 1", "or see that `\(sandbox.host)` still has the content")
    #expect(place.current == "v1.0.0" && place.names("segmentation/versions") == ["v1.0.0"])

    // Nothing but git is there.
    let path = sandbox.environment["PATH"]
    try files.createDirectory(atPath: sandbox.root + "/bin", withIntermediateDirectories: true)
    for name in ["git", "sh"] {
      let program = try sandbox.run(["sh", "-c", "command -v \(name)"], in: "/").out.trimmingCharacters(in: .newlines)
      try files.createSymbolicLink(atPath: "\(sandbox.root)/bin/\(name)", withDestinationPath: program)
    }
    sandbox.environment["PATH"] = sandbox.root + "/bin"
    expectNotDone(
      try place.reconciler("once"), "kept by git-lfs, and there is no `git-lfs` on the PATH", "or install git-lfs")
    sandbox.environment["PATH"] = path
    #expect(place.current == "v1.0.0" && place.names("segmentation/versions") == ["v1.0.0"])

    // git-lfs has made an empty one when it looked.
    try? files.removeItem(atPath: sandbox.host + "/lfs")
    try files.moveItem(atPath: sandbox.root + "/lost", toPath: sandbox.host + "/lfs")
    let once = try place.reconciler("once")
    #expect(once.status == 0, "\(once.out)\(once.err)")
    #expect(place.current == "v1.3.0")
    let placed = try String(contentsOfFile: place.served + "/segmentation/current/model.onnx", encoding: .utf8)
    #expect(placed == weights)
  }

  @Test("AWS's command line brings files out of S3; another digest, an empty folder and no bucket are told") func s3()
    throws
  {
    guard let aws = try TestTool.aws.orSkip(), let moto = try TestTool.moto.orSkip() else { return }
    let server = try GitSandbox(hooks: [])
    let port = try server.freePort()
    let running = try server.start([moto, "-H", "127.0.0.1", "-p", "\(port)"], in: server.root)
    defer { kill(running.pid, SIGKILL) }
    let variables = [
      "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
      "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    ]
    func s3(_ arguments: String...) throws {
      let output = try server.run([aws, "s3"] + arguments, in: server.root, environment: variables)
      guard output.status == 0 else { throw SceneError(output.err) }
    }
    let probe = ["curl", "--silent", "--fail", "--noproxy", "*", "http://127.0.0.1:\(port)/moto-api/data.json"]
    try #require(
      try server.eventually(within: 60) { try server.run(probe, in: "/").status == 0 }, "moto does not start")
    let weights = "weights of v1.0.0, out of a bucket\n"
    try server.write("version/model.onnx", weights)
    try server.write("version/more/labels.txt", "cat\n")
    // What was judged lies in git, whatever the bucket says.
    try server.write("version/metadata.json", "{\"forged\": true}\n")
    try s3("mb", "s3://ml-models")
    try s3("cp", "--recursive", "--only-show-errors", "version", "s3://ml-models/company/segmentation/v1.0.0/")

    func once(_ deployment: Deployment, _ files: [String: String?] = [:]) throws -> (ReconcilerScene, Output) {
      let place = try ReconcilerScene(
        files: files.merging([deployment.path: deployment.yaml]) { $1 },
        registry: "s3_command: [\(aws), s3, cp, --recursive, --only-show-errors, \"{uri}\", \"{directory}\"]")
      place.scene.sandbox.environment.merge(variables) { $1 }
      return (place, try place.reconciler("once"))
    }
    func text(_ place: ReconcilerScene, _ file: String) throws -> String {
      try String(contentsOfFile: place.served + "/segmentation/current/" + file, encoding: .utf8)
    }
    // The evidence lists no file: all come.
    let (all, done) = try once(Deployment())
    #expect(done.status == 0 && all.current == "v1.0.0", "\(done.out)\(done.err)")
    #expect(try text(all, "model.onnx") == weights && text(all, "more/labels.txt") == "cat\n")
    #expect(try text(all, "metadata.json") == Fixtures.evidence("v1.0.0"))
    // It lists one, by its digest, which git-lfs has not got.
    let digest = try server.digest(weights)
    let kept = ReconcilerScene.kept("v1.0.0", weights, digest)
    let (one, taken) = try once(Deployment(digest: "sha256:" + digest), kept)
    #expect(taken.status == 0 && one.current == "v1.0.0", "\(taken.out)\(taken.err)")
    #expect(try text(one, "model.onnx") == weights && one.names("segmentation/current").count == 3)
    #expect(try text(one, "metadata.json") == kept[Fixtures.evidencePath("v1.0.0")])

    let other = try server.digest("another")
    for (deployment, files, words) in [
      (
        Deployment(), ReconcilerScene.kept("v1.0.0", weights, other),
        "`model.onnx` of `v1.0.0` has the digest \(digest.prefix(12))…, and its evidence says \(other.prefix(12))…"
      ),
      (
        Deployment(registry: "s3://ml-models/elsewhere/"), [:],
        "`s3://ml-models/elsewhere/segmentation/v1.0.0` holds no file"
      ),
      (Deployment(registry: "s3://no-such-bucket/"), [:], "NoSuchBucket"),
    ] {
      let (place, refused) = try once(deployment, files)
      expectNotDone(refused, words)
      #expect(place.current == nil && place.names("segmentation/versions").isEmpty)
    }
  }
}
