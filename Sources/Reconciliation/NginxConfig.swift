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

  /// What a text says of itself.
  private struct State: Codable {
    var environment: String?
    var entries: [String: Entry]
    var inForce: InForce
  }

  /// Where and how nginx tells that it has a text.
  struct InForce: Codable, Equatable {
    /// Where nginx listens by that text.
    var listen: String
    /// What tells the text from another.
    var revision: String
  }

  /// By the deployment's name.
  var entries: [String: Entry] = [:]
  /// What the text that this was read from says of itself; nil where there was none.
  private(set) var written: InForce?
  /// The environment whose deployments these are; nil where there was no text, or it does not say.
  private(set) var environment: String?

  private static let head =
    "# Written by mlops-reconciler from what git says: changes made here are seen and undone.\n"
  private static let stateMark = "# state: "

  /// An empty one.
  init() {}

  /// What a text was made from; nil where that cannot be told.
  init?(reading text: [UInt8]) {
    let lines = text.split(separator: 10, maxSplits: 2)
    guard lines.count == 3, lines[1].starts(with: Self.stateMark.utf8),
      let state = try? JSONDecoder().decode(State.self, from: Data(lines[1].dropFirst(Self.stateMark.utf8.count)))
    else { return nil }
    entries = state.entries
    written = state.inForce
    environment = state.environment
  }

  /// The address at which nginx tells which text is in force.
  static let revisionPath = "/.mlops-revision"

  /// The text, with what it says of itself.
  func text(_ endpoint: Targets.Endpoint) throws -> (text: String, inForce: InForce) {
    let revision = String((SHA256.hex(Array(try body(endpoint, "").utf8)) ?? "").prefix(32))
    let inForce = InForce(listen: try Self.listen(endpoint).description, revision: revision)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let stands = State(
      environment: endpoint.environment.isEmpty ? environment : endpoint.environment, entries: entries, inForce: inForce
    )
    let state = String(decoding: try encoder.encode(stands), as: UTF8.self)
    return (Self.head + Self.stateMark + state + "\n" + (try body(endpoint, revision)), inForce)
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
