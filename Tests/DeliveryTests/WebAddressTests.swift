import Testing

@testable import Networking

/// Addresses that lead to one place only.
@Suite struct WebAddressTests {
  @Test(
    arguments: [
      ("https://argocd.example.com/api/webhook", "argocd.example.com", nil),
      ("HTTPS://Example.com:8443/a?b=c", "Example.com", 8443), ("https://[::1]:9000/x", "::1", 9000),
      ("https://127.0.0.1", "127.0.0.1", nil),
    ] as [(String, String, Int?)])
  func good(_ text: String, _ host: String, _ port: Int?) throws {
    let address = try WebAddress(text)
    #expect(address.host == host && address.port == port && address.isSecure)
  }

  @Test(
    arguments: [
      "", "argocd.example.com", "ftp://example.com", "https://", "https:///path", "http://example.com/",
      "https://user:secret@example.com/", "https://example.com\\@evil.com/", "https://example.com/a b",
      "https://example.com/\r\nX: y", "https://example.com:0/", "https://example.com:99999/", "https://exämple.com/",
      "https://example.com/#\u{0}", "file:///etc/passwd", "https://" + String(repeating: "a", count: 3000),
    ])
  func bad(_ text: String) {
    #expect(throws: WebAddress.Invalid.self) { try WebAddress(text) }
  }

  @Test func plainOnlyWhereItIsAllowed() throws {
    #expect(try !WebAddress("http://127.0.0.1:8080/x", allowsInsecure: true).isSecure)
  }

  @Test func whatIsShownHoldsNoPath() throws {
    let address = try WebAddress("https://flux.example.com/hook/5ec2e7?token=5ec2e7")
    #expect(address.shown == "https://flux.example.com")
  }

  @Test(
    arguments: [
      ("127.0.0.1:9465", "127.0.0.1", 9465), ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0),
    ] as [(String, String, Int)])
  func listening(_ text: String, _ host: String, _ port: Int) throws {
    let address = try ListenAddress(text)
    #expect(address.host == host && address.port == port && address.description == text)
  }

  @Test(arguments: ["", "9465", ":9465", "127.0.0.1", "::1:80", "h:70000", "h:-1", "h:x"])
  func notListening(_ text: String) {
    #expect(throws: ListenAddress.Invalid.self) { try ListenAddress(text) }
  }
}
