/// The repository in which the examples play: what an example does not write itself is as it stands here.
enum ExampleRepository {
  /// The manifest that most examples are about.
  static let deployment = "deployments/production/customer-segmentation.yaml"

  /// The files that stand before every push.
  static let files: [(path: String, content: String)] = [
    (deployment, manifest(environment: "production", name: "customer-segmentation")),
    ("models/customer-segmentation/v2.4.1/metadata.json", evidence("v2.4.1", score: "0.47", latency: "87ms")),
    ("models/customer-segmentation/v2.5.0/metadata.json", evidence("v2.5.0", score: "0.49", latency: "82ms")),
  ]

  /// The text that an excerpt of a path is laid over where no such file stands yet; nil where there is none.
  static func template(_ path: String) -> String? {
    if path == "policies/policy.yaml" || path == "policy.yaml" { return policy }
    if path == "policies/approvers.yaml" || path == "approvers.yaml" { return approvers }
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count == 3, parts[0] == "deployments", parts[2].hasSuffix(".yaml") else { return nil }
    let name = String(parts[2].dropLast(".yaml".utf8.count))
    if name.hasSuffix("-ab") { return routing(environment: parts[1], name: name) }
    return manifest(environment: parts[1], name: name)
  }

  private static func manifest(environment: String, name: String) -> String {
    """
    apiVersion: mlops/v1
    kind: ModelDeployment
    metadata:
      name: \(name)
      namespace: \(environment)
    spec:
      model:
        registry: s3://ml-models/company/
        name: customer-segmentation
        version: v2.4.1
      environment: \(environment)
      serving:
        replicas: 3
        resources:
          cpu: "2"
          memory: 4Gi
        inference_endpoint: /v1/predict/\(name)
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
  }

  private static func routing(environment: String, name: String) -> String {
    """
    apiVersion: mlops/v1
    kind: ModelRouting
    metadata:
      name: \(name)
      namespace: \(environment)
    spec:
      routes:
        - weight: 80
          model_version: v2.4.1
          name: primary
        - weight: 20
          model_version: v2.5.0
          name: candidate
      traffic_splitting:
        method: weight

    """
  }

  private static func evidence(_ version: String, score: String, latency: String) -> String {
    """
    {"name": "customer-segmentation", "version": "\(version)",
     "metrics": {"silhouette_score": \(score), "inference_latency_p99": "\(latency)"},
     "shadow_test": {"passed": true}}

    """
  }

  /// The policy that an excerpt of `policies/policy.yaml` is laid over.
  static let policy = """
    apiVersion: mlops/v1
    kind: PromotionPolicy
    metadata:
      name: example
    spec:
      policy_approvers: [policy-admins]

    """

  /// The directory that stands beside every policy.
  static let approvers = """
    apiVersion: mlops/v1
    kind: Approvers
    metadata:
      name: approvers
    spec:
      roles:
        ml-opsリード: [aiko@example.com, omar@example.com]
        ビジネスユニットLG: [ken@example.com, mina@example.com]
        policy-admins: [root@example.com, aiko@example.com]
      people:
        aiko@example.com: {name: Aiko Tanaka, login: aiko}
        omar@example.com: {name: Omar Haddad, login: omar}
        ken@example.com: {name: Ken Mori, login: ken}
        mina@example.com: {name: Mina Okafor, login: mina}
        root@example.com: {name: Rut Berg, login: root}
        jun@example.com: {name: Jun Sato, login: jun}

    """

  /// The message of a commit that an example shows none for, where no policy stands: each approver by its entry.
  static let message = """
    Change what is deployed

    Approved-by: ml-opsリード
    Approved-by: ビジネスユニットLG

    """

  /// The message where a policy stands: approvers are people of the directory.
  static let messageUnderPolicy = """
    Change what is deployed

    Approved-by: Omar Haddad <omar@example.com>
    Approved-by: Mina Okafor <mina@example.com>
    Approved-by: Rut Berg <root@example.com>

    """

  /// Who writes and commits where an example says nothing else.
  static let author = "Jun Sato <jun@example.com>"
  /// Who pushes where an example says nothing else.
  static let pusher = "jun"
  /// The server's clock where an example says nothing else.
  static let time = "2026-06-01T12:00:00Z"
}
