/// A deployment manifest to be written as text.
///
/// The defaults are valid and need two approvals.
struct Deployment {
  var name = "segmentation"
  var environment = "production"
  var namespace: String? = "production"
  var registry = "s3://ml-models/company/"
  var model = "segmentation"
  var version = "v1.0.0"
  var digest: String?
  var replicas = "3"
  var cpu = "\"2\""
  var memory = "4Gi"
  var endpoint = "/v1/predict/segment"
  var alert = "0.12"
  var rollback = "0.18"
  var shadow = "true"
  var metrics = [("silhouette_score", "\">0.45\""), ("inference_latency_p99", "\"<100ms\"")]
  var required = true
  var approvers = ["ml-opsリード", "ビジネスユニットLG"]

  /// The path at which the manifest belongs.
  var path: String { "deployments/\(environment)/\(name).yaml" }

  /// The manifest as YAML.
  var yaml: String {
    var text = "apiVersion: mlops/v1\nkind: ModelDeployment\nmetadata:\n  name: \(name)\n"
    if let namespace { text += "  namespace: \(namespace)\n" }
    text += "spec:\n  model:\n    registry: \(registry)\n    name: \(model)\n    version: \(version)\n"
    if let digest { text += "    digest: \(digest)\n" }
    text += "  environment: \(environment)\n"
    text += "  serving:\n    replicas: \(replicas)\n    resources:\n      cpu: \(cpu)\n      memory: \(memory)\n"
    text += "    inference_endpoint: \(endpoint)\n"
    text += "  drift_config:\n    monitor_interval_hours: 6\n    alert_threshold: \(alert)\n"
    text += "    auto_rollback_threshold: \(rollback)\n    reference_window_size: 1000\n"
    text += "  promotion_criteria:\n    shadow_test_passed: \(shadow)\n    evaluation_metrics:\n"
    for (metric, threshold) in metrics { text += "      \(metric): \(threshold)\n" }
    text += "    approval_required: \(required)\n"
    if !approvers.isEmpty {
      text += "    approvers:\n"
      for approver in approvers { text += "      - \(approver)\n" }
    }
    return text
  }

  /// A copy with something changed.
  func with(_ change: (inout Deployment) -> Void) -> Deployment {
    var copy = self
    change(&copy)
    return copy
  }
}

/// Texts that many tests share.
enum Fixtures {
  /// The trailers of two people who can approve `ml-opsリード` and `ビジネスユニットLG`.
  static let approvals = "Approved-by: Aiko Tanaka <aiko@example.com>\nApproved-by: Ken Sato <ken@example.com>\n"

  /// A message with the two approvals.
  static func approved(_ subject: String) -> String { "\(subject)\n\n\(approvals)" }

  /// The path of a version's evidence.
  static func evidencePath(_ version: String, model: String = "segmentation") -> String {
    "models/\(model)/\(version)/metadata.json"
  }

  /// A version's evidence.
  static func evidence(
    _ version: String, model: String = "segmentation", silhouette: String = "0.47", latency: String = "\"87ms\"",
    shadow: Bool = true, artifacts: String = "[]"
  ) -> String {
    """
    {"name": "\(model)", "version": "\(version)",
     "metrics": {"silhouette_score": \(silhouette), "inference_latency_p99": \(latency)},
     "shadow_test": {"passed": \(shadow)}, "artifacts": \(artifacts)}

    """
  }

  /// A routing of its own file.
  static func routing(
    name: String = "segmentation-ab", routes: [(weight: String, version: String, name: String)],
    method: String = "weight", extra: String = ""
  ) -> String {
    var text = "apiVersion: mlops/v1\nkind: ModelRouting\nmetadata:\n  name: \(name)\nspec:\n  routes:\n"
    for route in routes {
      text += "    - weight: \(route.weight)\n      model_version: \(route.version)\n      name: \(route.name)\n"
    }
    return text + "  traffic_splitting:\n    method: \(method)\n" + extra
  }

  /// The directory of people.
  static let directory = """
    apiVersion: mlops/v1
    kind: Approvers
    metadata: {name: approvers}
    spec:
      roles:
        ml-opsリード: [aiko@example.com, omar@example.com]
        ビジネスユニットLG: [ken@example.com, mina@example.com]
        policy-admins: [root@example.com, aiko@example.com]
        publishers: [pat@example.com, paz@example.com]
      people:
        aiko@example.com: {name: Aiko Tanaka, login: aiko, aliases: [aiko@old.example.com]}
        omar@example.com: {name: Omar Haddad}
        ken@example.com: {name: Ken Sato}
        mina@example.com: {name: Mina Ito}
        root@example.com: {name: Root}

    """

