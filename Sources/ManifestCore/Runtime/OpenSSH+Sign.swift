private import Glibc

/// A key that the user signs with, as git's configuration names it.
struct SigningKey {
  /// The path of a key; nil where the key itself is named, and an agent has it.
  var path: String?
  /// The public key itself.
  var literal: [UInt8]?
  /// The program that signs.
  var program: String
  /// Whether the user named the program: it may have keys of its own.
  var isOwnProgram = false

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
      return SigningKey(path: nil, literal: bytes(key + "\n"), program: program, isOwnProgram: named != nil)
    }
    guard try setting("gpg.format") == "ssh" else { return nil }
    let isHome = value.utf8.starts(with: "~/".utf8)
    let path = isHome ? (context.variable("HOME") ?? "") + value.dropFirst(1) : value
    return SigningKey(path: path, literal: nil, program: program, isOwnProgram: named != nil)
  }

  /// The public key, as far as it can be told without signing.
  var publicKey: SSHPublicKey? {
    if let literal { return SSHPublicKey(line: literal.dropLast()) }
    guard let path else { return nil }
    for file in Set([path, path + ".pub"]).sorted() {
      if case .content(let text) = SafeFiles.read(file, maximum: 64 << 10),
        let line = text.split(separator: 10).first, let key = SSHPublicKey(line: line)
      {
        return key
      }
    }
    return nil
  }

  /// Refuses a key that is not at hand: neither its file is, nor has an agent it.
  ///
  /// Whether a passphrase is known or a token plugged in, signing itself will say.
  func refuseWhatCannotSign(_ context: HookContext) throws {
    guard !isOwnProgram else { return }
    if let path {
      // OpenSSH takes a public key's file for the private one beside it.
      let secret = path.utf8.suffix(4).elementsEqual(".pub".utf8) ? String(path.dropLast(4)) : path
      if access(secret, F_OK) == 0 { return }
      if access(path, F_OK) != 0 { throw cannotSign }
    }
    guard let own = publicKey, let lister = GitProgram.find("ssh-add", context) else { return }
    let child = ChildProgram(command: [lister, "-L"], environment: context.environment, seconds: 30)
    guard let result = try? child.run([]) else { return }
    // Without an agent it fails, and so it does where the agent has no key.
    let keys = result.output.split(separator: 10).compactMap { SSHPublicKey(line: $0) }
    if !keys.contains(own) { throw cannotSign }
  }

  /// What is said of a key that cannot sign.
  var cannotSign: Refused {
    Refused(
      "the key \(path.map { "`\(Text.cut($0))`" } ?? "of `user.signingKey`") could not sign",
      fix: "see that it is there, or that the agent has it: `ssh-add -l` lists them, `ssh-add <key>` adds one")
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
      throw key.cannotSign
    }
    return signature
  }
}
