import Foundation
import Glibc
import Testing

/// The gate behind gitolite, as docs/install/gitolite.md puts it there.
@Suite("Hosts: gitolite") struct GitoliteTests {
  private static let policy = Fixtures.policy(
    "reserved_refs: {\"refs/heads/rendered/*\": [alice]}\nmodels: {publishers: [alice]}")

  /// The kinds of the audit file's records with their pushers, from one on.
  private func records(_ sandbox: GitSandbox, from start: Int = 0) throws -> [String] {
    try sandbox.audit().dropFirst(start).map {
      "\(($0["verdict"] ?? $0["type"]) as? String ?? "") \($0["pusher"] as? String ?? "")"
    }
  }

  @Test("a push through sshd: the pusher is the key's owner, in report, audit file and event") func gate() throws {
    guard try TestTool.gitolite.orSkip() != nil, let sshd = try TestTool.sshd.orSkip() else { return }
    let host = try GitoliteScene(Fixtures.people(policy: Self.policy), byPush: true)
    let server = try GitoliteServer(host, program: sshd)
    let (sandbox, clone) = (host.sandbox, host.clone)
    try clone.git("config", "remote.origin.url", server.url("models"))
    sandbox.environment["GIT_SSH_VARIANT"] = nil
    func act(as name: String) throws {
      sandbox.environment["GIT_SSH_COMMAND"] = try server.command(sandbox, as: name)
    }
    try act(as: "alice")
    try host.scene.expectGate(pusher: "alice")
    let record = try #require(try sandbox.audit().first)
    #expect("\(record["from"] ?? "")".contains("SSH_CONNECTION"), "\(record)")

    // Rights by GL_USER: a reserved ref, and who may publish.
    let version = try clone.commit(
      "Publish", [Fixtures.evidencePath("v1.3.0"): Fixtures.evidence("v1.3.0")], on: "main")
    let rendered = try clone.commit("Render", ["x": "y"], on: "rendered", orphan: true)
    try act(as: "bob")
    expectRefused(try clone.push("rendered:refs/heads/rendered/production"), "push/malformed")
    expectRefused(try clone.push("main"), "model/publisher")
    try act(as: "alice")
    #expect(try clone.push("rendered:refs/heads/rendered/production").moved.values.first == rendered)
    #expect(try clone.push("main").moved == ["refs/heads/main": version])

    // A push option reaches the hook through gitolite, and a dry run changes nothing.
    let note = try clone.commit("Note", ["README.md": "new\n"])
    let dry = try clone.push(["main"], options: ["-o", "mlops.dry-run"])
    #expect(dry.moved.isEmpty && dry.report.text.contains("dry run: the push would be accepted"), "\(dry.transcript)")

    // The gate is asked before gitolite: what only that one refuses has no event, and no line says that it moved.
    let before = (try sandbox.audit().count, try sandbox.events().count)
    try act(as: "bob")
    let denied = try clone.push("main")
    #expect(denied.status != 0 && denied.moved.isEmpty && denied.transcript.contains("DENIED"), "\(denied.transcript)")
    #expect(denied.report.problems.isEmpty, "\(denied.transcript)")
    #expect(try records(sandbox, from: before.0) == ["accepted bob"])
    #expect(try sandbox.events().count == before.1)
    // Who may only read does not get as far as any hook.
    try act(as: "carol")
    let reader = try clone.push("main")
    #expect(reader.status != 0 && reader.transcript.contains("DENIED"), "\(reader.transcript)")
    #expect(try sandbox.audit().count == before.0 + 1)
    try act(as: "alice")
    #expect(try clone.push("main").moved == ["refs/heads/main": note])
    #expect(try records(sandbox, from: before.0) == ["accepted bob", "accepted alice", "moved alice"])
  }

