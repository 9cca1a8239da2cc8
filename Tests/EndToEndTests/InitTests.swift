import Foundation
import ManifestCore
import Testing

/// `mlops-hook init`: a repository that passes the gate from its first push on.
@Suite("mlops-hook init") struct InitTests {
  private let people = [
    "--approver", "Aiko Tanaka <aiko@example.com>", "--approver", "Ken Mori <ken@example.com>",
  ]

  private func start(_ sandbox: GitSandbox, _ arguments: [String], in folder: String? = nil) throws -> Output {
    try sandbox.mlops(["init"] + arguments, in: folder ?? sandbox.root)
  }

  /// Everything below a folder but the git directory, with its text.
  private func files(_ folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !path.hasPrefix(".git/") {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      found[path] = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }
    return found
  }

  private func commitAndPush(_ sandbox: GitSandbox, _ folder: String) throws -> Output {
    try sandbox.git(["add", "--all"], in: folder)
    try sandbox.git(["commit", "--quiet", "--message", "Begin"], in: folder)
    try sandbox.git(["remote", "add", "origin", sandbox.host], in: folder)
    return try sandbox.run(
      ["git", "push", "--set-upstream", "origin", "main"], in: folder,
      environment: ["PATH": GitSandbox.products + ":" + (sandbox.environment["PATH"] ?? "")])
  }

