import YAMLTree

/// Which model a deployment runs.
struct ModelReference: Sendable {
  var registry: Located<RegistryURI>?
  var name: Located<String>?
  var version: Located<String>?
  var digest: Located<String>?
}

/// What a promotion must prove.
struct PromotionCriteria: Sendable {
  /// One metric with its threshold.
  struct MetricRule: Sendable {
    var metric: String
    /// Where the metric's name stands: what findings about its value point at.
    var keyMark: Mark
    var threshold: Threshold
  }

  var shadowTestPassed: Located<Bool>?
  var metrics: [MetricRule]
  var approvalRequired: Located<Bool>?
  var approvers: [Located<String>]
  /// Where the approvers stand, or else the criteria.
  var approversMark: Mark
}

/// A ModelDeployment as it was written.
///
/// A field that could not be read is nil; the problems say why.
struct ModelDeployment: Sendable {
  var name: Located<String>?
  var namespace: String?
  var environment: Located<String>?
  var model: ModelReference
  var endpoint: Located<String>?
  var criteria: PromotionCriteria?
}

extension ModelDeployment {
  /// The field paths of the schema, for documentation and for reading.
  enum Known {
    static let document = ["apiVersion", "kind", "metadata", "spec"]
    static let metadata = ["name", "namespace", "labels", "annotations"]
    static let spec = ["model", "environment", "serving", "drift_config", "promotion_criteria"]
    static let model = ["registry", "name", "version", "digest"]
    static let serving = ["replicas", "resources", "inference_endpoint"]
    static let drift = [
      "monitor_interval_hours", "alert_threshold", "auto_rollback_threshold", "reference_window_size",
    ]
    static let criteria = ["shadow_test_passed", "evaluation_metrics", "approval_required", "approvers"]
  }

  /// Reads a document whose kind is ModelDeployment.
  static func read(_ node: Node, sink: ProblemSink) -> ModelDeployment {
    let document = FieldReader(node, path: "", known: Known.document, sink: sink)
    let metadata = ManifestMetadata.read(document, known: Known.metadata)
    let spec = document?.mapping("spec", known: Known.spec)
    let model = readModel(spec?.mapping("model", known: Known.model))
    let environment = spec?.string("environment", checked(DNSLabel.problem(in:)))
    let serving = spec?.mapping("serving", known: Known.serving)
    _ = serving?.integer("replicas", in: 0...Int64.max)
    readResources(serving)
    let endpoint = serving?.string("inference_endpoint", checked(InferenceEndpoint.problem(in:)))
    if spec?.pair("drift_config") != nil { readDrift(spec?.mapping("drift_config", known: Known.drift)) }
    let criteria = spec?.mapping("promotion_criteria", known: Known.criteria).map(readCriteria)
    return ModelDeployment(
      name: metadata.name, namespace: metadata.namespace, environment: environment, model: model, endpoint: endpoint,
      criteria: criteria)
  }

  private static func readModel(_ fields: FieldReader?) -> ModelReference {
    ModelReference(
      registry: fields?.string("registry") { try RegistryURI($0) },
      name: fields?.string("name", checked(ModelName.problem(in:))),
      version: fields?.string("version", checked(SemanticVersion.problem(in:))),
      digest: fields?.string("digest", required: false, checked(Digest.problem(in:))))
  }

  private static func readResources(_ serving: FieldReader?) {
    guard let fields = serving?.mapping("resources", known: []) else { return }
    for name in ["cpu", "memory"] { _ = fields.required(name) }
    for pair in fields.allPairs {
      var field: String { fields.field(Text.cut(pair.key)) }
      guard let scalar = pair.value.scalar else {
        fields.sink.report(
          fields.sink.schema, pair.value.mark, field: field, "`\(field)` is \(pair.value.words), not a quantity",
          fix: "write a quantity such as `\"2\"`, `500m` or `4Gi`")
        continue
      }
      let text = Located(value: scalar.text, mark: pair.value.mark)
      switch scalar.type {
      case .string, .int, .float:
        _ = FieldReader.parsed(text, field: field, sink: fields.sink, checked(ResourceQuantity.problem(in:)))
      case .ambiguous(let words):
        fields.sink.report(
          fields.sink.value, text.mark, field: field, "`\(field)`: \(Text.cut(scalar.text)) is \(words)",
          fix: "quote it: \"\(Text.cut(scalar.text))\"")
      case .null, .bool:
        fields.sink.report(
          fields.sink.schema, text.mark, field: field, "`\(field)` is \(pair.value.words), not a quantity",
          fix: "write a quantity such as `\"2\"`, `500m` or `4Gi`")
      }
    }
  }

