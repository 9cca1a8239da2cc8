import GitObjects

/// What one version that a deployment names had measured, against what was asked of it.
struct VersionReading {
  /// One metric against its threshold.
  struct Metric {
    var name: String
    /// The value as the evidence writes it; nil where it was not measured.
    var value: String?
    /// The threshold of the manifest, or the policy's floor; nil where nothing is asked of the metric.
    var threshold: String?
    /// Whether the threshold is a policy's floor, and the manifest has none.
    var isFloor = false
    /// Whether the threshold holds; nil where nothing is asked.
    var holds: Bool?
    /// Why it does not hold.
    var problem: String?
  }

  var version: String
  /// The percentage of requests that it gets.
  var share: Int
  /// The folder of its evidence; nil where there is none.
  var folder: String?
  /// What the evidence says of a shadow test; nil where it says nothing.
  var shadowTestPassed: Bool?
  var metrics: [Metric]

  /// Whether everything that is asked of the version holds.
  var holds: Bool { folder != nil && metrics.allSatisfy { $0.holds != false } }

  /// Reads the evidence of every version that a deployment names, from the same tree.
  ///
  /// The baseline is looked for only where a threshold leans on it.
  static func all(
    of state: DeploymentState, in snapshot: Snapshot, _ baseline: @autoclosure () throws -> BaselineEvidence,
    _ policies: [PolicyInForce]
  ) throws -> [VersionReading] {
    guard let criteria = state.deployment?.criteria, let model = state.deployment?.model.name?.value else { return [] }
    var rules = criteria.metrics.map { (rule: $0, isFloor: false) }
    for floor in policies.flatMap({ $0.environment(state).metrics }) {
      guard !rules.contains(where: { $0.rule.metric == floor.metric }) else { continue }
      rules.append((floor, true))
    }
    let leansOnBaseline = rules.contains { $0.rule.threshold.leansOnBaseline }
    let baseline = leansOnBaseline ? try baseline() : nil
    return try state.versions.map { use in
      let folder = try snapshot.versionFolder(model, use.version.value)
      let evidence = try folder.flatMap { try snapshot.context.evidence($0).evidence }
      var metrics = rules.map { rule, isFloor in
        metric(rule, isFloor, evidence, baseline)
      }
      for (name, value) in (evidence?.metrics ?? [:]).sorted(by: { $0.key < $1.key })
      where !metrics.contains(where: { $0.name == name }) {
        metrics.append(Metric(name: name, value: value.text))
      }
      return VersionReading(
        version: use.version.value, share: use.share,
        folder: evidence == nil ? nil : Text.show(Snapshot.versionPath(model, use.version.value)),
        shadowTestPassed: evidence?.shadowTestPassed, metrics: metrics)
    }
  }

  private static func metric(
    _ rule: PromotionCriteria.MetricRule, _ isFloor: Bool, _ evidence: Evidence?, _ baseline: BaselineEvidence?
  ) -> Metric {
    var metric = Metric(name: rule.metric, threshold: rule.threshold.text, isFloor: isFloor, holds: false)
    guard let measured = evidence?.metrics[rule.metric] else {
      metric.problem = "`\(Text.cut(rule.metric))` was not measured"
      return metric
    }
    let outcome = rule.threshold.evaluate(measured, baseline: baseline?.value(of: rule.metric) ?? .notJudged)
    metric.value = measured.text
    metric.holds = outcome.isHolding
    metric.problem = outcome.message(metric: rule.metric)
    return metric
  }

  /// The version's line for a reader.
  var line: String {
    guard folder != nil else { return "\(Text.cut(version)): no evidence is there" }
    let words = metrics.map { metric in
      let asked = metric.threshold.map { " \(Text.cut($0))" } ?? ""
      if let problem = metric.problem, metric.value == nil { return "\(problem) (asked: \(asked.dropFirst()))" }
      let verdict = metric.holds == true ? " holds" : metric.holds == false ? " DOES NOT HOLD" : ""
      let floor = metric.isFloor ? " (the policy's floor)" : ""
      return "\(Text.cut(metric.name)) \(Text.cut(metric.value ?? "?"))\(asked)\(verdict)\(floor)"
    }
    return "\(Text.cut(version)): " + (words.isEmpty ? "nothing was measured" : words.joined(separator: ", "))
  }

  /// The reading as JSON.
  var json: JSONValue {
    .object([
      ("version", .string(version)), ("share", .number(share)), ("evidence", .optional(folder)),
      ("shadow_test_passed", shadowTestPassed.map { .bool($0) } ?? .null), ("holds", .bool(holds)),
      ("metrics", .array(metrics.map(Self.json))),
    ])
  }

  private static func json(_ metric: Metric) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("name", .string(metric.name)), ("value", .optional(metric.value)), ("threshold", .optional(metric.threshold)),
      ("holds", metric.holds.map { .bool($0) } ?? .null),
    ]
    if metric.threshold != nil { pairs.append(("asked_by", .string(metric.isFloor ? "policy" : "manifest"))) }
    if let problem = metric.problem { pairs.append(("problem", .string(problem))) }
    return .object(pairs)
  }
}
