/// A public key as OpenSSH writes it: `ssh-ed25519 AAAA… comment`.
struct SSHPublicKey: Sendable, Hashable {
  /// The kinds of keys that OpenSSH can verify a signature of.
  ///
  /// Another kind is not bad, it is not supported: OpenSSH learns new ones.
  static let supportedKinds = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
  ]

  /// The kind, as the key itself names it.
  let kind: String
  /// The key in SSH's wire format (RFC 4253, section 6.6).
  let blob: [UInt8]

  /// Whether signatures by this kind of key can be verified.
  var isSupported: Bool { Self.supportedKinds.contains(kind) }

  /// Reads a line of a `.pub` file; nil where it is none, or its two parts name different kinds.
  init?(line: some Collection<UInt8>) {
    let words = line.split(whereSeparator: ASCII.isBlank)
    guard words.count >= 2, let blob = Base64.decode(words[1]), let key = SSHPublicKey(blob: blob),
      key.kind.utf8.elementsEqual(words[0])
    else { return nil }
    self = key
  }

  /// Reads a key in wire format; nil where it does not begin with the name of a kind.
  init?(blob: [UInt8]) {
    var reader = SSHReader(blob)
    guard let name = reader.string(), !name.isEmpty, name.count <= 64, name.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { return nil }
    kind = String(decoding: name, as: UTF8.self)
    self.blob = blob
  }

  /// What `ssh-keygen -l` shows, as in `SHA256:jPm…`.
  var fingerprint: String {
    let text = Base64.encode(SHA256.digest(blob) ?? [])
    return "SHA256:" + String(decoding: text.utf8.filter { $0 != UInt8(ascii: "=") }, as: UTF8.self)
  }

  /// The same digest as 64 hexadecimal digits, as the name of a ref may hold it.
  var hexFingerprint: String { SHA256.hex(blob) ?? "" }
}

/// Reads the fields of SSH's wire format (RFC 4251, section 5).
struct SSHReader {
  private var rest: ArraySlice<UInt8>

  /// Begins to read.
  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether everything has been read.
  var isAtEnd: Bool { rest.isEmpty }

  /// Bytes that must stand here.
  mutating func take(_ expected: String) -> Bool {
    guard rest.starts(with: expected.utf8) else { return false }
    rest = rest.dropFirst(expected.utf8.count)
    return true
  }

  /// A number of four bytes, the highest first.
  mutating func number() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    let value = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    rest = rest.dropFirst(4)
    return value
  }

  /// A number of bytes, and as many of them.
  mutating func string() -> [UInt8]? {
    guard let count = number(), count <= rest.count else { return nil }
    let bytes = Array(rest.prefix(Int(count)))
    rest = rest.dropFirst(Int(count))
    return bytes
  }
}
