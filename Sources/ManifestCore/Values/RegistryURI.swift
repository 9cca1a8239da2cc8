/// The address of a model registry: a scheme, an authority and a path, and nothing that could be read in two ways.
struct RegistryURI: Sendable {
  /// The schemes of registries.
  static let schemes = ["s3", "gs", "az", "abfs", "abfss", "oci", "https", "hf", "mlflow", "file"]

  /// The longest address that is read, in bytes.
  static let maximumLength = 2048

  /// The address as it is written.
  let text: String

  /// The scheme.
  let scheme: String

  /// The host and its port, the host in lower case; empty only for files.
  let authority: String

  /// The parts of the path between slashes; a slash at the end adds none.
  let segments: [String]

  /// Reads an address.
  init(_ text: String) throws(ValueProblem) {
    var cursor = ValueCursor(text.utf8)
    guard cursor.bytes.count <= Self.maximumLength else {
      throw ValueProblem(
        "the URI has \(cursor.bytes.count) bytes, more than \(Self.maximumLength)", fix: "shorten the URI",
        at: Self.maximumLength)
    }
    self.text = text
    scheme = try Self.readScheme(&cursor)
    authority = try Self.readAuthority(&cursor, scheme: scheme)
    segments = try Self.readPath(&cursor)
  }

  /// Why the text is no address of a registry, or nil.
  static func problem(in text: String) -> ValueProblem? {
    do throws(ValueProblem) {
      _ = try RegistryURI(text)
      return nil
    } catch {
      return error
    }
  }

  /// Whether the address is the other one or lies below it, by whole segments of the path.
  func lies(below prefix: RegistryURI) -> Bool {
    scheme == prefix.scheme && authority == prefix.authority && segments.starts(with: prefix.segments)
  }

  /// Reads the scheme and its `://`.
  private static func readScheme(_ cursor: inout ValueCursor) throws(ValueProblem) -> String {
    let word = cursor.take { $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) }
    guard !word.isEmpty, cursor.take("://") else {
      throw ValueProblem(
        "the URI \(ValueProblem.quoted(cursor.bytes)) does not begin with a scheme and `://`",
        fix: "write a URI as in `s3://ml-models/prod`", at: word.isEmpty ? 0 : cursor.offset)
    }
    guard let scheme = schemes.first(where: { $0.utf8.elementsEqual(word) }) else {
      let list = schemes.map { "`\($0)`" }.joined(separator: ", ")
      let folded = schemes.first { $0.utf8.elementsEqual(word.map(\.lowercased)) }
      throw ValueProblem(
        "\(ValueProblem.quoted(word)) is not a scheme of a registry",
        fix: folded.map { "write `\($0)`" } ?? "use one of \(list)", at: word.startIndex)
    }
    return scheme
  }

  /// Reads the host and its port.
  private static func readAuthority(_ cursor: inout ValueCursor, scheme: String) throws(ValueProblem) -> String {
    let end = cursor.bytes[cursor.offset...].firstIndex { "/?#\\".utf8.contains($0) } ?? cursor.bytes.count
    if let sign = cursor.bytes[cursor.offset..<end].firstIndex(of: UInt8(ascii: "@")) {
      throw ValueProblem(
        "the URI has user information before `@`",
        fix: scheme.utf8.starts(with: "abfs".utf8)
          ? "write the container as the authority, as in `\(scheme)://container/path`"
          : "leave out everything up to `@`",
        at: sign)
    }
    let host = cursor.take { $0.isLetter || $0.isDigit || "-._".utf8.contains($0) }
    if let wrong = misplacedDot(in: host) {
      throw ValueProblem(
        "the host \(ValueProblem.quoted(host)) has an empty part", fix: "write a name between the dots", at: wrong)
    }
    var authority = host.map(\.lowercased)
    if !host.isEmpty, cursor.take(UInt8(ascii: ":")) {
      let port = cursor.take(while: \.isDigit)
      guard let number = Int(String(decoding: port.prefix(6), as: UTF8.self)), (1...65535).contains(number) else {
        throw ValueProblem(
          "the port \(ValueProblem.quoted(port)) is not within 1…65535", fix: "write a port or leave out the `:`",
          at: port.startIndex)
      }
      authority += [UInt8(ascii: ":")] + Array(String(number).utf8)
    }
    if let next = cursor.next, next != UInt8(ascii: "/") { throw foreign(cursor, part: "authority") }
    guard !authority.isEmpty || scheme == "file" else {
      throw ValueProblem(
        "the URI names no bucket or host", fix: "write one after `\(scheme)://`", at: cursor.offset)
    }
    return String(decoding: authority, as: UTF8.self)
  }

  /// The place of a dot at an end of the host or beside another dot, or nil.
  private static func misplacedDot(in host: ArraySlice<UInt8>) -> Int? {
    let dot = UInt8(ascii: ".")
    return host.indices.first {
      host[$0] == dot && ($0 == host.startIndex || $0 == host.endIndex - 1 || host[$0 - 1] == dot)
    }
  }

  /// Reads the path up to the end of the text.
  private static func readPath(_ cursor: inout ValueCursor) throws(ValueProblem) -> [String] {
    var segments: [String] = []
    while cursor.take(UInt8(ascii: "/")) {
      let segment = cursor.take { $0.isUnreserved || "!$&'()*+,;=:@".utf8.contains($0) }
      if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
        throw ValueProblem(
          "the URI has the dot segment \(ValueProblem.quoted(segment))",
          fix: "write the path that is meant, without it",
          at: segment.startIndex)
      }
      if cursor.isAtEnd, segment.isEmpty { break }
      segments.append(String(decoding: segment, as: UTF8.self))
    }
    guard cursor.isAtEnd else { throw foreign(cursor, part: "path") }
    return segments
  }

  /// The problem of a character that may not stand at the cursor.
  private static func foreign(_ cursor: ValueCursor, part: String) -> ValueProblem {
    switch cursor.next {
    case UInt8(ascii: "?"):
      ValueProblem("the URI has a query", fix: "leave out the `?` and what follows", at: cursor.offset)
    case UInt8(ascii: "#"):
      ValueProblem("the URI has a fragment", fix: "leave out the `#` and what follows", at: cursor.offset)
    case UInt8(ascii: "%"):
      ValueProblem(
        "the URI has a percent escape", fix: "use a path of letters, digits, `-`, `.`, `_` and `~`", at: cursor.offset)
    default:
      ValueProblem(
        "the \(part) of the URI has a character that it may not have",
        fix: "use letters, digits, `-`, `.` and `_`", at: cursor.offset)
    }
  }
}
