import Foundation
import Glibc

/// A real `sshd` for gitolite: keys and forced commands are those that gitolite writes.
final class GitoliteServer {
  private let pidFile: String
  private let port: Int
  private let root: String

  /// Starts it, as whoever runs the tests; it serves that user alone.
  init(_ host: GitoliteScene, program: String) throws {
    root = host.sandbox.root
    pidFile = root + "/sshd.pid"
    port = try host.sandbox.freePort()
    try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    try host.sandbox.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "hostkey"], in: root)
    let configuration = """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(root)/hostkey
      PidFile \(pidFile)
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin yes
      AuthorizedKeysFile \(host.home)/.ssh/authorized_keys
      SetEnv HOME=\(host.home) GIT_CONFIG_NOSYSTEM=1

      """
    try host.sandbox.write("sshd_config", configuration)
    let started = try host.sandbox.run([program, "-f", root + "/sshd_config", "-E", root + "/sshd.log"], in: root)
    guard started.status == 0, try host.sandbox.eventually(within: 30, { try answers(host.sandbox) }) else {
      throw SceneError(
        "sshd: \(started.err)\((try? String(contentsOfFile: root + "/sshd.log", encoding: .utf8)) ?? "")")
    }
  }

  deinit {
    if let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
      let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
    {
      kill(pid, SIGTERM)
    }
  }

  private func answers(_ sandbox: GitSandbox) throws -> Bool {
    let script = "import socket; socket.create_connection(('127.0.0.1', \(port)), 5).close()"
    guard FileManager.default.fileExists(atPath: pidFile) else { return false }
    return try sandbox.run(["python3", "-c", script], in: root).status == 0
  }

  /// The address of a repository.
  func url(_ repository: String) -> String {
    "ssh://\(NSUserName())@127.0.0.1:\(port)/\(repository)"
  }

  /// The command by which git reaches it with somebody's key.
  func command(_ sandbox: GitSandbox, as name: String) throws -> String {
    let key = try sandbox.write("keys/\(name)", try GitoliteScene.key(name).secret)
    chmod(key, 0o600)
    return "ssh -F none -i \(key) -o IdentitiesOnly=yes -o IdentityAgent=none -o StrictHostKeyChecking=no "
      + "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes"
  }
}
