/// The JSON Schema of what stands below `deployments/`: for editors, which show it while a manifest is written.
///
/// The gate does not read it. A test holds its fields against those that the readers know.
public enum DeploymentSchema {
  /// Where a repository keeps its copy.
  static let path = ".mlops/schema/model-deployment.json"

  /// The schema as JSON.
  public static var text: String { document.page }

  /// The schema of one document of a file.
  static var document: JSONValue {
    .object([
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("A manifest of mlops-hook: ModelDeployment or ModelRouting")),
      ("oneOf", .array([reference("ModelDeployment"), reference("ModelRouting")])),
      ("definitions", .object([("ModelDeployment", deployment), ("ModelRouting", routing)])),
    ])
  }

  private static func reference(_ name: String) -> JSONValue {
    .object([("$ref", .string("#/definitions/\(name)"))])
  }

  private static var deployment: JSONValue {
    document(
      .deployment,
      spec: object(
        required: ["model", "environment", "serving", "promotion_criteria"],
        [
          ("model", model), ("environment", label("The folder below `deployments/` that the file stands in.")),
          ("serving", serving), ("drift_config", drift), ("promotion_criteria", criteria),
        ]))
  }

  private static var model: JSONValue {
    object(
      required: ["registry", "name", "version"],
      [
        (
          "registry",
          text("Where the artifacts are, as in `s3://ml-models/company/`.", pattern: registryPattern)
        ),
        ("name", text("A folder of `models/`.", pattern: "^[^/]+$")), ("version", version("A folder of the model's.")),
        (
          "digest",
          text("`sha256:` and the digest of one of the evidence's artifacts.", pattern: "^sha256:[0-9a-f]{64}$")
        ),
      ])
  }

  private static var serving: JSONValue {
    let quantity = described(
      [("type", .array([.string("string"), .string("number")]))], "A Kubernetes quantity: `\"2\"`, `500m`, `4Gi`.")
    let resources = JSONValue.object([
      ("type", .string("object")), ("required", .array([.string("cpu"), .string("memory")])),
      ("additionalProperties", quantity),
    ])
    return object(
      required: ["replicas", "resources", "inference_endpoint"],
      [
        ("replicas", integer("How many copies serve.", minimum: 0)), ("resources", resources),
        (
          "inference_endpoint",
          text(
            "The path that answers, as in `/v1/predict/segment`.", pattern: "^/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$")
        ),
      ])
  }

  private static var drift: JSONValue {
    let fields = [
      ("monitor_interval_hours", positive("Hours between two looks.")),
      ("alert_threshold", positive("The drift from which on somebody is told.")),
      ("auto_rollback_threshold", positive("The drift from which on it is rolled back; above `alert_threshold`.")),
      ("reference_window_size", integer("How many samples the drift is measured against.", minimum: 1)),
    ]
    return object(required: fields.map(\.0), fields)
  }

  private static var criteria: JSONValue {
    let threshold = text(
      "`OP NUMBER UNIT?`, several joined by commas, as in `\">0.45\"`, `\"<100ms\"`, `\">=baseline-0.01\"`.",
      pattern: "^\\s*(>=|<=|==|!=|>|<)\\s*[-0-9b]")
    return object(
      required: ["shadow_test_passed", "evaluation_metrics", "approval_required"],
      [
        ("shadow_test_passed", boolean("Whether the version's evidence must tell of a passed shadow test.")),
        (
          "evaluation_metrics",
          described(
            [("type", .string("object")), ("additionalProperties", threshold)],
            "Metrics of the version's evidence, with the thresholds that they must meet.")
        ),
        ("approval_required", boolean("Whether a change of this deployment needs its approvers.")),
        (
          "approvers",
          described(
            [("type", .string("array")), ("items", text("A role of `policies/approvers.yaml`."))],
            "Each of these roles must approve.")
        ),
      ])
  }

  private static var routing: JSONValue {
    let route = object(
      required: ["weight", "model_version", "name"],
      [
        ("weight", integer("Its share in percent; all together 100.", minimum: 0, maximum: 100)),
        ("model_version", version("A folder of the model's.")), ("name", label("Unique among the routes.")),
      ])
    let splitting = object(
      required: ["method"],
      [
        ("method", word("What decides where a request goes.", ["weight", "header", "cookie"])),
        ("header_name", text("Required with `method: header`.")),
        ("cookie_name", text("Required with `method: cookie`.")),
      ])
    return document(
      .routing,
      spec: object(
        required: ["routes", "traffic_splitting"],
        [
          ("model_name", text("The deployment that it belongs to.")),
          ("routes", .object([("type", .string("array")), ("minItems", .number(1)), ("items", route)])),
          ("traffic_splitting", splitting),
        ]))
  }
}

extension DeploymentSchema {
  private static func document(_ kind: ManifestKind, spec: JSONValue) -> JSONValue {
    let texts = JSONValue.object([("type", .string("object")), ("additionalProperties", text("Any text."))])
    let metadata = object(
      required: ["name"],
      [
        ("name", label(kind == .deployment ? "The file's name, without `.yaml`." : "A name of its own.")),
        ("namespace", label("The namespace that it is served in.")), ("labels", texts), ("annotations", texts),
      ])
    return object(
      required: ["apiVersion", "kind", "metadata", "spec"],
      [
        ("apiVersion", .object([("const", .string("mlops/v1"))])),
        ("kind", .object([("const", .string(kind.rawValue))])), ("metadata", metadata), ("spec", spec),
      ])
  }

  private static let registryPattern = "^(\(RegistryURI.schemes.joined(separator: "|")))://[^?#%@\\s]+$"

  private static func object(required: [String], _ fields: [(String, JSONValue)]) -> JSONValue {
    .object([
      ("type", .string("object")), ("required", .array(required.map { .string($0) })),
      ("additionalProperties", .bool(false)), ("properties", .object(fields)),
    ])
  }

  private static func described(_ pairs: [(String, JSONValue)], _ words: String) -> JSONValue {
    .object([("description", .string(words))] + pairs)
  }

  private static func text(_ words: String, pattern: String? = nil) -> JSONValue {
    described([("type", .string("string"))] + (pattern.map { [("pattern", .string($0))] } ?? []), words)
  }

  private static func label(_ words: String) -> JSONValue {
    text(words, pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
  }

  private static func version(_ words: String) -> JSONValue {
    text(words, pattern: "^v?(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){2}(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$")
  }

  private static func word(_ words: String, _ choices: [String]) -> JSONValue {
    described([("enum", .array(choices.map { .string($0) }))], words)
  }

  private static func boolean(_ words: String) -> JSONValue { described([("type", .string("boolean"))], words) }

  private static func positive(_ words: String) -> JSONValue {
    described([("type", .string("number")), ("exclusiveMinimum", .number(0))], words)
  }

  private static func integer(_ words: String, minimum: Int, maximum: Int? = nil) -> JSONValue {
    let most = maximum.map { [("maximum", JSONValue.number($0))] } ?? []
    return described([("type", .string("integer")), ("minimum", .number(minimum))] + most, words)
  }
}
