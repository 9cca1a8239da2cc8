import Foundation
import Testing

/// `mlops-hook register`: from what evaluation tools write to evidence that the gate takes.
@Suite("mlops-hook register") struct RegisterTests {
  /// A clone with a work tree, in which one version is registered.
  private func scene() throws -> Scene {
    let scene = try Scene(["models/churn/v0.9.0/metadata.json": Self.evidence, "README.md": "models\n"])
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    return scene
  }

  private static let evidence = "{\"name\": \"churn\", \"version\": \"v0.9.0\", \"metrics\": {\"accuracy\": 0.9}}\n"

  private func register(_ scene: Scene, _ arguments: String...) throws -> Output {
    try scene.sandbox.mlops(["register"] + arguments, in: scene.clone.path)
  }

  private func evidence(_ scene: Scene, _ version: String = "v1.0.0") throws -> String {
    try String(contentsOfFile: "\(scene.clone.path)/models/churn/\(version)/metadata.json", encoding: .utf8)
  }

  private func names(_ scene: Scene, _ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scene.clone.path + "/" + folder).sorted()
  }

  private func write(_ scene: Scene, _ name: String, _ text: String) throws {
    try scene.sandbox.write("clone/" + name, text)
  }

  private func expectNothingMade(
    _ scene: Scene, _ output: Output, status: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(output.status == status, "\(output.err)", sourceLocation: sourceLocation)
    #expect(output.err.contains("hint: "), "\(output.err)", sourceLocation: sourceLocation)
    #expect(try names(scene, "models/churn") == ["v0.9.0"], sourceLocation: sourceLocation)
  }

  @Test("numbers stand in the evidence as they were written, and the gate takes it") func json() throws {
    let scene = try scene()
    try write(
      scene, "metrics.json",
      #"{"accuracy": 0.9300, "loss": 1e-05, "p99": "87ms", "test": {"f1": 0.1, "size": {"value": 3, "unit": "MB"}}}"#)
    try write(scene, "more.yaml", "auc: 0.12345678901234567890123\n")
    let output = try register(
      scene, "churn", "v1.0.0", "--metrics", "metrics.json", "--metrics", "more.yaml", "--metric", "drift=0.4 %",
      "--shadow-test-passed", "--commit")
    #expect(output.status == 0, "\(output.err)")
    let text = try evidence(scene)
    for part in [
      "\"accuracy\": 0.9300", "\"loss\": 1e-05", "\"p99\": \"87ms\"", "\"test.f1\": 0.1",
      "\"test.size\": {\"value\": 3, \"unit\": \"MB\"}", "\"auc\": 0.12345678901234567890123", "\"drift\": \"0.4 %\"",
      "\"shadow_test\": {\"passed\": true}",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    let deployment = Deployment(
      name: "churn", environment: "dev", model: "churn", version: "v1.0.0",
      metrics: [("accuracy", "\">=0.93\""), ("test.size", "\"<4MB\""), ("auc", "\">0.12345678901234567890122\"")],
      required: false, approvers: [])
    try write(scene, deployment.path, deployment.yaml)
    try scene.clone.git("add", "deployments")
    try scene.clone.git("commit", "--quiet", "--message", "Deploy")
    expectAccepted(try scene.clone.push())
  }

  @Test("of an MLflow run the last step counts, however its lines are ordered") func mlflow() throws {
    let scene = try scene()
    try write(scene, "run/metrics/accuracy", "1700 0.5 0\n1703 nan 1\n1702 0.75 7\n1701 0.6 3\n")
    try write(scene, "run/metrics/val/loss", "17 0.3 1\r\n19 1e-05 1\r\n18 0.2 1\r\n")
    try write(scene, "run/metrics/old style", "17 0.25\n")
    try write(scene, "run/meta.yaml", "run_id: 4f1c\n")
    try write(scene, "run/params/depth", "3")
    for (version, folder) in [("v1.0.0", "run"), ("v1.0.1", "run/metrics/")] {
      let output = try register(scene, "churn", version, "--metrics", folder)
      #expect(output.status == 0, "\(output.err)")
      let text = try evidence(scene, version)
      #expect(
        text.contains("{\"accuracy\": 0.75, \"old style\": 0.25, \"val/loss\": 1e-05}"), "\(text)")
    }
  }

  @Test("what is no number is refused with its name and place, all of it at once") func noNumbers() throws {
    let scene = try scene()
    try write(
      scene, "m.json", "{\"accuracy\": NaN,\n \"x\": null, \"l\": [1], \"b\": true, \"s\": \"rf\", \"i\": -Infinity}")
    try write(scene, "m.yaml", "a: .nan\nb: 010\nc: .5\n")
    try write(scene, "run/metrics/acc", "17 0.5 0\n18 nan 1\n")
    try write(scene, "run/metrics/broken", "17 0.5 0\nhello\n")
    let output = try register(
      scene, "churn", "v1.0.0", "--metrics", "m.json", "--metrics", "m.yaml", "--metrics", "run", "--metric", "k=inf",
      "--metric", "k", "--metric", "=1")
    try expectNothingMade(scene, output, status: 1)
    for part in [
      "m.json:1:14: `accuracy`: `NaN` is not a number", "m.json:2:7: `x`", "m.json:2:18: `l` is a list",
      "m.json:2:28: `b`", "m.json:2:39: `s`: `rf`", "m.json:2:50: `i`: `-Infinity`", "m.yaml:1:4: `a`",
      "m.yaml:2:4: `b`", "m.yaml:3:4: `c`", "run/metrics/acc:2:4: `acc`: `nan`", "run/metrics/broken:2:1: `broken`",
      "`--metric`: `k`: `inf`", "`--metric k` has no `=`", "the name of the metric is empty",
    ] { #expect(output.err.contains("error: " + part) || output.err.contains(part), "\(part) in \(output.err)") }
  }

  @Test(
    "a broken file, a missing one and no metrics at all make nothing",
    arguments: [
      (["--metrics", "broken.json"], 1, "broken.json:1:9: not valid JSON"),
      (["--metrics", "twice.json"], 1, "twice.json:1:10: the key `a` stands twice"),
      (["--metrics", "list.yaml"], 1, "list.yaml:1:1: the file holds a list"),
      (["--metrics", "nowhere.json"], 1, "there is no file `nowhere.json`"),
      (["--metrics", "empty"], 1, "`empty` holds no metrics"),
      (["--metrics", "."], 1, "`.` is not the folder of an MLflow run"),
      (["--metrics", "/"], 1, "`/` is not the folder of an MLflow run"),
      (["--metrics", "a.json", "--metric", "a=2"], 1, "`a` is 2, but 1 at a.json:1:7"), ([], 2, "there are no metrics"),
    ]) func brokenFiles(arguments: [String], status: Int32, words: String) throws
  {
    let scene = try scene()
    try write(scene, "broken.json", "{\"a\": 1,}")
    try write(scene, "twice.json", "{\"a\": 1, \"a\": 1}")
    try write(scene, "a.json", "{\"a\": 1}")
    try write(scene, "list.yaml", "- 1\n")
    try write(scene, "empty/metrics/.keep", "")
    let output = try scene.sandbox.mlops(["register", "churn", "v1.0.0"] + arguments, in: scene.clone.path)
    try expectNothingMade(scene, output, status: status)
    #expect(output.err.contains(words), "\(output.err)")
  }

  @Test("artifacts are copied, and listed by what they hold") func artifacts() throws {
    let scene = try scene()
    try write(scene, "build/model.bin", String(repeating: "x", count: 3_000_000))
    try write(
      scene, "build/big.onnx",
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 48211904\n")
    let output = try register(
      scene, "churn", "v1.0.0", "--metric", "a=1", "--artifact", "build/model.bin", "--artifact", "build/big.onnx")
    #expect(output.status == 0, "\(output.err)")
    let sum = try scene.sandbox.run(["sha256sum", "build/model.bin"], in: scene.clone.path).out.prefix(64)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(try evidence(scene).utf8)) as? [String: Any])
    let listed = try #require(object["artifacts"] as? [[String: Any]])
    #expect(listed.map { $0["path"] as? String } == ["model.bin", "big.onnx"])
    #expect(listed[0]["sha256"] as? String == String(sum) && listed[0]["size"] as? Int == 3_000_000)
    // A pointer stands for its content, and that is what was evaluated.
    #expect(listed[1]["sha256"] as? String == String(repeating: "a", count: 64))
    #expect(listed[1]["size"] as? Int == 48_211_904)
    #expect(
      FileManager.default.contentsEqual(
        atPath: scene.clone.path + "/build/model.bin", andPath: scene.clone.path + "/models/churn/v1.0.0/model.bin"))
    #expect(output.err.contains("no pattern of `.gitattributes` gives it to git-lfs"), "\(output.err)")
    #expect(try names(scene, "models/churn") == ["v0.9.0", "v1.0.0"])
    let check = try scene.sandbox.mlops(["check", "models/churn/v1.0.0/metadata.json"], in: scene.clone.path)
    #expect(check.status == 0 || !check.out.contains("model/invalid"), "\(check.out)")
  }

  @Test("an artifact that is no file is refused by what it is") func oddArtifacts() throws {
    let scene = try scene()
    try write(scene, "build/m.bin", "x")
    try write(scene, "build/metadata.json", "{}")
    try write(scene, "other/m.bin", "y")
    try FileManager.default.createSymbolicLink(
      atPath: scene.clone.path + "/link.bin", withDestinationPath: "build/m.bin")
    for (files, words) in [
      (["link.bin"], "is a symbolic link"), (["build"], "is a folder"), (["nowhere.bin"], "there is no artifact"),
      (["build/metadata.json"], "cannot be called"), (["build/m.bin", "other/m.bin"], "two artifacts are called"),
      (["/dev/null"], "is no regular file"),
    ] {
      let output = try scene.sandbox.mlops(
        ["register", "churn", "v1.0.0", "--metric", "a=1"] + files.flatMap { ["--artifact", $0] }, in: scene.clone.path)
      try expectNothingMade(scene, output, status: 1)
      #expect(output.err.contains(words), "\(output.err)")
    }
  }

  @Test("a file that stands in the version's folder stays; other content is never written over it") func standing()
    throws
  {
    let scene = try scene()
    try write(scene, "models/churn/v1.0.0/model.bin", "the one")
    try write(scene, "build/model.bin", "another")
    let refused = try register(scene, "churn", "v1.0.0", "--metric", "a=1", "--artifact", "build/model.bin")
    #expect(refused.status == 1 && refused.err.contains("is there already, with other content"), "\(refused.err)")
    #expect(try names(scene, "models/churn/v1.0.0") == ["model.bin"])
    #expect(try names(scene, "models/churn") == ["v0.9.0", "v1.0.0"])

    try write(scene, "build/more.bin", "more")
    let output = try register(
      scene, "churn", "v1.0.0", "--metric", "a=1", "--artifact", "models/churn/v1.0.0/model.bin", "--artifact",
      "build/more.bin")
    #expect(output.status == 0, "\(output.err)")
    #expect(try names(scene, "models/churn/v1.0.0") == ["metadata.json", "model.bin", "more.bin"])
    #expect(try names(scene, "models/churn") == ["v0.9.0", "v1.0.0"])
  }

  @Test("a version is registered once, in the work tree, at HEAD or on the remote's main branch") func known() throws {
    let scene = try scene()
    let everywhere = try register(scene, "churn", "v0.9.0", "--metric", "a=1")
    #expect(everywhere.status == 1)
    #expect(everywhere.err.contains("in the work tree, at `HEAD`, on `origin`'s `main`"), "\(everywhere.err)")
    #expect(try evidence(scene, "v0.9.0") == Self.evidence)

    try scene.clone.git("rm", "--quiet", "-r", "models")
    let atHead = try register(scene, "churn", "v0.9.0", "--metric", "a=1")
    #expect(atHead.status == 1 && atHead.err.contains("stands at `HEAD`, on"), "\(atHead.err)")
    try scene.clone.git("commit", "--quiet", "--message", "Remove it here")
    let remote = try register(scene, "churn", "v0.9.0", "--metric", "a=1")
    #expect(remote.status == 1 && remote.err.contains("stands on `origin`'s `main`"), "\(remote.err)")
    #expect(!FileManager.default.fileExists(atPath: scene.clone.path + "/models"))
  }

  @Test("a failing copy leaves no half-made folder, and a killed one nothing that git takes") func failure() throws {
    let scene = try scene()
    try write(scene, "a.bin", "a")
    // A limit on the size of files stops root too, as a full disk does.
    let big = scene.clone.path + "/big.bin"
    try write(scene, "big.bin", "")
    let handle = try #require(FileHandle(forWritingAtPath: big))
    try handle.truncate(atOffset: 8 << 20)
    try handle.close()
    // Without the trap the program is killed in the middle of the copy.
    let arguments = ["new", "v1.0.0", "--metric", "a=1", "--artifact", "a.bin", "--artifact", "big.bin"]
    let killed = try scene.sandbox.run(
      [
        "/bin/sh", "-c", "ulimit -c 0; ulimit -f 2048; exec \"$0\" register \"$@\"",
        GitSandbox.products + "/mlops-hook",
      ]
        + arguments, in: scene.clone.path)
    #expect(killed.status > 128, "\(killed.status) \(killed.err)")
    #expect(try names(scene, "models/new").count == 1)
    #expect(try !scene.clone.git("status", "--porcelain").contains("models"))

    let output = try scene.sandbox.run(
      [
        "/bin/sh", "-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" register \"$@\"",
        GitSandbox.products + "/mlops-hook",
        "new", "v1.0.0", "--metric", "a=1", "--artifact", "a.bin", "--artifact", "big.bin",
      ], in: scene.clone.path)
    #expect(output.status == 1 && output.err.contains("cannot be written"), "\(output.status) \(output.err)")
    #expect(try names(scene, "models") == ["churn"])
    #expect(try register(scene, "new", "v1.0.0", "--metric", "a=1", "--artifact", "big.bin").status == 0)
    #expect(try names(scene, "models/new/v1.0.0") == ["big.bin", "metadata.json"])
  }

  @Test("--commit takes the folder alone, ignored files too, and leaves what is staged") func commit() throws {
    let scene = try scene()
    try write(scene, ".gitignore", "*.bin\n")
    try write(scene, "README.md", "changed\n")
    try write(scene, "model.bin", "x")
    try scene.clone.git("add", "README.md")
    let output = try register(scene, "churn", "v1.0.0", "--metric", "a=1", "--artifact", "model.bin", "--commit")
    #expect(output.status == 0, "\(output.err)")
    #expect(
      try scene.clone.git("show", "--name-only", "--format=%s", "HEAD")
        == "Register churn v1.0.0\n\nmodels/churn/v1.0.0/metadata.json\nmodels/churn/v1.0.0/model.bin")
    #expect(try scene.clone.git("diff", "--cached", "--name-only") == "README.md")

    let plain = try register(scene, "churn", "v1.0.1", "--metric", "a=1", "--artifact", "model.bin")
    #expect(plain.out.contains("git add --force models/churn/v1.0.1"), "\(plain.out)")
    #expect(try scene.clone.git("log", "--format=%s", "-1") == "Register churn v1.0.0")
    try scene.clone.git("checkout", "--quiet", "--force", "--detach")
    let detached = try register(scene, "churn", "v1.0.2", "--metric", "a=1", "--commit")
    #expect(detached.status == 2 && detached.err.contains("`HEAD` is detached"), "\(detached.err)")
    #expect(try names(scene, "models/churn") == ["v0.9.0", "v1.0.0", "v1.0.1"])
  }

  @Test("a commit that a hook refuses leaves the version, and nothing staged") func refusedCommit() throws {
    let scene = try scene()
    try scene.sandbox.write("clone/.git/hooks/pre-commit", "#!/bin/sh\necho no >&2\nexit 1\n")
    try scene.sandbox.run(["chmod", "+x", ".git/hooks/pre-commit"], in: scene.clone.path)
    let output = try register(scene, "churn", "v1.0.0", "--metric", "a=1", "--commit")
    #expect(output.status == 1 && output.err.contains("could not commit it: no"), "\(output.err)")
    #expect(try scene.clone.git("diff", "--cached", "--name-only").isEmpty)
    #expect(try names(scene, "models/churn") == ["v0.9.0", "v1.0.0"])
  }

  @Test(
    "a name or version that cannot be one is misuse",
    arguments: [
      ("../churn", "v1.0.0"), ("churn", "v1"), ("churn", "../v1.0.0"), ("", "v1.0.0"),
    ]) func misuse(name: String, version: String) throws
  {
    let scene = try scene()
    let output = try register(scene, name, version, "--metric", "a=1")
    try expectNothingMade(scene, output, status: 2)
  }

  @Test("line ends that git would change are told of, since the size would not be the evidence's") func lineEnds()
    throws
  {
    let scene = try scene()
    try write(scene, ".gitattributes", "* text=auto\n")
    try write(scene, "vocabulary.txt", "a\r\nb\r\n")
    let output = try register(scene, "churn", "v1.0.0", "--metric", "a=1", "--artifact", "vocabulary.txt")
    #expect(output.status == 0 && output.err.contains("git would change the bytes"), "\(output.err)")
  }

  @Test("a folder elsewhere can be named, and a bare repository is told apart") func elsewhere() throws {
    let scene = try scene()
    try scene.sandbox.write("home/metrics.json", "{\"a\": 1}")
    let output = try scene.sandbox.mlops(
      ["register", "-C", scene.clone.path, "churn", "v1.0.0", "--metrics", "metrics.json"],
      in: scene.sandbox.root + "/home")
    #expect(output.status == 0, "\(output.err)")
    #expect(try evidence(scene).contains("\"a\": 1"))
    let bare = try scene.sandbox.mlops(["register", "churn", "v1.0.0", "--metric", "a=1"], in: scene.sandbox.host)
    #expect(bare.status == 2 && bare.err.contains("bare"), "\(bare.err)")
    let nowhere = try scene.sandbox.mlops(["register", "churn", "v1.0.0", "--metric", "a=1"], in: "/")
    #expect(nowhere.status == 2 && nowhere.err.contains("mlops-hook init"), "\(nowhere.err)")
  }
}
