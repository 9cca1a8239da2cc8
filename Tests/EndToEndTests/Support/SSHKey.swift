import Foundation

/// A real SSH key, made by `ssh-keygen` once for all tests of this process.
struct SSHKey: Sendable {
  /// The secret half, as OpenSSH writes it.
  var secret: String
  /// The public half: one line without its end.
  var open: String

  /// The keys by the names of their owners; `eve` is nobody whom a directory knows.
  static let all: [String: SSHKey] = {
    var keys: [String: SSHKey] = [:]
    for name in ["jun", "aiko", "ken", "omar", "eve"] { keys[name] = try? make(name) }
    return keys
  }()

  /// The key of a name.
  static func of(_ name: String) throws -> SSHKey {
    guard let key = all[name] else { throw SceneError("`ssh-keygen` made no key for \(name)") }
    return key
  }

  private static func make(_ name: String) throws -> SSHKey {
    let folder = "\(NSTemporaryDirectory())/mlops-key-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let output = try Running(
      ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "key"], in: folder,
      environment: ProcessInfo.processInfo.environment
    ).wait()
    guard output.status == 0 else { throw SceneError("ssh-keygen: \(output.err)") }
    let open = try String(contentsOfFile: folder + "/key.pub", encoding: .utf8)
    return SSHKey(
      secret: try String(contentsOfFile: folder + "/key", encoding: .utf8),
      open: open.trimmingCharacters(in: .newlines))
  }
}

extension GitSandbox {
  /// Writes somebody's key into the sandbox and gives the path of its public half.
  @discardableResult
  func writeKey(of name: String) throws -> String {
    let key = try SSHKey.of(name)
    let secret = try write("keys/\(name)", key.secret)
    chmod(secret, 0o600)
    return try write("keys/\(name).pub", key.open + "\n")
  }

  /// Signs a text with somebody's key by plain `ssh-keygen`; gives the Base64 of the signature.
  func sign(_ text: String, by name: String, namespace: String = "mlops-approval") throws -> String {
    let key = try writeKey(of: name)
    let output = try run(
      ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", key], in: root, input: Array(text.utf8))
    guard output.status == 0 else { throw SceneError("ssh-keygen -Y sign: \(output.err)") }
    return output.out.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
  }

  /// Whether plain `ssh-keygen` takes a signature (its Base64) of a text for a person's.
  func verifies(
    _ base64: String, of text: String, by name: String, email: String, namespace: String = "mlops-approval"
  ) throws -> Bool {
    let lines = stride(from: 0, to: base64.utf8.count, by: 70).map { start in
      String(base64.dropFirst(start).prefix(70))
    }
    let armored = (["-----BEGIN SSH SIGNATURE-----"] + lines + ["-----END SSH SIGNATURE-----", ""])
    let signature = try write("verify/\(UUID().uuidString).sig", armored.joined(separator: "\n"))
    let signers = try write(
      "verify/signers-\(name)", "\(email) namespaces=\"\(namespace)\" \(try SSHKey.of(name).open)\n")
    let output = try run(
      ["ssh-keygen", "-Y", "verify", "-n", namespace, "-f", signers, "-I", email, "-s", signature], in: root,
      input: Array(text.utf8))
    return output.status == 0
  }
}
