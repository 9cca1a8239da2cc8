extension CheckInfo {
  /// A value and its threshold have units that compare.
  static let metricUnit = CheckInfo(
    .metricUnit,
    title: "a measured value and a threshold whose units do not compare",
    rationale: """
      `87ms` against `<0.1` could mean seconds, and a guess that is wrong by a thousand passes every
      model. Units of one kind compare after conversion (`0.1s` is `100ms`, `0.4%` is `0.004`); a time
      against a plain number, or bytes against a rate, is never guessed.
      """,
    remedy: """
      Write the threshold in the unit that was measured. Where the evidence has no unit and should, publish
      a version that has.
      """,
    exception: """
      Never.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "milliseconds against a plain number",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              ↓inference_latency_p99: "<0.1"
        """),
      .accepted(
        "milliseconds against seconds",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              inference_latency_p99: "<0.1s"
        """),
      .accepted(
        "a percentage against a plain number",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms", "error_rate": {"value": 0.4, "unit": "%"}},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
          promotion_criteria:
            evaluation_metrics:
              error_rate: "<0.005"
        """),
    ])
}
