extension CheckInfo {
  /// A shadow test that is asked for was passed.
  static let metricShadowTest = CheckInfo(
    .metricShadowTest,
    title: "a version that has not passed the shadow test that is asked for",
    rationale: """
      Offline metrics say how a model does on yesterday's data; the shadow test says how it does on live
      traffic while nobody depends on it. `shadow_test_passed: true` in a manifest is a demand, not a claim:
      the evidence of the version must say that it passed.
      """,
    remedy: """
      Run the shadow test, and publish a version whose evidence says `"shadow_test": {"passed": true}`.
      Evidence that stands already does not change, so this needs a new version number.
      """,
    exception: """
      Where the policy leaves it `optional`, a manifest may say `shadow_test_passed: false`, with the
      approvals that this change needs.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a version that failed its shadow test",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"},
         "shadow_test": {"passed": false}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            shadow_test_passed: ↓true
        """),
      .refused(
        "the policy asks for one, whatever the manifest says",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {shadow_test: required}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            shadow_test_passed: ↓false
        """),
      .refused(
        "a canary without a shadow test",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            shadow_test_passed: ↓true
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: v2.6.0, weight: 10}
        """),
      .accepted(
        "a version that passed",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            shadow_test_passed: true
        """),
    ])
}
