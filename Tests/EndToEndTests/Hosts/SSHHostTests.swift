import Foundation
import Glibc
import Testing

/// Pushes through a real sshd to `git-shell`, as `docs/install/ssh.md` says.
@Suite("Hosts: sshd and git-shell") struct SSHHostTests {
  private static let reserved = Fixtures.people(
    policy: Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [carol]}"))
  private static let rendered = "main:refs/heads/rendered/x"

  @Test("a key pushes as the account, or as whom its line names", arguments: SSHHost.Naming.allCases)
  func gate(_ naming: SSHHost.Naming) throws {
    let scene = try Scene()
    guard let host = try SSHHost(scene, naming) else { return }
    if naming != .account { try scene.sandbox.configure("mlops.pusherEnv", "MLOPS_PUSHER") }
    scene.sandbox.environment.merge(host.variables(of: "carol")) { $1 }
    try scene.expectGate(pusher: naming == .account ? SSHHost.account : "carol")
    for record in try scene.sandbox.audit() {
      let from = record["from"] as? [String: Any]
      #expect((from?["SSH_CONNECTION"] as? String)?.hasPrefix("127.0.0.1 ") == true, "\(record)")
    }
    let other = try host.run("echo a shell", by: "carol")
    #expect(other.status != 0 && other.out.isEmpty && other.err.contains("unrecognized command"), "\(other)")
  }

  @Test("two keys are two pushers, and no client names another one", arguments: [SSHHost.Naming.environment, .command])
  func keys(_ naming: SSHHost.Naming) throws {
    let scene = try Scene(Self.reserved)
    guard let host = try SSHHost(scene, naming, keys: ["carol", "dave"]) else { return }
    try scene.sandbox.configure("mlops.pusherEnv", "MLOPS_PUSHER")
    let forged = host.variables(of: "dave", options: "-o SendEnv=MLOPS_PUSHER -o SendEnv=GL_*")
      .merging(["MLOPS_PUSHER": "carol", "GL_USERNAME": "carol", "GL_USER": "carol"]) { $1 }
    let refused = try scene.clone.push([Self.rendered], environment: forged)
    expectRefused(refused, "push/malformed")
    #expect(refused.report.text.contains("the pusher is `dave`"), "\(refused.transcript)")
    expectAccepted(try scene.clone.push([Self.rendered], environment: host.variables(of: "carol")))
  }

  @Test("what a client would set for the host's git does not reach it") func accepts() throws {
    let bad = Deployment(version: "v9.0.0")
    let ways = ["GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/nowhere"]
    let scene = try Scene()
    guard let host = try SSHHost(scene, .account) else { return }
    try scene.clone.commit("Worse", [bad.path: bad.yaml])
    let variables = host.variables(of: "carol", options: "-o SendEnv=GIT_CONFIG_*").merging(ways) { $1 }
    let result = try scene.clone.push(["main"], environment: variables)
    expectRefused(result, "approval/missing", "metric/threshold", exactly: false)
  }

  @Test("a repository of another owner is refused in one sentence, whatever `safe.directory` says") func owner() throws
  {
    // Only root may give a repository away.
    guard geteuid() == 0 else { return }
    let scene = try Scene()
    guard let host = try SSHHost(scene, .account) else { return }
    try scene.sandbox.git(["config", "--global", "safe.directory", "*"])
    try scene.sandbox.run(["chown", "65534", scene.sandbox.host], in: scene.sandbox.root)
    try scene.clone.commit(Fixtures.approved("Promote"), [Deployment().path: Deployment(version: "v1.1.0").yaml])
    let result = try scene.clone.push(["main"], environment: host.variables(of: "carol"))
    expectRefused(result, "host/internal")
    #expect(result.report.text.contains("push by the account that owns it"), "\(result.transcript)")
    #expect(!result.report.text.contains("safe.directory"), "\(result.transcript)")
  }
}
