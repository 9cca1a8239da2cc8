internal import ManifestCore

/// The signatures of the Standard Webhooks scheme: over `id.timestamp.body`, several of them during a rotation.
public enum StandardWebhook {
  /// How old or new a message may be, in seconds.
  public static let tolerance: Int64 = 300

  /// The headers of a message: `webhook-id`, `webhook-timestamp`, and `webhook-signature` where there is a secret.
  public static func headers(
    id: String, timestamp: Int64, body: [UInt8], secrets: [Secret]
  ) throws(SecretFile.Refused) -> [(name: String, value: String)] {
    var headers = [("webhook-id", id), ("webhook-timestamp", String(timestamp))]
    if secrets.isEmpty { return headers }
    var signatures: [String] = []
    for secret in secrets {
      signatures.append(try signature(id: id, timestamp: timestamp, body: body, secret: secret))
    }
    headers.append(("webhook-signature", signatures.joined(separator: " ")))
    return headers
  }

  /// Whether a message comes from somebody who has one of the secrets, and is of now.
  public static func verify(
    id: String, timestamp: String, signatures: String, body: [UInt8], secrets: [Secret], now: Int64
  ) -> Bool {
    guard let time = Int64(timestamp), (now - tolerance...now + tolerance).contains(time) else { return false }
    var isGood = false
    for claimed in signatures.split(separator: " ").prefix(32) {
      for secret in secrets {
        guard let expected = try? signature(id: id, timestamp: time, body: body, secret: secret) else { continue }
        if ConstantTime.isEqual(Array(claimed.utf8), Array(expected.utf8)) { isGood = true }
      }
    }
    return isGood
  }

  /// The key of a secret: the bytes behind `whsec_`, or the text itself.
  static func key(_ secret: Secret) throws(SecretFile.Refused) -> [UInt8] {
    let prefix = Array("whsec_".utf8)
    guard secret.bytes.starts(with: prefix) else { return secret.bytes }
    guard let key = Base64.decode(secret.bytes.dropFirst(prefix.count)), !key.isEmpty else {
      throw SecretFile.Refused(
        message: "a secret begins with `whsec_`, but what follows is not Base64",
        fix: "write it as the receiver shows it, or without `whsec_`")
    }
    return key
  }

  private static func signature(
    id: String, timestamp: Int64, body: [UInt8], secret: Secret
  ) throws(SecretFile.Refused) -> String {
    let message = Array("\(id).\(timestamp).".utf8) + body
    guard let code = SHA256.authenticate(message, key: try key(secret)) else {
      throw SecretFile.Refused(message: "the signature could not be computed", fix: "look for a lack of memory")
    }
    return "v1," + Base64.encode(code)
  }
}
