internal import ManifestCore

/// A signature over a body by HMAC-SHA256, as GitHub, Argo CD and Flux write it: `sha256=<hex>`.
public enum HMACSignature {
  /// The value of the header.
  public static func header(_ body: [UInt8], secret: Secret) -> String? {
    SHA256.authenticate(body, key: secret.bytes).map { "sha256=" + Hexadecimal.text($0) }
  }

  /// Whether a header's value is a signature over a body by one of some secrets.
  public static func verify(_ header: String, _ body: [UInt8], secrets: [Secret]) -> Bool {
    let claimed = Array(header.lowercased().utf8)
    var isGood = false
    for secret in secrets {
      guard let expected = Self.header(body, secret: secret) else { continue }
      if ConstantTime.isEqual(claimed, Array(expected.utf8)) { isGood = true }
    }
    return isGood
  }
}

/// Comparison whose time does not tell how much was alike.
public enum ConstantTime {
  /// Whether two texts have the same bytes.
  public static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
  }
}
