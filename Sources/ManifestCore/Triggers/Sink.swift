/// Where triggers go: `mlops.sink.<name>.*`.
package struct Sink: Sendable, Equatable {
  /// What the delivery over a network reads.
  private static let networkKeys = ["format", "secretFile", "repositoryUrl", "caFile", "allowInsecure", "proxy"]
  /// What every delivery reads.
  private static let commonKeys = ["url", "command", "directory", "environment"]

  /// The sink that stands in where none is configured.
  package static let local = Sink(name: "local")

  package var name: String
  package var url: String?
  package var command: String?
  package var directory: String?
  /// Only changes in these environments; empty: in all.
  package var environments: [String] = []
  /// Keys that the delivery over a network reads.
  package var others: [String: String] = [:]

  /// Takes one entry of the configuration.
  static func read(_ key: String, _ value: String, _ gitDirectory: String, into sinks: inout [Sink]) throws {
    let rest = key.dropFirst("mlops.sink.".count)
    guard let dot = rest.lastIndex(of: ".") else {
      throw HostSettings.Invalid(message: "`\(Text.cut(key))` names no sink")
    }
    let name = String(rest[..<dot])
    let allowed = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
    guard allowed, !name.isEmpty, name.utf8.count <= 64 else {
      throw HostSettings.Invalid(
        message: "`\(Text.cut(name))` cannot be the name of a sink: use letters, digits, `-` and `_`")
    }
    if !sinks.contains(where: { $0.name == name }) { sinks.append(Sink(name: name)) }
    guard let index = sinks.firstIndex(where: { $0.name == name }) else { return }
    switch rest[rest.index(after: dot)...].lowercased() {
    case "url": sinks[index].url = value
    case "command": sinks[index].command = value
    case "directory": sinks[index].directory = HostSettings.absolute(value, gitDirectory)
    case "environment": sinks[index].environments.append(value)
    case let other: sinks[index].others[other] = value
    }
  }

  /// The keys that nobody reads, as git shows them: in lower case.
  package var unknownKeys: [String] {
    let known = Set(Self.networkKeys.map { $0.lowercased() })
    return others.keys.filter { !known.contains($0) }.sorted()
  }

  /// The key that somebody meant, most likely.
  static func nearestKey(to key: String) -> String? { Suggestion.nearest(to: key, among: commonKeys + networkKeys) }

  /// Whether a change in an environment goes to this sink.
  func takes(_ environment: String) -> Bool { environments.isEmpty || environments.contains(environment) }
}
