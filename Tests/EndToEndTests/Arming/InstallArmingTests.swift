import Foundation
import Glibc
import Testing

/// What `install.sh` proves at its end, and `--strict`.
@Suite("install.sh arms") struct InstallArmingTests {
  private static let script =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/install.sh"

  private func install(_ sandbox: GitSandbox, _ arguments: String...) throws -> Output {
    try sandbox.run(
      [Self.script, "--prefix", sandbox.root + "/prefix", "--from", GitSandbox.products] + arguments, in: sandbox.root)
  }

  private func hooks(_ sandbox: GitSandbox) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sandbox.host + "/hooks").sorted()
  }

  @Test("it ends with a push that must be refused, and fails loudly where it is not") func proves() throws {
    let scene = try Scene(hooks: [])
    let fine = try install(scene.sandbox, "--repo", scene.sandbox.host)
    #expect(
      fine.status == 0 && fine.out.contains("a push that the gate must refuse was refused"), "\(fine.out)\(fine.err)")
    #expect(try hooks(scene.sandbox) == ["mlops-hook", "post-receive", "pre-receive", "update"])
    #expect(try scene.sandbox.git(["config", "receive.hideRefs"]) == "refs/replace")
    #expect(!FileManager.default.fileExists(atPath: scene.sandbox.host + "/mlops/audit.jsonl"))
    let replaced = try scene.clone.push("main:refs/replace/\(scene.base)")
    #expect(replaced.status != 0 && replaced.moved.isEmpty, "\(replaced.transcript)")

    // Whatever git's environment says to the installer, it says to the git that is asked.
    let off = try scene.sandbox.run(
      [
        "env", "GIT_CONFIG_GLOBAL=\(try scene.sandbox.write("off", "[hook \"pre-receive\"]\n  enabled = false\n"))",
        Self.script,
        "--prefix", scene.sandbox.root + "/prefix", "--from", GitSandbox.products, "--repo", scene.sandbox.host,
      ], in: scene.sandbox.root)
    #expect(off.status == 1 && off.err.contains("THE GATE IS NOT IN FORCE"), "\(off.out)\(off.err)")
    try scene.sandbox.configure("receive.procReceiveRefs", "refs/for")
    let behind = try install(scene.sandbox, "--repo", scene.sandbox.host)
    #expect(behind.status == 1 && behind.err.contains("receive.procReceiveRefs"), "\(behind.err)")
  }

  @Test("what only reports is a warning, and shallow pushes are named") func warns() throws {
    let scene = try Scene(hooks: [])
    try scene.sandbox.configure("mlops.mode", "audit")
    try scene.sandbox.configure("receive.shallowUpdate", "true")
    let run = try install(scene.sandbox, "--repo", scene.sandbox.host)
    #expect(run.status == 0 && run.err.contains("mlops.mode is audit"), "\(run.out)\(run.err)")
    #expect(run.err.contains("receive.shallowUpdate"), "\(run.err)")
  }

  @Test("--strict installs the fourth hook beside one that is there, keeps it, and takes it away again")
  func strict() throws {
    let scene = try Scene(hooks: [])
    let note = scene.sandbox.root + "/note"
    try scene.sandbox.run(["mkdir", "hooks"], in: scene.sandbox.host)
    try scene.sandbox.wrapHook("reference-transaction", "cat >>'\(note)'\n")
    let run = try install(scene.sandbox, "--strict", "--repo", scene.sandbox.host)
    #expect(run.status == 0, "\(run.out)\(run.err)")
    #expect(run.out.contains("hooks installed: pre-receive, update, post-receive, reference-transaction"), "\(run.out)")
    #expect(try scene.sandbox.git(["config", "mlops.strict"]) == "true")
    let tip = try scene.clone.commit("Say hello", ["README.md": "hello\n"])
    let pushed = try scene.clone.push("main")
    #expect(try pushed.status == 0 && scene.sandbox.tip("refs/heads/main") == tip, "\(pushed.transcript)")
    #expect(try String(contentsOfFile: note, encoding: .utf8).contains(tip), "the hook that was there did not run")
    let back = try scene.sandbox.run(["git", "update-ref", "refs/heads/main", scene.base], in: scene.sandbox.host)
    #expect(back.status != 0 && back.err.contains("accepted no move"), "\(back.err)")

    // Installed again without the option, it stays.
    let again = try install(scene.sandbox, "--repo", scene.sandbox.host)
    #expect(again.status == 0 && again.out.contains("reference-transaction"), "\(again.out)\(again.err)")
    let doctor = try scene.sandbox.run(
      [scene.sandbox.root + "/prefix/bin/mlops-hook", "doctor", "--canary", "--repo", scene.sandbox.host],
      in: scene.sandbox.root)
    #expect(doctor.status == 0 && doctor.out.contains("`reference-transaction` is in place"), "\(doctor.out)")
    #expect(!doctor.out.contains("not of the version"), "\(doctor.out)")

    let gone = try install(scene.sandbox, "--uninstall", "--repo", scene.sandbox.host)
    #expect(gone.status == 0, "\(gone.out)\(gone.err)")
    #expect(try hooks(scene.sandbox) == ["reference-transaction"])
    #expect(try scene.sandbox.run(["git", "config", "mlops.strict"], in: scene.sandbox.host).status == 1)
    try scene.sandbox.git(["update-ref", "refs/heads/main", scene.base])
  }

  @Test("a hook of another version is told from the installed one") func version() throws {
    let scene = try Scene(hooks: [])
    #expect(try install(scene.sandbox, "--repo", scene.sandbox.host).status == 0)
    try scene.sandbox.run(["sh", "-c", "printf x >>hooks/update"], in: scene.sandbox.host)
    let doctor = try scene.sandbox.run(
      [scene.sandbox.root + "/prefix/bin/mlops-hook", "monitor", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(doctor.status == 0, "\(doctor.out)\(doctor.err)")
    #expect((doctor.out + doctor.err).contains("`update` is not of the version that is installed"), "\(doctor.out)")
  }

  @Test("a hook of the repository's own that refuses first is no false alarm") func refusedFirst() throws {
    let scene = try Scene(hooks: [])
    try scene.sandbox.run(["mkdir", "hooks"], in: scene.sandbox.host)
    try scene.sandbox.wrapHook("pre-receive", "echo no >&2\nexit 1\n")
    let run = try install(scene.sandbox, "--repo", scene.sandbox.host)
    #expect(run.status == 0 && run.err.contains("could not be shown by a push"), "\(run.out)\(run.err)")
    #expect(run.err.contains("another hook refused the push before the gate was asked"), "\(run.err)")
  }

  @Test("each hook is on disk before it takes its place, and its name afterwards") func durable() throws {
    let scene = try Scene(hooks: [])
    let hooks = scene.sandbox.host + "/hooks"
    // What is synced, and which hooks stand then.
    let log = scene.sandbox.root + "/synced"
    let script =
      "#!/bin/sh\nfor f in \"$@\"; do echo \"$f|$(ls '\(hooks)' | tr '\\n' ' ')\" >>'\(log)'; done\nexec /bin/sync \"$@\"\n"
    try scene.sandbox.run(
      ["/bin/sh", "-c", "mkdir tools && cat >tools/sync && chmod 755 tools/sync"], in: scene.sandbox.root,
      input: Array(script.utf8))
    scene.sandbox.environment["PATH"] = scene.sandbox.root + "/tools:" + (scene.sandbox.environment["PATH"] ?? "")
    let run = try install(scene.sandbox, "--strict", "--repo", scene.sandbox.host)
    #expect(run.status == 0, "\(run.err)")
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    for hook in ["pre-receive", "update", "post-receive", "reference-transaction"] {
      let content = try #require(lines.firstIndex { $0.hasPrefix("\(hooks)/\(hook).new.") }, "\(hook): \(lines)")
      #expect(!lines[content].hasSuffix("| \(hook) ") && !lines[content].contains(" \(hook) "), "\(lines[content])")
      #expect(lines[(content + 1)...].first { $0.hasPrefix(hooks + "|") }?.contains(hook + " ") == true, "\(lines)")
    }
  }

  @Test("--strict goes with --repo alone") func misuse() throws {
    let sandbox = try GitSandbox(hooks: [])
    for arguments in [[], ["--template", sandbox.root + "/t"], ["--uninstall", "--repo", sandbox.host]] {
      let run = try sandbox.run([Self.script, "--strict"] + arguments, in: sandbox.root)
      #expect(run.status == 2, "\(arguments): \(run.err)")
    }
  }
}
