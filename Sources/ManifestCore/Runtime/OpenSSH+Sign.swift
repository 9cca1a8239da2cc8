/// A key that the user signs with, as git's configuration names it.
struct SigningKey {
  /// The path of a key; nil where the key itself is named, and an agent has it.
  var path: String?
  /// The public key itself.
  var literal: [UInt8]?
  /// The program that signs.
  var program: String

  /// What `gpg.format`, `user.signingKey` and `gpg.ssh.program` say; nil where nothing is configured for SSH.
  static func find(_ setting: (String) throws -> String?, _ context: HookContext) throws -> SigningKey? {
    guard let value = try setting("user.signingKey") else { return nil }
    let named = try setting("gpg.ssh.program")
    let program =
      named.flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : GitProgram.find($0, context) }
      ?? GitProgram.find("ssh-keygen", context) ?? OpenSSH.usualProgram
    let isLiteral = ["key::", "ssh-", "ecdsa-", "sk-"].contains { value.utf8.starts(with: $0.utf8) }
    if isLiteral {
      let key = value.utf8.starts(with: "key::".utf8) ? String(value.dropFirst(5)) : value
      return SigningKey(path: nil, literal: bytes(key + "\n"), program: program)
    }
    guard try setting("gpg.format") == "ssh" else { return nil }
    let isHome = value.utf8.starts(with: "~/".utf8)
    let path = isHome ? (context.variable("HOME") ?? "") + value.dropFirst(1) : value
    return SigningKey(path: path, literal: nil, program: program)
  }
}

extension OpenSSH {
  /// Signs a message for a namespace; the user may be asked for a passphrase or a touch.
  static func sign(
    _ message: [UInt8], for namespace: String, by key: SigningKey, _ context: HookContext
  ) throws -> SSHSignature {
    var command = [key.program, "-q", "-Y", "sign", "-n", namespace, "-f", key.path ?? "/dev/fd/3"]
    // Of a key that is named itself only an agent has the secret.
    if key.path == nil { command.append("-U") }
    let child = ChildProgram(
      command: command, environment: context.environment, seconds: 600, showsErrors: true, attachment: key.literal)
    let result: ChildProgram.Result
    do throws(ChildProgram.Failure) {
      result = try child.run(message)
    } catch {
      throw LocalCheck.CannotSay(error.message, fix: "install OpenSSH, or set `gpg.ssh.program`")
    }
    guard result.isSuccess, let signature = SSHSignature(armored: result.output) else {
      throw Refused(
        "the key \(key.path.map { "`\(Text.cut($0))`" } ?? "of `user.signingKey`") could not sign",
        fix: "see that it is there, or that the agent has it: `ssh-add -l` lists them, `ssh-add <key>` adds one")
    }
    return signature
  }
}
