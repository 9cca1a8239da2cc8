import Foundation
import Glibc
import ManifestCore
import Testing

@testable import Networking

/// Secrets and what is signed with them.
@Suite struct SecretTests {
  private func file(_ text: String, mode: mode_t = 0o600) throws -> String {
    let path = NSTemporaryDirectory() + "/mlops-secret-\(UUID().uuidString)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    chmod(path, mode)
    return path
  }

  @Test func linesAreSecrets() throws {
    let path = try file("\n  new secret \r\nwhsec_b2xk\n\n")
    defer { unlink(path) }
    #expect(try SecretFile.read(path).map(\.bytes) == [Array("new secret".utf8), Array("whsec_b2xk".utf8)])
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o644, 0o660] as [mode_t])
  func othersMayNotTouchIt(_ mode: mode_t) throws {
    let path = try file("secret", mode: mode)
    defer { unlink(path) }
    let refused = #expect(throws: SecretFile.Refused.self) { try SecretFile.read(path) }
    #expect(refused?.fix == "chmod 600 \(path)")
  }

  @Test func strangeFilesAreRefused() throws {
    let path = try file("secret")
    let link = path + ".link"
    symlink(path, link)
    let pipe = path + ".pipe"
    mkfifo(pipe, 0o600)
    let empty = try file(" \n\n")
    let large = try file(String(repeating: "x", count: 65_537))
    let many = try file((0..<11).map { "s\($0)\n" }.joined())
    defer { for file in [path, link, pipe, empty, large, many] { unlink(file) } }
    for (file, word) in [
      (link, "link"), (pipe, "regular"), (empty, "empty"), (large, "65537"), (many, "11"), ("/", "regular"),
      (path + "x", "cannot be read"),
    ] {
      let refused = #expect(throws: SecretFile.Refused.self) { try SecretFile.read(file) }
      #expect(refused?.message.contains(word) == true, "\(refused?.message ?? "")")
    }
    if geteuid() == 0 {
      chown(path, 12_345, 12_345)
      #expect(throws: SecretFile.Refused.self) { try SecretFile.read(path) }
    }
  }

  @Test func aSecretDoesNotShow() {
    let secret = Secret(Array("hunter2".utf8))
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!"\(secret) \(dumped) \(String(reflecting: secret))".contains("hunter2"))
    #expect(!"\([secret])".contains("104"), "nor its bytes")
  }

  /// RFC 4231, cases 1, 2, 4 and 6.
  @Test(
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ] as [([UInt8], String, String)])
  func hmac(_ key: [UInt8], _ text: String, _ code: String) {
    let body = Array(text.utf8)
    #expect(HMACSignature.header(body, secret: Secret(key)) == "sha256=" + code)
    #expect(HMACSignature.verify("sha256=" + code, body, secrets: [Secret([1]), Secret(key)]))
    #expect(!HMACSignature.verify("sha256=" + code, body + [0], secrets: [Secret(key)]))
    #expect(!HMACSignature.verify("", body, secrets: [Secret(key)]))
  }

  /// The example of the Standard Webhooks' own documentation.
  @Test func standardWebhook() throws {
    let body = Array(#"{"test": 2432232314}"#.utf8)
    let secret = Secret(Array("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".utf8))
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    let headers = try StandardWebhook.headers(
      id: id, timestamp: 1_614_265_330, body: body, secrets: [secret, Secret(Array("plain text".utf8))])
    #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    let signatures = headers[2].value
    #expect(signatures.hasPrefix("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,"))
    func verify(_ signatures: String, now: Int64, body: [UInt8] = body, time: String = "1614265330") -> Bool {
      StandardWebhook.verify(
        id: id, timestamp: time, signatures: signatures, body: body, secrets: [secret], now: now)
    }
    #expect(verify(signatures, now: 1_614_265_330 + 300))
    #expect(!verify(signatures, now: 1_614_265_330 + 301), "too old")
    #expect(!verify(signatures, now: 1_614_265_330, body: body + [0x20]))
    #expect(!verify("v1,AAAA", now: 1_614_265_330))
    for time in ["now", "", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "1e9", "-1"] {
      #expect(!verify(signatures, now: 1_614_265_330, time: time), "\(time)")
    }
  }

  @Test func aSecretThatIsNoBase64IsRefused() {
    #expect(throws: SecretFile.Refused.self) {
      try StandardWebhook.headers(id: "", timestamp: 0, body: [], secrets: [Secret(Array("whsec_ü".utf8))])
    }
  }
}