  private static func readDrift(_ fields: FieldReader?) {
    guard let fields else { return }
    func positive(_ key: String) -> Located<ExactDecimal>? {
      guard let number = fields.number(key) else { return nil }
      if number.value > .zero { return number }
      fields.report(
        fields.sink.value, number.mark, key, "`\(fields.field(key))` is \(number.value.shortDescription), not > 0",
        fix: "write a number above 0")
      return nil
    }
    _ = positive("monitor_interval_hours")
    let alert = positive("alert_threshold")
    let rollback = fields.number("auto_rollback_threshold")
    if let alert, let rollback, !(rollback.value > alert.value) {
      fields.report(
        fields.sink.value, rollback.mark, "auto_rollback_threshold",
        "`auto_rollback_threshold` \(rollback.value.shortDescription) is not > `alert_threshold` \(alert.value.shortDescription)",
        fix: "an alert comes before a rollback: raise `auto_rollback_threshold` or lower `alert_threshold`")
    }
    _ = fields.integer("reference_window_size", in: 1...Int64.max)
  }

  private static func readCriteria(_ fields: FieldReader) -> PromotionCriteria {
    let shadow = fields.bool("shadow_test_passed")
    let required = fields.bool("approval_required")
    let approvers = fields.strings("approvers", required: required?.value == true) ?? []
    let approversMark = fields.pair("approvers")?.keyMark ?? required?.mark ?? fields.node.mark
    if required?.value == true, fields.pair("approvers")?.value.sequence?.isEmpty == true {
      fields.report(
        fields.sink.value, approversMark, "approvers",
        "`\(fields.field("approvers"))` is empty, but approval is required",
        fix: "name the roles that approve")
    }
    for approver in approvers where !ApproverName.isSound(approver.value) {
      fields.report(
        fields.sink.value, approver.mark, "approvers",
        "`\(Text.cut(approver.value))` cannot be an approver: it is empty or holds invisible characters",
        fix: "write the role's name as the directory has it")
    }
    return PromotionCriteria(
      shadowTestPassed: shadow, metrics: fields.thresholds("evaluation_metrics"), approvalRequired: required,
      approvers: approvers, approversMark: approversMark)
  }
}

extension FieldReader {
  /// A map from metrics to thresholds.
  func thresholds(_ key: String, required isRequired: Bool = true) -> [PromotionCriteria.MetricRule] {
    guard let fields = mapping(key, required: isRequired, known: []) else { return [] }
    return fields.allPairs.compactMap { pair in
      var field: String { fields.field(Text.cut(pair.key)) }
      if let problem = MetricName.problem(in: pair.key) {
        fields.sink.report(
          fields.sink.value, pair.keyMark, field: field, "`\(field)`: \(problem.message)", fix: problem.fix)
        return nil
      }
      guard let text = FieldReader.string(pair.value, field: field, sink: fields.sink),
        let threshold = FieldReader.parsed(text, field: field, sink: fields.sink, { try Threshold.parse($0) })
      else { return nil }
      return PromotionCriteria.MetricRule(metric: pair.key, keyMark: pair.keyMark, threshold: threshold.value)
    }
  }
}

/// The `metadata` of both kinds of manifest.
struct ManifestMetadata {
  var name: Located<String>?
  var namespace: String?

  static func read(_ document: FieldReader?, known: [String]) -> ManifestMetadata {
    guard let fields = document?.mapping("metadata", known: known) else { return ManifestMetadata() }
    for key in ["labels", "annotations"] where fields.pair(key) != nil {
      guard let map = fields.mapping(key, known: []) else { continue }
      for pair in map.allPairs {
        _ = FieldReader.string(pair.value, field: map.field(Text.cut(pair.key)), sink: fields.sink)
      }
    }
    return ManifestMetadata(
      name: fields.string("name", checked(DNSLabel.problem(in:))),
      namespace: fields.string("namespace", required: false, checked(DNSLabel.problem(in:)))?.value)
  }
}

/// The name of a model: one folder of `models/`.
enum ModelName {
  /// Why a text cannot be such a name, or nil.
  static func problem(in text: String) -> ValueProblem? {
    let harmful = text.unicodeScalars.contains { Text.isHarmful($0) }
    if !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(UInt8(ascii: "/")), text != ".", text != "..",
      !harmful
    {
      return nil
    }
    return ValueProblem(
      "\(ValueProblem.quoted(text.utf8)) cannot be a folder of `models/`", fix: "write the name of the model's folder",
      at: 0)
  }
}

/// The name of a role or of a person, as a manifest or a policy lists it.
enum ApproverName {
  static func isSound(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256 && !text.unicodeScalars.contains { Text.isHarmful($0) }
      && text.utf8.first != UInt8(ascii: " ") && text.utf8.last != UInt8(ascii: " ")
  }
}
