import Foundation
import Glibc

/// A server that somebody else wrote, on a port of its own, with an environment of its own, ended by its id.
final class HostServer {
  /// The port that it listens on.
  let port: Int
  private let process: Running

  /// Starts a server in the foreground and waits until it listens.
  ///
  /// - Parameter command: the command for a port; what configuration it needs is written here.
  init(_ sandbox: GitSandbox, _ command: (_ port: Int) throws -> [String]) throws {
    var words = ""
    // Somebody else may take a port between the look and the start.
    for _ in 0..<5 {
      let port = try sandbox.freePort()
      let process = try Self.start(sandbox, try command(port))
      _ = sandbox.eventually(within: 60) { process.hasEnded() || Self.answers(port) }
      if !process.hasEnded() {
        self.port = port
        self.process = process
        return
      }
      words = try process.wait().err
    }
    throw SceneError("the server does not start: \(words)")
  }

  /// Starts a program that sees nothing of the machine's git configuration, nor of the tests' environment.
  static func start(_ sandbox: GitSandbox, _ command: [String]) throws -> Running {
    let kept = ["PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "TMPDIR"]
    return try Running(
      command, in: sandbox.root, environment: sandbox.environment.filter { kept.contains($0.key) })
  }

  private static func answers(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
