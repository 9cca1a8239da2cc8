import Foundation

extension GitSandbox {
  /// A port that nobody has just now.
  func freePort() throws -> Int {
    let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    let output = try run(["python3", "-c", script], in: root)
    guard let port = Int(output.out.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw SceneError(output.err)
    }
    return port
  }

  /// The SHA-256 of a text, by coreutils.
  func digest(_ text: String) throws -> String {
    String(try run(["sha256sum"], in: root, input: Array(text.utf8)).out.prefix(64))
  }
}
