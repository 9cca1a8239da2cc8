import Foundation
import ManifestCore
import Networking

/// The file that leads requests to versions, as nginx reads it, with what it was made from in its first lines.
struct NginxConfig {
  /// What one deployment's requests are led by.
  struct Entry: Codable, Equatable {
    var table: RouteTable
    /// The names that the server behind has for versions, where it has others: Triton's numbers.
    var folders: [String: String]?
  }

  /// By the deployment's name.
  var entries: [String: Entry] = [:]

  private static let head =
    "# Written by mlops-reconciler from what git says: changes made here are seen and undone.\n"
  private static let stateMark = "# state: "

  /// An empty one.
  init() {}

  /// What a text was made from; nil where that cannot be told.
  init?(reading text: [UInt8]) {
    let lines = text.split(separator: 10, maxSplits: 2)
    guard lines.count == 3, lines[1].starts(with: Self.stateMark.utf8),
      let entries = try? JSONDecoder().decode(
        [String: Entry].self, from: Data(lines[1].dropFirst(Self.stateMark.utf8.count)))
    else { return nil }
    self.entries = entries
  }

  /// The address at which nginx tells which text is in force.
  static let revisionPath = "/.mlops-revision"

  /// What tells one text from another.
  func revision(_ endpoint: Targets.Endpoint) throws -> String {
    String((SHA256.hex(Array(try body(endpoint, "").utf8)) ?? "").prefix(32))
  }

  /// The text.
  func text(_ endpoint: Targets.Endpoint) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let state = String(decoding: try encoder.encode(entries), as: UTF8.self)
    return Self.head + Self.stateMark + state + "\n" + (try body(endpoint, revision(endpoint)))
  }

  // MARK: What nginx reads

  private func body(_ endpoint: Targets.Endpoint, _ revision: String) throws -> String {
    let behind = try NginxBehind(endpoint)
    var choices = ""
    var places = ""
    var allowsUnderscores = false
    for (index, name) in entries.keys.sorted().enumerated() {
      guard let entry = entries[name] else { continue }
      try NginxWord.check(label: name)
      let choice = try NginxChoice(entry, index)
      allowsUnderscores = allowsUnderscores || choice.needsUnderscores
      choices += "\n# \(name)\n" + choice.text
      places += "\n" + behind.places(name, choice)
    }
    return choices + """

      server {
        listen \(try Self.listen(endpoint));
        server_name _;
        client_max_body_size 0;
      \(allowsUnderscores ? "  underscores_in_headers on;\n" : "")
        location = \(Self.revisionPath) {
          default_type text/plain;
          return 200 "\(revision)";
        }
        location / {
          return 404;
        }
      \(behind.health)\(places)}

      """
  }

  static func listen(_ endpoint: Targets.Endpoint) throws -> ListenAddress {
    let listen: ListenAddress
    do {
      listen = try ListenAddress(endpoint.listen ?? "")
    } catch {
      throw TargetFailure("`listen` of `\(endpoint.name)`: \(error.message)", fix: error.fix)
    }
    let isPlain = listen.host.utf8.allSatisfy { NginxWord.isAlphanumeric($0) || ".-:".utf8.contains($0) }
    guard isPlain, listen.port > 0 else {
      throw TargetFailure(
        "`listen` of `\(endpoint.name)` is no address with a port", fix: "write it as `127.0.0.1:8080` or `[::]:8080`")
    }
    return listen
  }
}