  /// A policy of the repository, with lines for `spec` and its `environments`.
  static func policy(_ spec: String = "", environments: String = "production: {}\nstaging: {}\ndev: {}") -> String {
    var text = "apiVersion: mlops/v1\nkind: PromotionPolicy\nmetadata: {name: team}\nspec:\n"
    if !environments.isEmpty {
      text += "  environments:\n"
      for line in environments.split(separator: "\n") { text += "    \(line)\n" }
    }
    if !spec.contains("policy_approvers") { text += "  policy_approvers: [policy-admins]\n" }
    for line in spec.split(separator: "\n") { text += "  \(line)\n" }
    return text
  }

  /// A repository with a policy, people, one deployment in production and evidence for four versions.
  static func people(
    policy: String = policy(), deployment: Deployment = Deployment(), more: [String: String] = [:]
  ) -> [String: String] {
    [
      "policies/policy.yaml": policy, "policies/approvers.yaml": directory,
      deployment.path: deployment.yaml,
      evidencePath("v1.0.0"): evidence("v1.0.0"), evidencePath("v1.1.0"): evidence("v1.1.0"),
      evidencePath("v1.2.0"): evidence("v1.2.0"),
      evidencePath("v9.0.0"): evidence("v9.0.0", silhouette: "0.41"),
      "README.md": "models\n",
    ].merging(more) { $1 }
  }

  /// The same repository without a policy or people.
  static func plain(deployment: Deployment = Deployment(), more: [String: String] = [:]) -> [String: String] {
    people(deployment: deployment, more: more).filter { !$0.key.hasPrefix("policies/") }
  }

  /// The seed document's deployment.
  static let seedDeployment = """
    apiVersion: mlops/v1
    kind: ModelDeployment
    metadata:
      name: customer-segmentation
      namespace: production
    spec:
      model:
        registry: s3://ml-models/company/
        name: customer-segmentation
        version: v2.4.1 # Reference to registered model version
      environment: production
      serving:
        replicas: 3
        resources:
          cpu: "2"
          memory: 4Gi
        inference_endpoint: /v1/predict/segment
      drift_config:
        monitor_interval_hours: 6
        alert_threshold: 0.12
        auto_rollback_threshold: 0.18
        reference_window_size: 1000
      promotion_criteria:
        shadow_test_passed: true
        evaluation_metrics:
          silhouette_score: ">0.45"
          inference_latency_p99: "<100ms"
        approval_required: true
        approvers:
          - ml-opsリード
          - ビジネスユニットLG

    """

  /// The seed document's routing.
  static let seedRouting = """
    # A/B routing configuration
    apiVersion: mlops/v1
    kind: ModelRouting
    metadata:
      name: customer-segmentation-ab
      namespace: production
    spec:
      routes:
        - weight: 80
          model_version: v2.4.1
          name: primary
        - weight: 20
          model_version: v2.5.0-rc
          name: candidate
      traffic_splitting:
        method: header # Route by X-Model-Experiment header
        header_name: X-Deployment-Context

    """

  /// The seed's two manifests with the evidence that they lean on.
  static let seedFiles: [String: String] = [
    "deployments/production/customer-segmentation.yaml": seedDeployment,
    "deployments/production/customer-segmentation-ab.yaml": seedRouting,
    evidencePath("v2.4.1", model: "customer-segmentation"): evidence("v2.4.1", model: "customer-segmentation"),
    evidencePath("v2.5.0-rc", model: "customer-segmentation"): evidence("v2.5.0-rc", model: "customer-segmentation"),
  ]
}

/// A sandbox with a clone and a past: what most tests begin with.
struct Scene {
  /// The host.
  let sandbox: GitSandbox
  /// The clone.
  let clone: Clone
  /// The commit that stands on `main`.
  let base: String

  /// Makes a host whose `main` holds these files, which the gate has not judged.
  init(
    _ files: [String: String] = Fixtures.people(), hooks: [String] = ["pre-receive", "update", "post-receive"],
    environment: [String: String] = [:]
  ) throws {
    sandbox = try GitSandbox(hooks: hooks, environment: environment)
    clone = try Clone(sandbox)
    base = try clone.seed(files)
  }
}