  @Test("judged by ref, `update` is a VREF, and whatever happens to it refuses") func byRef() throws {
    guard try TestTool.gitolite.orSkip() != nil else { return }
    let host = try GitoliteScene(
      configuration: "    config mlops.gate = ref\n    -   VREF/mlops-update        = @all\n")
    let (sandbox, clone) = (host.sandbox, host.clone)
    #expect(try sandbox.git(["config", "mlops.gate"]) == "ref")
    let promoted = Deployment(version: "v1.1.0")
    try clone.commit("Promote", [promoted.path: promoted.yaml])
    let refused = try clone.push()
    expectRefused(refused, "approval/missing", at: promoted.path)
    #expect(refused.transcript.contains("VREF/mlops-update: helper program exit status"), "\(refused.transcript)")
    let good = try clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml], from: host.scene.base)
    // One that crashes, and one that is not there.
    let program = host.home + "/local/VREF/mlops-update"
    try host.run([
      "/bin/sh", "-c", "mv \"$0\" kept && printf '#!/bin/sh\\nkill -9 $$\\n' >\"$0\" && chmod 755 \"$0\"", program,
    ])
    let crashed = try clone.push()
    #expect(crashed.status != 0 && crashed.moved.isEmpty, "\(crashed.transcript)")
    try host.run(["rm", program])
    let missing = try clone.push()
    #expect(missing.moved.isEmpty && missing.transcript.contains("helper program missing"), "\(missing.transcript)")
    try host.run(["mv", "kept", program])
    #expect(try clone.push().moved == ["refs/heads/main": good])
    let judged = try sandbox.audit().filter { $0["scope"] as? String == "full" }
    #expect(judged.map { $0["hook"] as? String } == ["update", "update"], "\(judged)")
    #expect(judged.allSatisfy { $0["pusher"] as? String == "alice" }, "\(judged)")
    #expect(try sandbox.events().count == 1)
    // What no look at the repository can tell.
    let doctor = try host.doctor()
    #expect(doctor.status == 2 && doctor.out.contains("whether it runs ours cannot be seen"), "\(doctor.out)")
  }

  @Test("doctor, monitor and install.sh know gitolite's hooks, and what they pass over") func looked() throws {
    guard try TestTool.gitolite.orSkip() != nil else { return }
    let host = try GitoliteScene()
    let (sandbox, clone) = (host.sandbox, host.clone)
    let models = host.home + "/repositories/models.git"
    func monitor() throws -> Output {
      try sandbox.mlops(
        [
          "monitor", "--scan", host.home + "/repositories", "--except", host.home + "/repositories/gitolite-admin.git",
          "--except", host.home + "/repositories/testing.git",
        ], in: host.home,
        environment: ["HOME": host.home, "GIT_CONFIG_GLOBAL": host.home + "/.gitconfig"])
    }
    let fine = try host.doctor("--canary")
    #expect(fine.status == 0 && fine.out.contains("was refused by the gate"), "\(fine.out)")
    #expect(fine.out.contains("`update` is gitolite's, and `pre-receive` judges all that ours would"), "\(fine.out)")
    #expect(try monitor().out.contains("1 repository: 1 in force"))

    let script =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../../install.sh"
    let installed = try sandbox.run(
      [script, "--prefix", sandbox.root + "/prefix", "--from", GitSandbox.products, "--repo", models], in: sandbox.root)
    #expect(installed.status == 1 && installed.err.contains("docs/install/gitolite.md"), "\(installed.err)")
    #expect(try monitor().status == 0, "install.sh touched it")

    // gitolite's driver heeds a refusal only where git calls it by the name that it expects, or of the last hook.
    let bad = try clone.commit("Nobody approved", [Deployment().path: Deployment(version: "v1.1.0").yaml])
    try sandbox.configure("core.hooksPath", models + "/hooks")
    symlink("/bin/true", models + "/hooks/pre-receive.h01-other")
    let ignored = try clone.push()
    #expect(ignored.moved == ["refs/heads/main": bad], "the driver heeded it: \(ignored.transcript)")
    for look in [try host.doctor("--canary"), try monitor()] {
      #expect(look.status == 1 && look.out.contains("gitolite's driver takes a push"), "\(look.out)\(look.err)")
    }
    unlink(models + "/hooks/pre-receive.h01-other")
    #expect(try monitor().status == 0, "the last hook's refusal counts")
    try sandbox.git(["config", "--unset", "core.hooksPath"])

    // What is not there, it passes over.
    unlink(host.home + "/local/hooks/repo-specific/mlops-pre-receive")
    let passed = try clone.push("\(host.scene.base):refs/heads/topic/x", "main:refs/heads/topic/y")
    #expect(passed.status == 0, "\(passed.transcript)")
    for look in [try host.doctor("--canary"), try monitor()] {
      #expect(look.status == 1, "\(look.out)\(look.err)")
      #expect(look.out.contains("gitolite's driver is the hook `pre-receive`, and runs no gate"), "\(look.out)")
    }
  }

  @Test("strict, by a hook for all repositories; the host's shell is stopped too") func strict() throws {
    guard try TestTool.gitolite.orSkip() != nil else { return }
    let host = try GitoliteScene(configuration: "    config mlops.strict = true\n")
    try host.run(["mkdir", "local/hooks/common"])
    try host.run(
      ["ln", "-s", GitSandbox.products + "/reference-transaction", "local/hooks/common/reference-transaction"])
    try host.gitolite("setup", "--hooks-only")
    try host.scene.expectGate(pusher: "alice")
    #expect(try host.doctor("--canary").out.contains("`reference-transaction` is in place"))
    let moved = try host.sandbox.run(
      ["git", "update-ref", "refs/heads/main", host.scene.base], in: host.sandbox.host)
    #expect(moved.status != 0 && moved.err.contains("accepted no move"), "\(moved.err)")
    // gitolite's own repository still takes its pushes.
    host.act(as: "admin")
    try host.cloneAdministration()
    try host.pushAdministration("Again")
  }
}
