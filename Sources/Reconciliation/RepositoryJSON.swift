import ManifestCore
import YAMLTree

/// JSON files of a server's model repository, changed in one place and kept otherwise.
enum RepositoryJSON {
  /// Reads a text; nil where it is no strict JSON.
  static func read(_ text: [UInt8]) -> Node? {
    let (node, problems) = JSONReader.read(text)
    return problems.isEmpty ? node : nil
  }

  /// A node as it is written, numbers by their digits.
  static func value(_ node: Node) -> JSONValue {
    switch node.content {
    case .sequence(let items): .array(items.map(value))
    case .mapping(let pairs): .object(pairs.map { ($0.key, value($0.value)) })
    case .scalar(let scalar): scalar.style == .plain ? .decimal(scalar.text) : .string(scalar.text)
    }
  }

  /// Whether a value is `null`, however it was made.
  static func isNull(_ value: JSONValue) -> Bool { value.text == "null" }

  /// An object with one key set, at its place or at the end.
  static func setting(_ key: String, to value: JSONValue, in pairs: [(String, JSONValue)]) -> [(String, JSONValue)] {
    var pairs = pairs
    if let index = pairs.firstIndex(where: { $0.0 == key }) {
      pairs[index].1 = value
    } else {
      pairs.append((key, value))
    }
    return pairs
  }
}
