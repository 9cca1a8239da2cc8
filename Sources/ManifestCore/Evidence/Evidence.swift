import YAMLTree

/// What a version's `metadata.json` says.
final class Evidence: Sendable {
  /// A file that belongs to the version.
  struct Artifact: Sendable {
    var path: Located<String>
    var sha256: String
    var size: Int64
  }

  let name: Located<String>?
  let version: Located<String>?
  let metrics: [String: Measurement]
  /// Nil where the evidence says nothing about a shadow test.
  let shadowTestPassed: Bool?
  let artifacts: [Artifact]
  let problems: [SourceProblem]

  init(
    name: Located<String>? = nil, version: Located<String>? = nil, metrics: [String: Measurement] = [:],
    shadowTestPassed: Bool? = nil, artifacts: [Artifact] = [], problems: [SourceProblem]
  ) {
    self.name = name
    self.version = version
    self.metrics = metrics
    self.shadowTestPassed = shadowTestPassed
    self.artifacts = artifacts
    self.problems = problems
  }

  /// Evidence that is not read, for one reason.
  static func unreadable(_ message: String, fix: String) -> Evidence {
    Evidence(problems: [SourceProblem(check: .modelInvalid, mark: nil, field: nil, message: message, fix: fix)])
  }

  /// Reads strict JSON (RFC 8259).
  static func read(_ bytes: UnsafeRawBufferPointer) -> Evidence {
    if LFSPointer.looksLikeOne(bytes) {
      return unreadable("it is a git-lfs pointer, not JSON", fix: "take `metadata.json` out of git-lfs")
    }
    let (node, textProblems) = JSONReader.read(bytes, limits: .standard)
    let sink = ProblemSink(schema: .modelInvalid, value: .modelInvalid)
    for problem in textProblems { sink.report(problem, syntax: .modelInvalid) }
    guard let node, let fields = FieldReader(node, path: "", known: [], sink: sink) else {
      return Evidence(problems: sink.problems)
    }
    let metrics = readMetrics(fields)
    var shadow: Bool?
    if fields.pair("shadow_test") != nil {
      shadow = fields.mapping("shadow_test", known: [])?.bool("passed", required: false)?.value
    }
    return Evidence(
      name: fields.string("name"), version: fields.string("version"), metrics: metrics, shadowTestPassed: shadow,
      artifacts: readArtifacts(fields), problems: sink.problems)
  }

  private static func readMetrics(_ fields: FieldReader) -> [String: Measurement] {
    guard let map = fields.mapping("metrics", required: false, known: []) else { return [:] }
    var metrics: [String: Measurement] = [:]
    for pair in map.allPairs {
      do {
        metrics[pair.key] = try measurement(pair.value)
      } catch {
        let field = map.field(Text.cut(pair.key))
        map.sink.report(.modelInvalid, pair.value.mark, field: field, "`\(field)`: \(error.message)", fix: error.fix)
      }
    }
    return metrics
  }

  private static func measurement(_ node: Node) throws(ValueProblem) -> Measurement {
    if let scalar = node.scalar {
      if scalar.style != .plain { return try Measurement(scalar.text) }
      if let first = scalar.text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) {
        return try Measurement(scalar.text)
      }
    }
    if let pairs = node.mapping, pairs.count == 2, let number = node["value"]?.scalar, let unit = node["unit"]?.scalar,
      number.style == .plain, unit.style != .plain
    {
      return try Measurement(number: number.text, unit: unit.text)
    }
    throw ValueProblem(
      "a metric is a number, a string with a unit, or `{\"value\": …, \"unit\": …}`, not \(node.words)",
      fix: "write it as in `0.47`, `\"87ms\"` or `{\"value\": 0.4, \"unit\": \"%\"}`", at: 0)
  }

  private static func readArtifacts(_ fields: FieldReader) -> [Artifact] {
    guard let items = fields.list("artifacts", required: false) else { return [] }
    return items.enumerated().compactMap { index, item in
      let path = "artifacts[\(index)]"
      guard let artifact = FieldReader(item, path: path, known: [], sink: fields.sink),
        let file = artifact.string("path"), let digest = artifact.string("sha256")
      else { return nil }
      let hex =
        digest.value.utf8.count == 64
        && digest.value.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      if !hex {
        artifact.report(
          .modelInvalid, digest.mark, "sha256", "`\(path).sha256` is not 64 lower-case hexadecimal digits",
          fix: "write what `sha256sum` prints")
      }
      guard let size = artifact.integer("size", in: 0...Int64.max), hex else { return nil }
      return Artifact(path: file, sha256: digest.value, size: Int64(size.value))
    }
  }
}
