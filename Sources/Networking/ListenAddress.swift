/// Where a server listens: `HOST:PORT`, an IPv6 address in brackets.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  /// The address or name to listen on.
  public let host: String
  /// The port; 0 lets the system choose one.
  public let port: Int

  /// Why a text is no such address.
  public struct Invalid: Error, Equatable {
    /// What is wrong.
    public var message: String
    /// What to do.
    public var fix: String
  }

  /// Reads an address.
  public init(_ text: String) throws(Invalid) {
    let fix = "write it as `127.0.0.1:9465` or `[::1]:9465`"
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65_535).contains(port)
    else { throw Invalid(message: "the address to listen on names no port", fix: fix) }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw Invalid(message: "an IPv6 address stands in brackets before the port", fix: fix)
    }
    guard !host.isEmpty else {
      throw Invalid(
        message: "the address to listen on names no host",
        fix: fix + "; `0.0.0.0` listens to everybody, without a password")
    }
    self.host = host
    self.port = port
  }

  /// Takes an address by its parts.
  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// The address as it is written.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
