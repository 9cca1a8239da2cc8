extension CheckInfo {
  /// A metric that is asked for was measured.
  static let metricMissing = CheckInfo(
    .metricMissing,
    title: "a metric that the manifest or the policy asks for and the evidence does not have",
    rationale: """
      A metric that was not measured is not a metric that was good enough. If a missing one were passed
      over, leaving it out of the evaluation would be the easiest way to reach any threshold.
      """,
    remedy: """
      Measure it and publish a version whose `metadata.json` has it. If the hint asks "did you mean", the
      manifest and the evidence spell it differently: correct the manifest, since evidence does not change.
      A threshold on `baseline` needs the metric in the evidence of what is deployed now, too.
      """,
    exception: """
      If the metric no longer matters, take it out of the manifest, with the approvals that this needs. A
      floor is the policy's to take back.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a metric that the evaluation did not measure",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              ↓calinski_harabasz: ">1200"
        """),
      .refused(
        "a floor of the policy that the evaluation did not measure",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {error_rate: "<1%"}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .refused(
        "a baseline that was not measured",
        """
        -- before/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms", "error_rate": "0.4%"},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              ↓error_rate: "<=baseline"
        """),
      .accepted(
        "metrics that were measured",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ">0.48"
        """),
    ])
}
