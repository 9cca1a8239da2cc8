import Testing
import YAMLTree

/// The example's manifests as values of JSON, read by the gate's own reader.
struct SeedManifests: @unchecked Sendable, CustomTestStringConvertible {
  var testDescription: String
  var kind: String
  var value: [String: Any]

  static let all: [SeedManifests] = SourceTree.files(below: "examples/customer-segmentation/deployments", ".yaml")
    .flatMap {
      file in
      YAMLReader.read(Array(file.text.utf8)).documents.compactMap { node -> SeedManifests? in
        guard let object = plain(node) as? [String: Any], let kind = object["kind"] as? String else { return nil }
        return SeedManifests(testDescription: "\(file.path) \(kind)", kind: kind, value: object)
      }
    }

  /// A node as Foundation would read it out of JSON.
  private static func plain(_ node: Node) -> Any {
    switch node.content {
    case .sequence(let nodes): return nodes.map(plain)
    case .mapping(let pairs): return Dictionary(uniqueKeysWithValues: pairs.map { ($0.key, plain($0.value)) })
    case .scalar(let scalar):
      switch scalar.type {
      case .bool(let value): return value
      case .int: return Int(scalar.text) ?? 0
      case .float: return Double(scalar.text) ?? 0
      case .string, .null, .ambiguous: return scalar.text
      }
    }
  }
}
