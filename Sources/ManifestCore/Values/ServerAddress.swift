/// The address of a server as targets name it: `http://host:port/path`, or `https`.
enum ServerAddress {
  /// Why the text is no such address, or nil.
  static func problem(in text: String) -> ValueProblem? {
    guard let rest = rest(of: text) else {
      return ValueProblem(
        "\(ValueProblem.quoted(text.utf8)) does not begin with `http://` or `https://`", fix: "write the whole address",
        at: 0)
    }
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    if let sign = authority.firstIndex(of: UInt8(ascii: "@")) {
      return ValueProblem(
        "the address holds a user or a password, which would show in logs", fix: "leave out everything up to `@`",
        at: sign)
    }
    if let wrong = rest.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7f || "\"<>\\^`{|}".utf8.contains($0) }) {
      return ValueProblem(
        "the address holds a character that no address has", fix: "write other characters as `%XX`", at: wrong)
    }
    return placeProblem(String(decoding: authority, as: UTF8.self), needsPort: false)
  }

  /// Why the text is no `host:port`, or nil.
  static func listenProblem(in text: String) -> ValueProblem? { placeProblem(text, needsPort: true) }

  /// Whether what is sent there can be read on the way: `http` to a host that is not this one.
  static func isOpen(_ text: String) -> Bool {
    guard let rest = rest(of: text), text.utf8.prefix(5).map(\.lowercased).elementsEqual("http:".utf8) else {
      return false
    }
    let host = split(String(decoding: rest.prefix { !"/?#".utf8.contains($0) }, as: UTF8.self)).host
    return !["127.0.0.1", "localhost", "[::1]"].contains(host)
  }

  private static func rest(of text: String) -> ArraySlice<UInt8>? {
    let bytes = Array(text.utf8)
    let word = bytes.prefix(8).map(\.lowercased)
    if word.starts(with: "https://".utf8) { return bytes[8...] }
    return word.starts(with: "http://".utf8) ? bytes[7...] : nil
  }

  /// A host with its port; brackets belong to the host.
  private static func split(_ text: String) -> (host: String, port: String?) {
    let end = text.utf8.lastIndex(of: UInt8(ascii: "]")) ?? text.utf8.startIndex
    guard let colon = text.utf8[end...].lastIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
    return (String(text[..<colon]), String(text[text.utf8.index(after: colon)...]))
  }

  private static func placeProblem(_ text: String, needsPort: Bool) -> ValueProblem? {
    let (host, port) = split(text)
    let fix = "write it as `127.0.0.1:8080` or `[::1]:8080`"
    guard !host.isEmpty else { return ValueProblem("the address names no host", fix: fix, at: 0) }
    let isBracketed = host.utf8.first == UInt8(ascii: "[") && host.utf8.last == UInt8(ascii: "]")
    let isPlain = host.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-._".utf8.contains($0) }
    guard isPlain || (isBracketed && host.utf8.allSatisfy { $0.isLetter || $0.isDigit || "[:]._-%".utf8.contains($0) })
    else { return ValueProblem("\(ValueProblem.quoted(host.utf8)) is no host", fix: fix, at: 0) }
    if port == nil, !needsPort { return nil }
    guard let port, port.utf8.count <= 5, port.utf8.allSatisfy(\.isDigit), let number = Int(port),
      (1...65_535).contains(number)
    else {
      return ValueProblem("\(ValueProblem.quoted(text.utf8)) names no port of 1…65535", fix: fix, at: host.utf8.count)
    }
    return nil
  }
}
