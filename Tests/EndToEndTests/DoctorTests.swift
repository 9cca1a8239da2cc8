import Foundation
import Glibc
import Testing

/// `mlops-hook doctor` names each way in which a gate can be off.
@Suite("mlops-hook doctor") struct DoctorTests {
  /// One way in which the gate is off.
  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// A word that the answer has to contain.
    var word: String
    /// Makes the fault.
    var make: @Sendable (GitSandbox) throws -> Void
  }

  static let faults: [Fault] = [
    Fault(testDescription: "a hook is missing", word: "pre-receive") { unlink($0.host + "/hooks/pre-receive") },
    Fault(testDescription: "update is missing", word: "update") { unlink($0.host + "/hooks/update") },
    Fault(testDescription: "post-receive is missing", word: "post-receive") { unlink($0.host + "/hooks/post-receive") },
    Fault(testDescription: "a hook is not executable", word: "executable") { sandbox in
      try copy(sandbox, "pre-receive")
      chmod(sandbox.host + "/hooks/pre-receive", 0o644)
    },
    Fault(testDescription: "a hook is a link to nothing", word: "pre-receive") { sandbox in
      unlink(sandbox.host + "/hooks/pre-receive")
      symlink("/nowhere/pre-receive", sandbox.host + "/hooks/pre-receive")
    },
    Fault(testDescription: "a hook is empty", word: "pre-receive") { sandbox in
      unlink(sandbox.host + "/hooks/pre-receive")
      try sandbox.write("host.git/hooks/pre-receive", "")
      chmod(sandbox.host + "/hooks/pre-receive", 0o755)
    },
    Fault(testDescription: "a hook is a torn file of NULs", word: "pre-receive") { sandbox in
      unlink(sandbox.host + "/hooks/pre-receive")
      try sandbox.write("host.git/hooks/pre-receive", String(repeating: "\0", count: 4096))
      chmod(sandbox.host + "/hooks/pre-receive", 0o755)
    },
    Fault(testDescription: "a hook is something else", word: "pre-receive") { sandbox in
      try sandbox.wrapHook("pre-receive", "exit 0\n")
    },
    Fault(testDescription: "core.hooksPath points elsewhere", word: "core.hooksPath") {
      try $0.configure("core.hooksPath", "/dev/null")
    },
    Fault(testDescription: "core.hooksPath of the user points elsewhere", word: "core.hooksPath") { sandbox in
      try sandbox.git(["config", "--global", "core.hooksPath", "/dev/null"])
    },
    Fault(testDescription: "a hook is switched off by configuration", word: "hook.") {
      try $0.configure("hook.pre-receive.enabled", "false")
    },
    Fault(testDescription: "an event's hooks are switched off for the user", word: "hook.update.enabled") {
      try $0.git(["config", "--global", "hook.update.enabled", "off"])
    },
    Fault(testDescription: "the host's policy is not there", word: "mlops.policy") {
      try $0.configure("mlops.policy", "/nowhere")
    },
    Fault(testDescription: "the host's policy cannot be used", word: "policy") { sandbox in
      try sandbox.hostPolicy("a: [", approvers: nil)
    },
    Fault(testDescription: "the repository is of a format that cannot be read", word: "format") { sandbox in
      try sandbox.configure("core.repositoryFormatVersion", "1")
      try sandbox.configure("extensions.refStorage", "reftable")
    },
    Fault(testDescription: "the outbox cannot be written", word: "triggers cannot be written") { sandbox in
      try sandbox.write("host.git/mlops", "a file\n")
    },
    Fault(testDescription: "proc-receive takes refs away from the hooks", word: "procReceiveRefs") {
      try $0.configure("receive.procReceiveRefs", "refs/heads")
    },
  ]

  private static func copy(_ sandbox: GitSandbox, _ hook: String) throws {
    let path = "\(sandbox.host)/hooks/\(hook)"
    unlink(path)
    try FileManager.default.copyItem(atPath: "\(GitSandbox.products)/\(hook)", toPath: path)
  }

  @Test("a gate that is in force is fine") func inForce() throws {
    let scene = try Scene()
    for arguments in [["doctor", "--repo", scene.sandbox.host], ["doctor"]] {
      let output = try scene.sandbox.mlops(arguments, in: scene.sandbox.host)
      #expect(output.status == 0, "\(output.out)\(output.err)")
    }
  }

  @Test("a gate that is off is named", arguments: faults) func off(_ fault: Fault) throws {
    let scene = try Scene()
    try fault.make(scene.sandbox)
    let output = try scene.sandbox.mlops(["doctor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(output.status == 1, "\(output.status): \(output.out)\(output.err)")
    #expect((output.out + output.err).lowercased().contains(fault.word.lowercased()), "\(output.out)\(output.err)")
  }

  @Test("hooks of git's configuration are told from switches, and no false alarm is given") func configured() throws {
    let scene = try Scene()
    let sandbox = scene.sandbox
    func doctor(_ environment: [String: String] = [:]) throws -> Output {
      try sandbox.mlops(["doctor", "--repo", sandbox.host], in: sandbox.root, environment: environment)
    }
    // One that is not for the gate's events, off and on, says nothing.
    try sandbox.configure("hook.linter.command", "/usr/bin/linter --all")
    try sandbox.configure("hook.linter.event", "pre-commit")
    try sandbox.configure("hook.linter.enabled", "false")
    let quiet = try doctor()
    #expect(quiet.status == 0 && !quiet.out.contains("hook.linter"), "\(quiet.out)")
    try sandbox.configure("hook.linter.enabled", "true")
    try sandbox.configure("hook.linter.event", "pre-receive", add: true)
    let noted = try doctor()
    #expect(noted.status == 0, "\(noted.out)")
    #expect(noted.out.contains("git 2.54 and later runs `/usr/bin/linter --all` (`hook.linter`)"), "\(noted.out)")
    // An empty event takes back what was said before, as git has it.
    try sandbox.git(["config", "--add", "hook.linter.event", ""])
    #expect(try !doctor().out.contains("hook.linter"))
    try sandbox.configure("hook.empty.event", "post-receive")
    #expect(try doctor().out.contains("`hook.empty` is for `post-receive`, and has no command"))
    try sandbox.git(["config", "--remove-section", "hook.empty"])

    // The gate itself by configuration is no gate to count on.
    try sandbox.configure("hook.gate.command", GitSandbox.products + "/pre-receive")
    try sandbox.configure("hook.gate.event", "pre-receive")
    #expect(try doctor().out.contains("`hook.gate` is the gate for `pre-receive`, which git before 2.54 does not read"))
    try sandbox.configure("hook.gate.enabled", "no")
    #expect(try doctor().out.contains("`hook.gate` is the gate for `pre-receive`, and is not enabled"))
    unlink(sandbox.host + "/hooks/pre-receive")
    #expect(try doctor().status == 1)
    try sandbox.installHook("pre-receive")

    // A switch that somebody else takes back, and one that comes by the environment.
    try sandbox.configure("hook.pre-receive.enabled", "false")
    #expect(try doctor().status == 1)
    let count = ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "hook.pre-receive.ENABLED", "GIT_CONFIG_VALUE_0": "yes"]
    #expect(try doctor(count).status == 0)
    try sandbox.configure("hook.pre-receive.enabled", "true")
    #expect(try doctor().status == 0)
    let off = try doctor(["GIT_CONFIG_PARAMETERS": "'Hook.pre-receive.enabled'='0'"])
    #expect(off.status == 1 && off.out.contains("hook.pre-receive.enabled"), "\(off.out)")
  }

  @Test("another owner is named", .enabled(if: geteuid() == 0)) func owner() throws {
    let scene = try Scene()
    chown(scene.sandbox.host, 65534, 65534)
    let output = try scene.sandbox.mlops(["doctor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(
      output.status != 0 && (output.out + output.err).contains("own"), "\(output.status): \(output.out)\(output.err)")
    chown(scene.sandbox.host, 0, 0)
  }

  @Test("recommended settings are warnings, and audit mode is no gate in force") func recommendations() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.fsckObjects", "false")
    let warned = try scene.sandbox.mlops(["doctor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(
      warned.status == 0 && (warned.out + warned.err).contains("receive.fsckObjects"), "\(warned.out)\(warned.err)")
  }

  @Test("a recommended setting that is set is no warning") func settings() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.fsckObjects", "true")
    try scene.sandbox.configure("transfer.hideRefs", "refs/mlops")
    let output = try scene.sandbox.mlops(["doctor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(output.status == 0, "\(output.out)\(output.err)")
    #expect(!(output.out + output.err).contains("receive.fsckObjects"), "\(output.out)\(output.err)")
    #expect(!(output.out + output.err).contains("transfer.hideRefs"), "\(output.out)\(output.err)")
  }

  @Test("keys that nobody reads are named, with what was meant") func unknownKeys() throws {
    let scene = try Scene()
    for (key, value) in [
      ("mlops.sinks.web.url", "https://example.com/"), ("mlops.polcy", "/etc/x"), ("mlops.frobnicate", "1"),
      ("mlops.sink.web.command", "true"), ("mlops.sink.web.secretfle", "x"),
    ] {
      try scene.sandbox.configure(key, value)
    }
    let output = try scene.sandbox.mlops(["doctor"], in: scene.sandbox.host)
    #expect(output.status == 0, "\(output.out)")
    for words in [
      "`mlops.sinks.web.url` is no key", "did you mean `mlops.sink.web.url`?", "did you mean `mlops.policy`?",
      "git config --unset mlops.frobnicate", "did you mean `secretFile`?",
    ] {
      #expect(output.out.contains(words), "\(words): \(output.out)")
    }
  }

  @Test("a secret file that the relay would refuse is a warning, and an environment that nobody deploys to a note")
  func sinks() throws {
    let scene = try Scene()
    let secret = try scene.sandbox.write("secret", "x\n")
    chmod(secret, 0o644)
    for (name, file) in [("open", secret), ("missing", "secrets/none")] {
      try scene.sandbox.configure("mlops.sink.\(name).url", "https://example.com/")
      try scene.sandbox.configure("mlops.sink.\(name).secretFile", file)
    }
    try scene.sandbox.configure("mlops.sink.missing.environment", "prodction")
    let output = try scene.sandbox.mlops(["doctor"], in: scene.sandbox.host)
    #expect(output.status == 0, "\(output.out)")
    for words in [
      "warning: the sink `open` is not served: others than its owner can use", "hint: chmod 600 \(secret)",
      "warning: the sink `missing` is not served: the secret file ", "secrets/none` cannot be read",
      "note: the sink `missing` wants changes in `prodction`", "did you mean `production`?",
    ] {
      #expect(output.out.contains(words), "\(words): \(output.out)")
    }
    chmod(secret, 0o600)
    #expect(try !scene.sandbox.mlops(["doctor"], in: scene.sandbox.host).out.contains("`open` is not served"))
  }

  @Test("doctor lists what audit mode let through") func letThrough() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.mode", "audit")
    let promoted = Deployment(version: "v1.1.0")
    let tip = try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    _ = try scene.clone.push("main")
    let output = try scene.sandbox.mlops(["doctor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect((output.out + output.err).contains(tip.prefix(7)), "\(output.out)\(output.err)")
  }

  @Test("what is no repository gets status 2") func nowhere() throws {
    let scene = try Scene()
    #expect(try scene.sandbox.mlops(["doctor", "--repo", "/nowhere"], in: scene.sandbox.root).status == 2)
    #expect(try scene.sandbox.mlops(["doctor"], in: scene.sandbox.root).status == 2)
  }
}
