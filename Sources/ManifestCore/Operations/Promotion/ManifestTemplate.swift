import YAMLTree

/// Manifests for what does not stand yet.
enum ManifestTemplate {
  /// A routing that gives a part of the requests to a new version.
  static func canary(name: String, namespace: String?, standing: String, version: String, weight: Int) -> String {
    """
    # The canary of \(version): `mlops-hook propose --weight` changes its share, a promotion ends it.
    apiVersion: mlops/v1
    kind: ModelRouting
    metadata:
      name: \(name)
    \(namespace.map { "  namespace: \(text($0))\n" } ?? "")spec:
      routes:
        - weight: \(100 - weight)
          model_version: \(text(standing))
          name: primary
        - weight: \(weight)
          model_version: \(text(version))
          name: canary
      traffic_splitting:
        method: weight

    """
  }

  /// A deployment of a model that stands nowhere yet.
  ///
  /// The thresholds are the policy's floors; what else a team asks, it adds.
  static func deployment(
    name: String, environment: String, registry: String, version: String, digest: String?,
    floors: [(metric: String, threshold: String)], approvers: [String]
  ) -> String {
    var text = """
      apiVersion: mlops/v1
      kind: ModelDeployment
      metadata:
        name: \(name)
        namespace: \(environment)
      spec:
        model:
          registry: \(Self.text(registry))
          name: \(Self.text(name))
          version: \(Self.text(version))
      \(digest.map { "    digest: \($0)\n" } ?? "")  environment: \(environment)
        serving:
          replicas: 1
          resources:
            cpu: "1"
            memory: 2Gi
          inference_endpoint: /v1/predict/\(name)
        promotion_criteria:
          shadow_test_passed: false

      """
    if floors.isEmpty {
      text += "    evaluation_metrics: {}\n"
    } else {
      text += "    evaluation_metrics:\n"
      for floor in floors {
        text += "      \(Self.text(floor.metric)): \(ManifestEditor.doubleQuoted(floor.threshold))\n"
      }
    }
    text += "    approval_required: \(approvers.isEmpty ? "false" : "true")\n"
    if !approvers.isEmpty {
      text += "    approvers:\n"
      for approver in approvers { text += "      - \(Self.text(approver))\n" }
    }
    return text
  }

  private static func text(_ value: String) -> String {
    ManifestEditor.plain(value) ?? ManifestEditor.doubleQuoted(value)
  }
}