  @Test("what it writes passes `check --all`, and its first push is taken without a warning") func firstPush() throws {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, ["a b/models", "--name", "churn"] + people)
    #expect(output.status == 2 && output.err.contains("is not there"), "\(output.err)")
    try FileManager.default.createDirectory(atPath: sandbox.root + "/a b", withIntermediateDirectories: false)
    let made = try start(sandbox, ["a b/models", "--name", "churn"] + people)
    #expect(made.status == 0 && made.err.isEmpty, "\(made.err)")
    #expect(made.out.contains("next: cd 'a b/models' && git add --all"), "\(made.out)")
    let folder = sandbox.root + "/a b/models"
    let written = try files(folder)
    #expect(
      Set(written.keys) == [
        "README.md", ".gitattributes", ".mlops/schema/model-deployment.json", "policies/policy.yaml",
        "policies/approvers.yaml", "models/churn/v1.0.0/metadata.json", "deployments/staging/churn.yaml",
        "deployments/production/churn.yaml", "configs/.gitkeep", "workflows/.gitkeep", "evaluate/datasets/.gitkeep",
        "evaluate/test_cases/.gitkeep",
      ])
    for path in written.keys { #expect(made.out.contains("made: \(path)\n"), "\(path)") }

    let push = try commitAndPush(sandbox, folder)
    #expect(push.status == 0, "\(push.err)")
    #expect(push.out.contains("fine: 1 commit") || push.err.contains("fine: 1 commit"), "no pre-push: \(push.err)")
    #expect(!push.err.contains("warning:") && !push.err.contains("error:"), "\(push.err)")
    #expect(try sandbox.tip("refs/heads/main") == sandbox.git(["rev-parse", "HEAD"], in: folder))
    let check = try sandbox.mlops(["check", "--all"], in: folder)
    #expect(check.status == 0 && check.out == "fine: 2 manifests judged\n", "\(check.out)")
  }

  @Test("from the second push on the policy rules: production needs another person") func policyRules() throws {
    let sandbox = try GitSandbox()
    #expect(try start(sandbox, ["models"] + people).status == 0)
    let folder = sandbox.root + "/models"
    #expect(try commitAndPush(sandbox, folder).status == 0)
    let path = "models/deployments/production/example-model.yaml"
    let text = try String(contentsOfFile: sandbox.root + "/" + path, encoding: .utf8)
    try sandbox.write(path, text.replacingOccurrences(of: "replicas: 3", with: "replicas: 4"))
    try sandbox.git(["commit", "--quiet", "--all", "--message", "Scale"], in: folder)
    let refused = try sandbox.run(["git", "push", "--no-verify"], in: folder)
    #expect(refused.status != 0)
    #expect(Report.remote(in: refused.standardError).checks == ["approval/missing"], "\(refused.err)")
    #expect(refused.err.contains("model-approvers"), "\(refused.err)")
    try sandbox.git(
      ["commit", "--quiet", "--amend", "--message", "Scale\n\nApproved-by: Ken Mori <ken@example.com>"], in: folder)
    let taken = try sandbox.run(["git", "push", "--no-verify"], in: folder)
    #expect(taken.status == 0, "\(taken.err)")
  }

  @Test("what is there is kept, byte for byte, and named") func keeps() throws {
    let sandbox = try GitSandbox()
    let own = [
      "README.md": "ours\n", ".gitattributes": "* text\n", "configs/base.yaml": "a: 1\n",
      "deployments/staging/x.yaml": "ours\n", ".git/hooks/pre-push": "#!/bin/sh\nexit 0\n",
    ]
    try sandbox.git(["init", "--quiet", "--initial-branch", "master", "models"], in: sandbox.root)
    for (path, text) in own { try sandbox.write("models/" + path, text) }
    let output = try start(sandbox, people, in: sandbox.root + "/models")
    #expect(output.status == 0, "\(output.err)")
    for (path, text) in own {
      #expect(try String(contentsOfFile: "\(sandbox.root)/models/\(path)", encoding: .utf8) == text, "\(path)")
    }
    for line in [
      "kept: README.md, which was there", "kept: .gitattributes, which was there",
      "kept: what deploys here; no example is written beside it", "kept: the hook pre-push, which was there",
      "made: policies/policy.yaml",
    ] { #expect(output.out.contains(line), "\(line) in \(output.out)") }
    let written = try files(sandbox.root + "/models")
    #expect(written["policies/policy.yaml"]?.contains("[refs/heads/master]") == true)
    #expect(written["models/example-model/v1.0.0/metadata.json"] == nil && written["configs/.gitkeep"] == nil)

    let again = try start(sandbox, people, in: sandbox.root + "/models")
    #expect(again.status == 0 && !again.out.contains("made:"), "\(again.out)")
    #expect(try files(sandbox.root + "/models") == written)
  }

  @Test("in a fresh clone the policy is for the branch that the host's HEAD names", arguments: ["main", "trunk"])
  func freshClone(branch: String) throws {
    let sandbox = try GitSandbox(head: branch)
    try sandbox.git(["clone", "--quiet", sandbox.host, "models"], in: sandbox.root)
    let folder = sandbox.root + "/models"
    let output = try start(sandbox, people, in: folder)
    #expect(
      output.status == 0 && output.out.contains("next: git push --set-upstream origin \(branch)"), "\(output.out)")
    try sandbox.git(["add", "--all"], in: folder)
    try sandbox.git(["commit", "--quiet", "--message", "Begin"], in: folder)
    let push = try sandbox.run(["git", "push", "--no-verify", "--set-upstream", "origin", branch], in: folder)
    #expect(push.status == 0 && !push.err.contains("warning:"), "\(push.err)")
    #expect(try sandbox.tip("refs/heads/" + branch) != nil)
  }

  @Test("a planted link is never written through") func links() throws {
    let sandbox = try GitSandbox()
    try sandbox.write("elsewhere/.keep", "")
    try sandbox.git(["init", "--quiet", "models"], in: sandbox.root)
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.root + "/models/policies", withDestinationPath: sandbox.root + "/elsewhere")
    let through = try start(sandbox, ["models"] + people)
    #expect(through.status == 1 && through.err.contains("`policies` is a symbolic link"), "\(through.err)")
    #expect(try files(sandbox.root + "/models").isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.root + "/elsewhere") == [".keep"])

    try FileManager.default.removeItem(atPath: sandbox.root + "/models/policies")
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.root + "/models/README.md", withDestinationPath: sandbox.root + "/elsewhere/README.md")
    let beside = try start(sandbox, ["models"] + people)
    #expect(beside.status == 0 && beside.out.contains("kept: README.md"), "\(beside.err)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/elsewhere/README.md"))
  }

  @Test("without approvers git's own user fills the roles, and it is said that this is one too few") func alone() throws
  {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, ["models"])
    #expect(output.status == 0 && output.err.contains("warning: only dev@example.com can approve"), "\(output.err)")
    let push = try commitAndPush(sandbox, sandbox.root + "/models")
    #expect(push.status == 0 && push.err.contains("only one person can fill the role"), "\(push.err)")
    try sandbox.write("gitconfig", "")
    let nobody = try start(sandbox, ["others"])
    #expect(nobody.status == 2 && nobody.err.contains("it is not known who approves"), "\(nobody.err)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/others"))
  }

  @Test("--signed writes the identity, the keys and the proof") func signed() throws {
    let sandbox = try GitSandbox()
    for name in ["aiko", "ken"] {
      try sandbox.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name], in: sandbox.root)
    }
    let output = try start(
      sandbox,
      ["models", "--signed", "--repository", "ml-platform/models"] + people + ["--key", "aiko.pub", "--key", "ken.pub"])
    #expect(output.status == 0 && output.err.isEmpty, "\(output.err)")
    let written = try files(sandbox.root + "/models")
    let policy = written["policies/policy.yaml"] ?? ""
    #expect(policy.contains("  repository: ml-platform/models #") && policy.contains("    proof: signed #"))
    for name in ["aiko", "ken"] {
      let key = try String(contentsOfFile: "\(sandbox.root)/\(name).pub", encoding: .utf8).split(separator: " ")
      let wanted = "keys: [\"\(key[0]) \(key[1])\"]"
      #expect(written["policies/approvers.yaml"]?.contains(wanted) == true, "\(wanted)")
    }
    let push = try commitAndPush(sandbox, sandbox.root + "/models")
    #expect(push.status == 0 && !push.err.contains("warning:"), "\(push.err)")

    let lacking = try start(sandbox, ["few", "--signed", "--repository", "r"] + people + ["--key", "aiko.pub"])
    #expect(lacking.status == 0 && lacking.err.contains("no key of `ken@example.com` is known"), "\(lacking.err)")
    let spaced = try start(
      sandbox, ["spaced", "--signed", "--repository", "ml platform"] + people + ["--key", "aiko.pub"])
    #expect(spaced.status == 2 && spaced.err.contains("`ml platform` cannot be the name"), "\(spaced.err)")
    let secret = try start(sandbox, ["secret", "--signed", "--repository", "r"] + people + ["--key", "aiko"])
    #expect(secret.status == 2 && secret.err.contains("`aiko` is a private key"), "\(secret.err)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/secret"))
  }

  @Test(
    "whoever is named oddly still stands in a directory that can be read",
    arguments: [
      "Aiko \"A\" O'Hara \\ <aiko@example.com>", "田中 愛子 <aiko@example.com>", "no <no@example.com>",
      "aiko+ml@example.com",
      "1 <1@example.com>", "on <on@on>", "# <a#b@example.com>", "a: b <a:b@example.com>",
    ]) func oddNames(person: String) throws
  {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, ["models", "--approver", person, "--approver", "Ken <ken@example.com>"])
    #expect(output.status == 0, "\(output.err)")
    let check = try sandbox.mlops(["check", "--worktree"], in: sandbox.root + "/models")
    #expect(check.status == 0 && !check.out.contains("warning:"), "\(check.out)")
  }

  @Test(
    "misuse says what to write instead, and makes nothing",
    arguments: [
      (["--signed"], "--signed --repository"), (["--repository", "r"], "add `--signed`"),
      (["--key", "k.pub"], "add `--signed`"), (["--name", "Churn"], "lower-case letters"),
      (["--approver", "Aiko"], "--approver 'Aiko Tanaka"),
      (["--approver", "a@x.com", "--approver", "A@x.com"], "once"),
      (["--approver", "A <a@x.com>", "--approver", "A <b@x.com>"], "tell the two people's names apart"),
      (["--signed", "--repository", "r", "--key", "a.pub", "--key", "b.pub"], "each key behind its person"),
    ]) func misuse(arguments: [String], hint: String) throws
  {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, ["models"] + arguments)
    #expect(output.status == 2 && output.err.contains(hint), "\(output.status) \(output.err)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/models"))
  }

  @Test("a folder inside of a repository, a bare repository and a file are told apart") func wrongPlaces() throws {
    let sandbox = try GitSandbox()
    try sandbox.git(["init", "--quiet", "clone"], in: sandbox.root)
    try sandbox.write("clone/inner/file", "")
    for (folder, words) in [
      ("clone/inner", "a repository's root"), ("clone/new", "a repository's root"),
      ("host.git", "is a bare repository"),
      ("clone/inner/file", "is no folder"),
    ] {
      let output = try start(sandbox, [folder] + people)
      #expect(output.status == 2 && output.err.contains(words), "\(output.status) \(output.err)")
    }
    #expect(try files(sandbox.root + "/clone") == ["inner/file": ""])
  }

  @Test("hooks that are kept elsewhere are left alone") func hooksPath() throws {
    let sandbox = try GitSandbox()
    try sandbox.git(["config", "--file", sandbox.root + "/gitconfig", "core.hooksPath", "/etc/hooks"])
    let output = try start(sandbox, ["models"] + people)
    #expect(output.out.contains("kept: the hooks of `core.hooksPath`, /etc/hooks"), "\(output.out)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.root + "/models/.git/hooks/pre-push"))
  }

  @Test("artifacts go to git-lfs, and what the gate reads never does") func attributes() throws {
    let sandbox = try GitSandbox()
    #expect(try start(sandbox, ["models"] + people).status == 0)
    let folder = sandbox.root + "/models"
    let paths = [
      "models/x/v1.0.0/model.onnx": "lfs", "models/x/v1.0.0/deep/er/weights.safetensors": "lfs",
      "models/x/v1.0.0/metadata.json": "unspecified", "deployments/production/x.yaml": "unspecified",
      "policies/policy.yaml": "unspecified", "evaluate/datasets/a.parquet": "unspecified",
      "deployments/models/model.bin": "unspecified",
    ]
    for (path, filter) in paths {
      #expect(try sandbox.git(["check-attr", "filter", path], in: folder) == "\(path): filter: \(filter)")
    }
    // Without git-lfs the file goes in as it is.
    try sandbox.write("models/models/example-model/v1.0.0/model.onnx", "weights")
    try sandbox.git(["add", "--all"], in: folder)
    #expect(try sandbox.git(["cat-file", "-p", ":models/example-model/v1.0.0/model.onnx"], in: folder) == "weights")
  }

  @Test("the hook that it installs is the one of the sources") func hook() throws {
    let sandbox = try GitSandbox()
    #expect(try start(sandbox, ["models"] + people).status == 0)
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let hook = sandbox.root + "/models/.git/hooks/pre-push"
    #expect(FileManager.default.contentsEqual(atPath: source + "/hooks/pre-push", andPath: hook))
    #expect(FileManager.default.isExecutableFile(atPath: hook))
  }

  @Test("each manifest names a schema that is there, and `schema` prints it") func schema() throws {
    let sandbox = try GitSandbox()
    #expect(try start(sandbox, ["models"] + people).status == 0)
    let printed = try sandbox.mlops(["schema"], in: sandbox.root).out
    for environment in ["staging", "production"] {
      let folder = "\(sandbox.root)/models/deployments/\(environment)"
      let line = try #require(
        try String(contentsOfFile: folder + "/example-model.yaml", encoding: .utf8).split(separator: "\n").first)
      let path = line.replacingOccurrences(of: "# yaml-language-server: $schema=", with: "")
      #expect(path != line && path.hasPrefix("../../"))
      #expect(try String(contentsOfFile: folder + "/" + path, encoding: .utf8) == printed)
    }
  }
}
