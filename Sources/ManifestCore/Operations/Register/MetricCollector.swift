import YAMLTree

/// Gathers a version's metrics from what evaluation tools leave behind.
///
/// Numbers are taken as they are written: nothing is rounded on the way from the tool to the evidence.
struct MetricCollector {
  /// One metric.
  struct Metric {
    var name: String
    /// What the evidence says.
    var value: JSONValue
    var measurement: Measurement
    /// Where it was read, for a message.
    var origin: String
  }

  /// The metrics in the order in which they were read.
  private(set) var metrics: [Metric] = []
  /// What cannot be taken.
  private(set) var problems: [Refused.Reason] = []
  private var places: [String: Int] = [:]

  /// Reads `NAME=VALUE` of the command line.
  mutating func add(argument text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      return report(
        "`--metric \(Text.cut(text))` has no `=`",
        fix: "write it as in `--metric accuracy=0.93` or `inference_latency_p99=87ms`")
    }
    let value = String(decoding: parts[1], as: UTF8.self)
    let isNumber = (try? ExactDecimal(value)) != nil
    add(
      name: String(decoding: parts[0], as: UTF8.self), origin: "`--metric`",
      isNumber ? .decimal(value) : .string(value)
    ) { () throws(ValueProblem) in try Self.measured(value) }
  }

  /// Reads a JSON or YAML file, or the folder of an MLflow run.
  mutating func add(path: String) {
    if SafeFiles.isFolder(path) { return MLflowRun.read(path, into: &self) }
    switch SafeFiles.read(path, maximum: TextLimits.standard.maximumBytes) {
    case .notThere: report("there is no file `\(Text.cut(path))`", fix: "name the file that the evaluation wrote")
    case .failed(let words):
      report("`\(Text.cut(path))` cannot be read: \(words)", fix: "name a file of metrics, JSON or YAML")
    case .content(let bytes): add(bytes, path: path)
    }
  }

  private mutating func add(_ bytes: [UInt8], path: String) {
    let isJSON = path.utf8.suffix(5).elementsEqual(".json".utf8) || bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
    let stream = YAMLReader.read(bytes)
    var problems = stream.problems
    var node = stream.documents.first
    if isJSON {
      let strict = JSONReader.read(bytes)
      // Python writes `NaN` into what it calls JSON. To YAML that is a text, which tells whose value it is.
      let isLoose = strict.problems.first?.kind == .syntax && stream.problems.isEmpty && holdsNonNumber(node)
      if !isLoose { (node, problems) = (strict.node, strict.problems) }
    }
    for problem in problems {
      report("\(place(path, problem.mark)): \(problem.message)", fix: problem.fix ?? "mend the file")
    }
    guard problems.isEmpty, let node else { return }
    guard stream.documents.count <= 1 || isJSON else {
      return report(
        "\(place(path, stream.starts[1])): a second document in a file of metrics", fix: "keep one document a file")
    }
    guard node.mapping != nil else {
      return report(
        "\(place(path, node.mark)): the file holds \(node.words), not metrics by their names",
        fix: "write it as in `{\"accuracy\": 0.93}`")
    }
    walk(node, name: "", path: path)
  }

  /// Takes what stands below a name; the names of nested mappings are joined by dots, as DVC shows them.
  private mutating func walk(_ node: Node, name: String, path: String) {
    let origin = place(path, node.mark)
    switch node.content {
    case .sequence:
      report(
        "\(origin): `\(Text.cut(name))` is a list, not one number",
        fix: "a metric is one number: leave the list out of the file")
    case .mapping(let pairs):
      if !name.isEmpty, pairs.count == 2, let number = node["value"]?.scalar, let unit = node["unit"]?.scalar {
        let value = JSONValue.object([("value", .decimal(number.text)), ("unit", .string(unit.text))])
        return add(name: name, origin: origin, value) { () throws(ValueProblem) in
          try Measurement(number: number.text, unit: unit.text)
        }
      }
      for pair in pairs { walk(pair.value, name: name.isEmpty ? pair.key : name + "." + pair.key, path: path) }
    case .scalar(let scalar):
      let isNumber = scalar.style == .plain && (try? ExactDecimal(scalar.text)) != nil
      add(name: name, origin: origin, isNumber ? .decimal(scalar.text) : .string(scalar.text)) {
        () throws(ValueProblem) in
        switch scalar.type {
        case .null, .bool: throw ValueProblem("it is \(node.words), not a number", fix: "", at: 0)
        case .string, .int, .float, .ambiguous: return try Self.measured(scalar.text)
        }
      }
    }
  }

  /// Takes one metric, or says why it can't be taken.
  mutating func add(
    name: String, origin: String, _ value: JSONValue, _ measure: () throws(ValueProblem) -> Measurement
  ) {
    let shown = Text.cut(name)
    if let problem = MetricName.problem(in: name) {
      return report("\(origin): \(problem.message)", fix: problem.fix)
    }
    let measurement: Measurement
    do { measurement = try measure() } catch {
      return report("\(origin): `\(shown)`: \(error.message)", fix: advice(value, error))
    }
    if let index = places[name] {
      let first = metrics[index]
      guard first.measurement.value != measurement.value || first.measurement.dimension != measurement.dimension else {
        return
      }
      return report(
        "\(origin): `\(shown)` is \(Text.cut(measurement.text)), but \(Text.cut(first.measurement.text)) at \(first.origin)",
        fix: "leave one of the two out")
    }
    places[name] = metrics.count
    metrics.append(Metric(name: name, value: value, measurement: measurement, origin: origin))
  }

  /// Reads a number with its unit.
  static func measured(_ text: String) throws(ValueProblem) -> Measurement {
    if isNoNumber(text) { throw ValueProblem("\(ValueProblem.quoted(text.utf8)) is not a number", fix: "", at: 0) }
    return try Measurement(text)
  }

  private func advice(_ value: JSONValue, _ problem: ValueProblem) -> String {
    if case .string(let text) = value, Self.isNoNumber(text) {
      return "nothing can be compared with it: evaluate again, or leave the metric out"
    }
    if case .string(let text) = value, let first = text.utf8.first, (0x2b...0x39).contains(first) { return problem.fix }
    return
      "metrics are numbers, with a unit or not: leave other fields out, or give metrics as `--metric accuracy=0.93`"
  }

  /// Adds a reason for which nothing is written.
  mutating func report(_ message: String, fix: String) {
    guard problems.count < 50 else { return }
    problems.append(Refused.Reason(message, fix: fix))
  }

  /// A place in a file, as reports write it.
  func place(_ path: String, _ mark: Mark) -> String { "\(Text.cut(path)):\(mark.line):\(mark.column)" }

  /// Whether a text is one of the values of floating point that are no numbers.
  private static func isNoNumber(_ text: String) -> Bool {
    let word = text.utf8.drop { "+-.".utf8.contains($0) }.map { $0 | 0x20 }
    return ["nan", "inf", "infinity"].contains { $0.utf8.elementsEqual(word) }
  }

  private func holdsNonNumber(_ node: Node?) -> Bool {
    switch node?.content {
    case .scalar(let scalar): return scalar.style == .plain && Self.isNoNumber(scalar.text)
    case .sequence(let nodes): return nodes.contains { holdsNonNumber($0) }
    case .mapping(let pairs): return pairs.contains { holdsNonNumber($0.value) }
    case nil: return false
    }
  }
}
