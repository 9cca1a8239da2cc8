internal import Foundation

/// The address of an HTTP receiver, read strictly: two readers of it cannot disagree about where it leads.
public struct WebAddress: Sendable, Equatable {
  /// The address as it was written.
  public let text: String
  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host's name or address, without brackets.
  public let host: String
  /// The port that is named; nil where it is the scheme's own.
  public let port: Int?

  /// Why a text is no address that can be used.
  public struct Invalid: Error, Equatable {
    /// What is wrong.
    public var message: String
    /// What to do.
    public var fix: String
  }

  /// Reads an address; `http` only where that is allowed.
  public init(_ text: String, allowsInsecure: Bool = false) throws(Invalid) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 2048 else {
      throw Invalid(message: "the address has \(bytes.count) bytes, more than 2048", fix: "use a shorter one")
    }
    let allowed = Array("-._~:/?[]@!$&'()*+,;=%".utf8)
    for byte in bytes {
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || allowed.contains(byte)
      guard isPlain else {
        throw Invalid(
          message:
            "the address holds a character that no address has: `\(Unicode.Scalar(byte).escaped(asASCII: true))`",
          fix: "write other characters as `%XX`, and host names in ASCII")
      }
    }
    let scheme = text.prefix { $0 != ":" }.lowercased()
    guard scheme == "https" || scheme == "http" else {
      throw Invalid(message: "the address does not begin with `https://`", fix: "write the whole address")
    }
    guard scheme == "https" || allowsInsecure else {
      throw Invalid(
        message: "the address is `http`, so that anybody on the way could read and change what is sent",
        fix: "use `https`, or set `allowInsecure = true` where the way is one machine")
    }
    guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
      throw Invalid(message: "the address names no host", fix: "write it as `https://host/path`")
    }
    guard parts.user == nil, parts.password == nil, !bytes.contains(UInt8(ascii: "@")) else {
      throw Invalid(
        message: "the address holds a user or a password, which would show in lists of processes and logs",
        fix: "leave it out; requests are signed by the secret of `secretFile`")
    }
    if let port = parts.port, !(1...65_535).contains(port) {
      throw Invalid(message: "the address names the port \(port), which is none", fix: "use 1 to 65535")
    }
    self.text = text
    isSecure = scheme == "https"
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    port = parts.port
  }

  /// What somebody answered, without the path of the address, which may be a secret and is often repeated.
  public func hidden(in words: String) -> String {
    let path = text.dropFirst(shown.count)
    return path.count < 8 ? words : words.replacingOccurrences(of: path, with: "/…")
  }

  /// The address without its path and its query, either of which may be a secret.
  public var shown: String {
    let base = "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host)"
    return base + (port.map { ":\($0)" } ?? "")
  }
}
