import GitObjects

/// Reads who is to approve: from the command line, else from git's own configuration.
struct InitApprovers {
  /// Reads `Name <e-mail>` or an e-mail alone, each with the public key of the same place.
  static func read(_ people: [String], keys: [String]) throws -> [InitPolicy.Approver] {
    guard keys.count <= people.count else {
      throw LocalCheck.CannotSay(
        "there are \(Text.count(keys.count, "key")) for \(Text.count(people.count, "approver"))",
        fix: "give each key behind its person: `--approver 'Aiko <aiko@example.com>' --key aiko.pub`")
    }
    var approvers: [InitPolicy.Approver] = []
    for (index, text) in people.enumerated() {
      let person = PersonIdentity(text.utf8)
      let email = person.email.map { String(decoding: $0, as: UTF8.self) } ?? ""
      let name = person.name.map { String(decoding: $0, as: UTF8.self) }
      guard person.problem == nil, PolicyReader.isEmail(email), name.map(ApproverName.isSound) ?? true else {
        throw LocalCheck.CannotSay(
          "`\(Text.cut(text))` names nobody: \(person.problem?.message ?? "it has no e-mail address")",
          fix: "write it as in `--approver 'Aiko Tanaka <aiko@example.com>'`")
      }
      guard !approvers.contains(where: { Directory.key($0.email.utf8) == Directory.key(email.utf8) }) else {
        throw LocalCheck.CannotSay("`\(Text.cut(email))` is named twice", fix: "name each approver once")
      }
      let key = try index < keys.count ? readKey(keys[index]) : nil
      approvers.append(.init(email: email, name: name, key: key))
    }
    return approvers
  }

  /// Whom git takes the user for.
  static func fromConfiguration(_ configuration: Configuration, keys: [String]) throws -> [InitPolicy.Approver] {
    guard let email = try configuration.value("user.email"), PolicyReader.isEmail(email) else {
      throw LocalCheck.CannotSay(
        "it is not known who approves: git has no `user.email`",
        fix: "name at least two people: `--approver 'Aiko Tanaka <aiko@example.com>'`")
    }
    let name = try configuration.value("user.name") ?? ""
    return try read([ApproverName.isSound(name) ? "\(name) <\(email)>" : email], keys: keys)
  }

  /// The type and the body of the public key in a file.
  private static func readKey(_ path: String) throws -> String {
    let shown = Text.cut(path)
    let fix = "name the file that ends in `.pub`, as `ssh-keygen` made it"
    guard case .content(let bytes) = SafeFiles.read(path, maximum: 65_536) else {
      throw LocalCheck.CannotSay("the key `\(shown)` cannot be read", fix: fix)
    }
    if bytes.starts(with: Array("-----BEGIN".utf8)) {
      throw LocalCheck.CannotSay("`\(shown)` is a private key, which belongs in no repository", fix: fix)
    }
    guard let key = text(bytes) else { throw LocalCheck.CannotSay("`\(shown)` holds no SSH public key", fix: fix) }
    return key
  }

  /// The public half of the key that git signs with; nil where it cannot be told.
  static func publicKey(_ key: SigningKey) -> String? {
    if let literal = key.literal { return text(literal) }
    guard let path = key.path else { return nil }
    for path in [path, path + ".pub"] {
      if case .content(let bytes) = SafeFiles.read(path, maximum: 65_536), let key = text(bytes) { return key }
    }
    return nil
  }

  /// The type and the body of a public key, without the comment.
  private static func text(_ bytes: [UInt8]) -> String? {
    let words = (bytes.split(separator: 10).first ?? []).split { $0 == 0x20 || $0 == 13 }
    let isPlain = words.prefix(2).allSatisfy { $0.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
    guard words.count >= 2, isPlain, words[0].contains(UInt8(ascii: "-")), words[1].starts(with: "AAAA".utf8) else {
      return nil
    }
    return words.prefix(2).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }
}
