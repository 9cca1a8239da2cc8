extension CheckInfo {
  /// A manifest is not weaker than the policy.
  static let metricFloor = CheckInfo(
    .metricFloor,
    title: "a manifest whose threshold is weaker than the policy's floor",
    rationale: """
      A floor is what the organisation asks of every model in an environment. A manifest may ask for more,
      never for less: otherwise a threshold could be lowered in the very commit that needs it lower.
      "Weaker" means that some value could pass the manifest that the floor would refuse.
      """,
    remedy: """
      Write the floor's threshold or a stricter one. If the model cannot reach it, it is not ready for this
      environment.
      """,
    exception: """
      If the floor is wrong, it is changed in the policy, by a push of its own with the approval of the
      `policy_approvers`.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a threshold below the floor",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.45"}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.40"
        """),
      .refused(
        "a threshold in another dimension than the floor",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {inference_latency_p99: "<100ms"}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": 85},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              ↓inference_latency_p99: "<100"
        """),
      .refused(
        "the host has a floor of its own, which the repository cannot lower",
        """
        -- host/policy.yaml (excerpt) --
        spec:
          approvers: repository
          environments:
            production:
              metrics: {silhouette_score: ">0.48"}
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.40"}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.45"
        """),
      .refused(
        "a weaker floor and a weaker manifest in one push",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.45"}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.30"}
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.40"
        """),
      .refused(
        "a stricter floor holds for the commits behind it",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.46"}
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          serving:
            replicas: 4
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.45"
        """),
      .accepted(
        "a threshold above it",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.45"}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">=0.46"
        """),
    ])
}
