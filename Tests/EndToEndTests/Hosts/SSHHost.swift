import Foundation
import Glibc

/// A real sshd before the host of a scene, as `docs/install/ssh.md` sets it up.
///
/// It lets in whoever runs the tests, by keys alone, and `git-shell` is what they get.
final class SSHHost {
  /// How a key names its owner.
  enum Naming: String, CaseIterable, Sendable {
    /// Not at all: all that is known is the account.
    case account
    /// By `environment=`.
    case environment
    /// By a forced command.
    case command
  }

  /// The account that receives pushes.
  static let account: String = getpwuid(geteuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "root"

  private let scene: Scene
  private let server: HostServer

  /// Starts sshd; nil where it is not installed.
  ///
  /// - Parameter accepts: the variables that a client may name.
  init?(_ scene: Scene, _ naming: Naming, keys names: [String] = ["carol"], accepts: String = "GIT_PROTOCOL") throws {
    guard let program = try TestTool.sshd.orSkip() else { return nil }
    self.scene = scene
    let sandbox = scene.sandbox
    let root = sandbox.root
    // What sshd wants where root starts it.
    if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
    try sandbox.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", root + "/hostkey"], in: root)
    let page = try HostPage("ssh.md")
    var keys = ""
    for name in names {
      let key = try sandbox.clientKey(of: name)
      switch naming {
      case .account: keys += "restrict \(key)\n"
      case .environment:
        let lines = try page.block("keys").split(separator: "\n")
        keys += try Self.line(String(lines[0]), name, key)
      case .command: keys += try Self.line(try page.block("command"), name, key)
      }
    }
    let authorized = try sandbox.write("git_keys", keys)
    let match = try page.block(
      "sshd", replacing: [("Match User git", "Match User \(Self.account)"), ("/etc/ssh/git_keys", authorized)])
    // The account's own shell is no git-shell here, but for a forced command it may not be one.
    let shell = naming == .command ? "" : "  ForceCommand git-shell -c \"$SSH_ORIGINAL_COMMAND\"\n"
    let variables = ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
      .map { "\($0)=\(sandbox.environment[$0] ?? "")" }.joined(separator: " ")
    server = try HostServer(sandbox) { port in
      let config = try sandbox.write(
        "sshd_config",
        """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey \(root)/hostkey
        PidFile none
        StrictModes no
        UsePAM no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        PermitUserRC no
        AcceptEnv \(accepts)
        SetEnv \(variables)
        \(match)\(shell)
        """)
      return [program, "-D", "-e", "-f", config]
    }
    try scene.clone.git("remote", "set-url", "origin", "ssh://\(Self.account)@127.0.0.1:\(server.port)\(sandbox.host)")
  }

  /// A line of the page for another person.
  private static func line(_ text: String, _ name: String, _ key: String) throws -> String {
    guard text.contains("=carol"), let start = text.range(of: "ssh-ed25519") else {
      throw SceneError("no line of keys: \(text)")
    }
    return text[..<start.lowerBound].replacingOccurrences(of: "=carol", with: "=" + name) + key + "\n"
  }

  /// The variables of somebody who pushes with their key.
  func variables(of name: String, options: String = "") -> [String: String] {
    ["GIT_SSH_COMMAND": command(of: name).joined(separator: " ") + " " + options]
  }

  /// Runs a command on the host, as far as it lets.
  func run(_ words: String, by name: String) throws -> Output {
    let sandbox = scene.sandbox
    return try sandbox.run(
      command(of: name) + ["-p", "\(server.port)", "\(Self.account)@127.0.0.1", words], in: sandbox.root)
  }

  private func command(of name: String) -> [String] {
    let root = scene.sandbox.root
    return [
      "ssh", "-F", "none", "-i", "\(root)/clients/\(name)", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
      "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=\(root)/known_hosts",
    ]
  }
}

extension GitSandbox {
  /// Makes the key by which somebody logs in, and gives its public half.
  fileprivate func clientKey(of name: String) throws -> String {
    let path = root + "/clients/" + name
    try FileManager.default.createDirectory(atPath: root + "/clients", withIntermediateDirectories: true)
    try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], in: root)
    return try String(contentsOfFile: path + ".pub", encoding: .utf8).trimmingCharacters(in: .newlines)
  }
}
