extension CheckInfo {
  /// A version is good enough.
  static let metricThreshold = CheckInfo(
    .metricThreshold,
    title: "a version whose measured value does not hold its threshold",
    rationale: """
      The thresholds in `evaluation_metrics` are what the team agreed on while nobody was in a hurry. This
      is the check that keeps a model that is worse than that away from users. Values are compared exactly,
      without rounding: 0.45 is not `>0.45`. Every version that a route gives a share to must hold them too.
      """,
    remedy: """
      Promote a version that reaches the threshold; the message shows the value and the limit. If
      production is failing tonight, go back to the version that worked: a rollback is not asked for its
      thresholds again.
      """,
    exception: """
      If the threshold itself is wrong, change it in the manifest, in a commit that its approvers agree to.
      It may not go below the floor of the policy.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a version that clusters worse than agreed",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.41, "inference_latency_p99": "85ms"},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.45"
        """),
      .refused(
        "a version that is worse than the one that runs",
        """
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.47, "inference_latency_p99": "85ms"},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">=baseline-0.01"
        """),
      .refused(
        "a canary that is too slow",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "0.1s"},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              ↓inference_latency_p99: "<100ms"
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: v2.6.0, weight: 10}
        """),
      .refused(
        "a value that just reaches a threshold which must be passed",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">0.49"
        """),
      .refused(
        "a baseline is what stood before the push, not what its first commit brought",
        """
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.48, "inference_latency_p99": "85ms"}, "shadow_test": {"passed": true}}
        -- after/models/customer-segmentation/v2.7.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.7.0",
         "metrics": {"silhouette_score": 0.47, "inference_latency_p99": "85ms"}, "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">=baseline-0.01"
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.7.0
          promotion_criteria:
            evaluation_metrics:
              ↓silhouette_score: ">=baseline-0.01"
        """),
      .accepted(
        "a version that reaches what was agreed",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        """),
      .accepted(
        "a version that is as good as the one that runs",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">=baseline-0.01"
              inference_latency_p99: "<=baseline*1.1, <100ms"
        """),
      .accepted(
        "a rollback to a version that the threshold of today would refuse",
        """
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">0.48"
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        """),
      .accepted(
        "a first deployment, which has nothing to be compared with",
        """
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">=baseline"
        """),
    ])
}
