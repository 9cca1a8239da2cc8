extension CheckInfo {
  /// A key stands once.
  static let manifestDuplicateKey = CheckInfo(
    .manifestDuplicateKey,
    title: "a key that stands twice in one mapping",
    rationale: """
      YAML forbids it and its readers disagree: some take the first value, some the last. A manifest that
      says `version: v2.4.1` at the top and `version: v2.9.9` forty lines down would be reviewed as the
      one and deployed as the other. Keys are compared after unescaping, so `"versio\\u006e"` is `version`.
      """,
    remedy: """
      Remove one of the two. It is often left over from a merge conflict.
      """,
    exception: """
      Never.
      """,
    examples: [
      .refused(
        "a second version",
        """
        -- after/deployments/production/customer-segmentation.yaml --
        apiVersion: mlops/v1
        kind: ModelDeployment
        metadata:
          name: customer-segmentation
        spec:
          model:
            registry: s3://ml-models/company/
            name: customer-segmentation
            version: v2.4.1
            ↓version: v2.5.0
          environment: production
          serving:
            replicas: 3
            resources: {cpu: "2", memory: 4Gi}
            inference_endpoint: /v1/predict/customer-segmentation
          promotion_criteria:
            shadow_test_passed: true
            evaluation_metrics: {silhouette_score: ">0.45"}
            approval_required: true
            approvers: [ml-opsリード, ビジネスユニットLG]
        """),
      .refused(
        "a metric twice, written in two ways",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics: {silhouette_score: ">0.45", ↓"silhouette_scor\\u0065": ">0"}
        """),
      .accepted(
        "one version",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        """),
    ])
}
