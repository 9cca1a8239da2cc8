@testable import ManifestCore
@testable import YAMLTree

/// Evidence, and JSON as such.
enum EvidenceTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let evidence = input.withUnsafeBytes { Evidence.read($0) }
    try Shown.check(evidence.problems, in: input)
    for (_, value) in evidence.metrics {
      guard let again = try? Measurement(value.text) else {
        throw BrokenPromise(description: "the metric `\(value.text)` cannot be read again")
      }
      try promise(again.value == value.value && again.dimension == value.dimension, "a metric reads otherwise again")
    }
    for artifact in evidence.artifacts {
      try promise(artifact.size >= 0 && Digest.problem(inHex: artifact.sha256) == nil, "an odd artifact")
    }
    try pointer(input)
    let (node, problems) = JSONReader.read(input)
    try promise(problems.count <= 50, "\(problems.count) problems")
    var places = TextPlaces(input)
    for problem in problems { try places.check(problem.mark) }
    guard problems.isEmpty else {
      return try promise(!evidence.problems.isEmpty, "evidence without a problem that JSON has")
    }
    guard let node else { throw BrokenPromise(description: "no JSON, and no problem") }
    try check(node, input, &places)
  }

  /// JSON that is accepted means the same once more, and the same as YAML.
  private static func check(_ node: Node, _ input: [UInt8], _ places: inout TextPlaces) throws(BrokenPromise) {
    try places.check(node)
    let size = TextPlaces.size(node)
    try promise(size.count <= 10_000 && size.depth <= 32, "\(size.count) values, \(size.depth) deep")
    let text = node.canonicalText
    let again = JSONReader.read(Array(node.json.text.utf8))
    try promise(again.problems.isEmpty, "JSON of ours has problems: \(again.problems)")
    try promise(again.node?.canonicalText == text && node.hasSameValue(as: node), "JSON means another thing once more")
    let yaml = YAMLReader.read(input)
    guard yaml.problems.isEmpty, yaml.documents.count == 1 else { return }
    try promise(yaml.documents[0].canonicalText == text, "JSON means another thing as YAML")
  }

  private static func pointer(_ input: [UInt8]) throws(BrokenPromise) {
    guard let pointer = input.withUnsafeBytes({ LFSPointer($0) }) else { return }
    try promise(input.withUnsafeBytes { LFSPointer.looksLikeOne($0) }, "a pointer that does not look like one")
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:\(pointer.sha256)\nsize \(pointer.size)\n"
    try promise(Array(text.utf8).withUnsafeBytes { LFSPointer($0) } == pointer, "a pointer reads otherwise again")
  }
}

extension Node {
  /// The node as a value that is written.
  var json: JSONValue {
    switch content {
    case .scalar(let scalar):
      if scalar.style != .plain { return .string(scalar.text) }
      switch scalar.text {
      case "true", "false": return .bool(scalar.text == "true")
      case "null": return .null
      default: return .decimal(scalar.text)
      }
    case .sequence(let items): return .array(items.map(\.json))
    case .mapping(let pairs): return .object(pairs.map { ($0.key, $0.value.json) })
    }
  }
}
