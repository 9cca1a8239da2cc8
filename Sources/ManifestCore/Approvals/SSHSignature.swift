/// A signature in OpenSSH's format SSHSIG (its `PROTOCOL.sshsig`), taken apart and not yet verified.
struct SSHSignature: Sendable, Hashable {
  /// Why a text is no signature.
  enum Problem: Error, Hashable {
    /// It is not the Base64 of an SSHSIG blob.
    case malformed
    /// It is of a version that is not known.
    case version(UInt32)
  }

  /// The largest signature that is read, in bytes: an RSA key of 16,384 bits needs half of it.
  static let maximumBytes = 8192

  /// The whole blob.
  let blob: [UInt8]
  /// The key that claims to have signed.
  let key: SSHPublicKey
  /// What the signature is for.
  let namespace: [UInt8]
  /// The hash that the message went through.
  let hash: String
  /// How the key signed, such as `rsa-sha2-512`.
  let algorithm: String

  /// Reads the Base64 of a blob.
  init(base64 text: some Collection<UInt8>) throws(Problem) {
    guard text.count <= Self.maximumBytes * 2, let blob = Base64.decode(text) else { throw .malformed }
    try self.init(blob: blob)
  }

  /// Reads a blob.
  init(blob: [UInt8]) throws(Problem) {
    var reader = SSHReader(blob)
    guard blob.count <= Self.maximumBytes, reader.take("SSHSIG"), let version = reader.number() else {
      throw .malformed
    }
    guard version == 1 else { throw .version(version) }
    guard let keyBlob = reader.string(), let key = SSHPublicKey(blob: keyBlob), let namespace = reader.string(),
      !namespace.isEmpty, reader.string() != nil, let hash = reader.string(), let signature = reader.string(),
      reader.isAtEnd
    else { throw .malformed }
    var inner = SSHReader(signature)
    guard let algorithm = inner.string() else { throw .malformed }
    self.blob = blob
    self.key = key
    self.namespace = namespace
    self.hash = String(decoding: hash, as: UTF8.self)
    self.algorithm = String(decoding: algorithm, as: UTF8.self)
  }

  /// Reads the armored form that `ssh-keygen -Y sign` writes; nil where it is none.
  init?(armored text: [UInt8]) {
    let lines = text.split(separator: 10).map { $0.last == 13 ? $0.dropLast() : $0 }
    guard let first = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN SSH SIGNATURE-----".utf8) }),
      let last = lines.firstIndex(where: { $0.elementsEqual("-----END SSH SIGNATURE-----".utf8) }), first < last,
      let signature = try? SSHSignature(base64: Array(lines[(first + 1)..<last].joined()))
    else { return nil }
    self = signature
  }

  /// The Base64 of the blob, on one line.
  var base64: String { Base64.encode(blob) }

  /// The armored form that `ssh-keygen` reads, in lines of 70 characters.
  var armored: [UInt8] {
    var rest = Array(base64.utf8)[...]
    var text = bytes("-----BEGIN SSH SIGNATURE-----\n")
    while !rest.isEmpty {
      text += rest.prefix(70) + [10]
      rest = rest.dropFirst(70)
    }
    return text + bytes("-----END SSH SIGNATURE-----\n")
  }

  /// Why nobody here can verify the signature, whether it is good or not; nil where somebody can.
  var unsupported: String? {
    if !key.isSupported { return "a key of the kind `\(Text.cut(key.kind))` is not supported" }
    if hash != "sha256", hash != "sha512" { return "the hash `\(Text.cut(hash))` is not supported" }
    // RSA with SHA-1 is broken; every other kind signs by its own name.
    let isRSA = key.kind == "ssh-rsa"
    let known = isRSA ? ["rsa-sha2-256", "rsa-sha2-512"] : [key.kind]
    return known.contains(algorithm) ? nil : "the algorithm `\(Text.cut(algorithm))` is not supported"
  }
}

/// What arithmetic says of a signature.
enum SignatureVerdict: Sendable {
  /// The key that it names has signed these bytes.
  case good
  /// It has not.
  case bad
  /// Nobody here knows this kind of key.
  case unsupported
}

/// Verifies a signature over a message, by the key that the signature names.
///
/// Throws where it could not be looked at, which refuses what needs it.
typealias SignatureVerifier = @Sendable (_ signature: SSHSignature, _ message: [UInt8]) throws -> SignatureVerdict
