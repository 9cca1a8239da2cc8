@testable import GitObjects
@testable import ManifestCore

/// Signatures in their armor, as Base64 in a trailer and as bytes, and public keys.
enum SignaturesTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    if let signature = SSHSignature(armored: input) { try check(signature) }
    if let signature = try? SSHSignature(base64: input) {
      try check(signature)
      try promise(signature.base64.utf8.elementsEqual(input), "a signature has two spellings")
    }
    // Most of what is hostile is inside of the Base64.
    if let signature = try? SSHSignature(blob: input) { try check(signature) }
    if let decoded = Base64.decode(input) {
      try promise(Base64.encode(decoded).utf8.elsewhere(input) == nil, "Base64 has two spellings")
    }
    try promise(Base64.decode(Base64.encode(input).utf8) == input, "bytes are others as Base64")
    if let key = SSHPublicKey(line: input) { try check(key) }
    if let key = SSHPublicKey(blob: input) { try check(key) }
    try line(input)
  }

  private static func check(_ signature: SSHSignature) throws(BrokenPromise) {
    try promise(signature.blob.count <= SSHSignature.maximumBytes, "a signature of \(signature.blob.count) bytes")
    try promise(!signature.namespace.isEmpty, "a signature for nothing")
    try promise((try? SSHSignature(blob: signature.blob)) == signature, "a signature reads otherwise again")
    try promise((try? SSHSignature(base64: signature.base64.utf8)) == signature, "a signature is another one as Base64")
    try promise(SSHSignature(armored: signature.armored) == signature, "a signature is another one in its armor")
    let longest = signature.armored.split(separator: 10).map(\.count).max() ?? 0
    try promise(longest <= 70, "a line of an armor has \(longest) bytes")
    try check(signature.key)
    if let words = signature.unsupported { try Shown.harmless(Text.escape(words)) }
  }

  private static func check(_ key: SSHPublicKey) throws(BrokenPromise) {
    try promise(key.kind.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a kind of key that cannot be shown")
    try promise(SSHPublicKey(blob: key.blob) == key, "a key reads otherwise again")
    let line = "\(key.kind) \(Base64.encode(key.blob)) somebody@somewhere"
    try promise(SSHPublicKey(line: line.utf8) == key, "a key is another one on its line")
    try promise(key.fingerprint.utf8.count == 50 && key.hexFingerprint.utf8.count == 64, "an odd fingerprint")
  }

  /// The value of an `Approval-Signature` trailer.
  private static func line(_ input: [UInt8]) throws(BrokenPromise) {
    guard let line = SignatureLine(Trailer(key: bytes(SignatureLine.key), value: input, line: 1), of: .zero) else {
      return
    }
    let words = line.email + [0x20] + bytes(line.expires) + [0x20] + line.base64
    try promise(words == input, "the parts of a signature's line are not the line")
  }
}

extension String.UTF8View {
  /// The first byte in which a text differs from bytes.
  fileprivate func elsewhere(_ other: [UInt8]) -> Int? {
    elementsEqual(other)
      ? nil : zip(self, other).enumerated().first { $1.0 != $1.1 }?.offset ?? Swift.min(count, other.count)
  }
}
