import Foundation
import Glibc
import Testing

/// Each way in which git runs no hook and accepts, and that `doctor --canary` tells it.
@Suite("mlops-hook doctor --canary") struct CanaryTests {
  /// One state in which git silently accepts.
  struct Silence: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What the answer must name.
    var cause: String
    /// What the answer must advise.
    var remedy: String
    /// What the environment of whoever starts git is then.
    var environment: [String: String] = [:]
    /// Makes the state.
    var make: @Sendable (GitSandbox) throws -> Void
  }

  private static func replace(_ sandbox: GitSandbox, _ text: String?, mode: mode_t = 0o755) throws {
    let path = sandbox.host + "/hooks/pre-receive"
    unlink(path)
    guard let text else { return }
    try sandbox.write("host.git/hooks/pre-receive", text)
    chmod(path, mode)
  }

  static let silences: [Silence] = [
    Silence(testDescription: "missing", cause: "`pre-receive` is missing", remedy: "install.sh --repo") {
      try replace($0, nil)
    },
    Silence(testDescription: "not executable", cause: "`pre-receive` is not executable", remedy: "chmod +x") {
      sandbox in
      try sandbox.run(["cp", "hooks/pre-receive", "copy"], in: sandbox.host)
      try sandbox.run(["mv", "copy", "hooks/pre-receive"], in: sandbox.host)
      chmod(sandbox.host + "/hooks/pre-receive", 0o644)
    },
    Silence(
      testDescription: "a link to what is not executable", cause: "is a link to a file that is not executable",
      remedy: "chmod +x"
    ) { sandbox in
      try sandbox.run(["cp", "hooks/pre-receive", "gate"], in: sandbox.host)
      chmod(sandbox.host + "/gate", 0o644)
      unlink(sandbox.host + "/hooks/pre-receive")
      symlink("../gate", sandbox.host + "/hooks/pre-receive")
    },
    Silence(testDescription: "a link to nothing", cause: "is a link that leads nowhere", remedy: "install.sh --repo") {
      unlink($0.host + "/hooks/pre-receive")
      symlink("/nowhere/pre-receive", $0.host + "/hooks/pre-receive")
    },
    Silence(testDescription: "empty", cause: "`pre-receive` is empty", remedy: "install.sh --repo") {
      try replace($0, "")
    },
    Silence(testDescription: "zeros", cause: "nothing but zeros", remedy: "install.sh --repo") {
      try replace($0, String(repeating: "\0", count: 4096))
    },
    Silence(
      testDescription: "core.hooksPath of the repository", cause: "`core.hooksPath` of the repository",
      remedy: "--unset-all core.hooksPath"
    ) { try $0.configure("core.hooksPath", $0.root + "/nothing") },
    Silence(
      testDescription: "core.hooksPath of the user", cause: "gitconfig` sends git", remedy: "--unset-all core.hooksPath"
    ) { try $0.git(["config", "--global", "core.hooksPath", "/dev/null"]) },
    Silence(
      testDescription: "core.hooksPath of the environment", cause: "of the environment (`GIT_CONFIG_COUNT`)",
      remedy: "AcceptEnv",
      environment: [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null",
      ]
    ) { _ in },
    Silence(
      testDescription: "core.hooksPath of git's parameters", cause: "of the environment (`GIT_CONFIG_PARAMETERS`)",
      remedy: "AcceptEnv", environment: ["GIT_CONFIG_PARAMETERS": "'core.hookspath'='/dev/null'"]
    ) { _ in },
    Silence(
      testDescription: "core.hooksPath below XDG_CONFIG_HOME", cause: ".config/git/config` sends git",
      remedy: "--unset-all core.hooksPath"
    ) { sandbox in
      sandbox.environment["GIT_CONFIG_GLOBAL"] = nil
      try sandbox.write("home/.config/git/config", "[core]\n  hooksPath = /dev/null\n")
    },
  ]

  @Test("git accepts a bad push, and doctor says why", arguments: silences) func silent(_ silence: Silence) throws {
    let scene = try Scene()
    try silence.make(scene.sandbox)
    let bad = try scene.clone.commit("Nobody approved", [Deployment().path: Deployment(version: "v1.1.0").yaml])
    let words = silence.environment.map { "'\($0.key)=\($0.value.replacingOccurrences(of: "'", with: "'\\''"))'" }
    let receiver = (["env"] + words + ["git-receive-pack"]).joined(separator: " ")
    let pushed = try scene.clone.push(["main"], options: ["--receive-pack=\(receiver)"])
    #expect(pushed.status == 0 && pushed.moved["refs/heads/main"] == bad, "the gate is not off: \(pushed.transcript)")
    // What post-receive sees of a gate that is off: a move, and no judgement.
    #expect(try scene.sandbox.audit().allSatisfy { $0["type"] as? String == "moved" }, "the gate was asked")

    let before = try commits(scene.sandbox)
    let output = try scene.sandbox.mlops(
      ["doctor", "--canary", "--repo", scene.sandbox.host], in: scene.sandbox.root, environment: silence.environment)
    #expect(output.status == 1, "\(output.out)\(output.err)")
    #expect(output.out.contains("error: git accepted a real push that the gate must refuse"), "\(output.out)")
    #expect(output.out.contains(silence.cause), "\(output.out)")
    #expect(output.out.contains(silence.remedy), "\(output.out)")
    #expect(try commits(scene.sandbox) == before, "the canary is still there")
    #expect(try scene.sandbox.git(["for-each-ref", "refs/mlops-canary"]).isEmpty)

    // The look that runs nothing tells it too.
    let look = try scene.sandbox.mlops(
      ["monitor", "--scan", scene.sandbox.root], in: scene.sandbox.root, environment: silence.environment)
    #expect(look.status == 1 && (look.out + look.err).contains(silence.cause), "\(look.out)\(look.err)")
  }

  private func commits(_ sandbox: GitSandbox) throws -> [Substring] {
    try sandbox.git(["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"])
      .split(separator: "\n").filter { $0.hasSuffix(" commit") }
  }

  /// Hosts on which the gate is in force.
  static let healthy: [(String, @Sendable (GitSandbox) throws -> Void)] = [
    ("as it is", { _ in }),
    ("judged by ref", { try $0.configure("mlops.gate", "ref") }),
    ("with hidden refs", { try $0.configure("transfer.hideRefs", "refs/mlops") }),
    ("without an audit", { try $0.configure("mlops.audit", "false") }),
    ("with push options", { try $0.configure("receive.advertisePushOptions", "true") }),
    ("with core.hooksPath that leads to the gate", { try $0.configure("core.hooksPath", $0.host + "/hooks") }),
    (
      "with a policy of its own", { try $0.hostPolicy(Fixtures.policy("approvers: repository"), approvers: nil) }
    ),
    ("with signed pushes", { try $0.configure("receive.certNonceSeed", "x") }),
  ]

  @Test("a gate in force refuses the canary, which leaves nothing", arguments: healthy.indices)
  func inForce(_ index: Int) throws {
    let scene = try Scene()
    try Self.healthy[index].1(scene.sandbox)
    func everything() throws -> String {
      try scene.sandbox.run(["find", ".", "-type", "f"], in: scene.sandbox.host).out
    }
    let before = try everything()
    let output = try scene.sandbox.mlops(
      ["doctor", "--canary", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(output.status == 0, "\(Self.healthy[index].0): \(output.out)\(output.err)")
    #expect(output.out.contains("fine: a real push into `refs/mlops-canary/` was refused by the gate"), "\(output.out)")
    #expect(try everything() == before, "\(Self.healthy[index].0)")
    let left = try FileManager.default.contentsOfDirectory(atPath: scene.sandbox.root).filter { $0.contains("canary") }
    #expect(left.isEmpty, "\(left)")
  }

  @Test("an empty repository's gate refuses it too, and nobody else may push there") func empty() throws {
    let sandbox = try GitSandbox()
    let output = try sandbox.mlops(["doctor", "--canary"], in: sandbox.host)
    #expect(output.status == 0 && output.out.contains("was refused by the gate"), "\(output.out)\(output.err)")
    let clone = try Clone(sandbox)
    _ = try clone.commit("x", ["a": "b"], on: "x")
    let pushed = try clone.push("x:refs/mlops-canary/x", "x:refs/heads/y")
    #expect(pushed.status != 0 && pushed.moved.isEmpty, "\(pushed.transcript)")
    #expect(try sandbox.audit().count == 1, "what is not the canary alone is recorded")
  }

  @Test("a canary that does not reach the gate says nothing about it") func unknown() throws {
    let scene = try Scene()
    try scene.sandbox.configure("transfer.hideRefs", "refs/mlops-canary")
    let hidden = try scene.sandbox.mlops(["doctor", "--canary"], in: scene.sandbox.host)
    #expect(hidden.status == 2 && hidden.out.contains("did not reach it"), "\(hidden.out)")
    try scene.sandbox.git(["config", "--unset", "transfer.hideRefs"])
    try scene.sandbox.wrapHook("pre-receive", "exit 1\n")
    let other = try scene.sandbox.mlops(["doctor", "--canary"], in: scene.sandbox.host)
    #expect(other.status == 1 && other.out.contains("another hook refused the push"), "\(other.out)")
  }
}
