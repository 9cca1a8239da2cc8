extension CheckInfo {
  /// A value is of its grammar and in its range.
  static let manifestValue = CheckInfo(
    .manifestValue,
    title: "a value outside of its grammar or range",
    rationale: """
      A version that is no version, a quantity that the scheduler cannot read, or an automatic rollback
      that would come before the alert: each of them is found here in a second, or in production at the
      worst time. A value that YAML 1.1 and YAML 1.2 type differently (`no`, `on`, `1:20`, `010`) must be
      quoted, for whoever reads the file next must read the same.
      """,
    remedy: """
      The message shows the value and what was expected; "quote it" means just that.
      """,
    exception: """
      Never. If a value that your platform takes is refused here, report it: the grammar may lack it.
      """,
    examples: [
      .refused(
        "a version that is none",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓latest
        """),
      .refused(
        "a number where a text belongs",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {release: ↓1.10}
        """),
      .refused(
        "a rollback that would come before the alert",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          drift_config:
            auto_rollback_threshold: ↓0.1
        """),
      .refused(
        "a threshold with a comma for the decimal point",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ↓">0,45"
        """),
      .refused(
        "an approver that the directory does not have",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            approvers: [ml-opsリード, ↓ビジネスユニットLX]
        """),
      .refused(
        "a registry that carries a password",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            registry: ↓https://jun:secret@models.example.com/
        """),
      .refused(
        "a word that YAML 1.1 takes for `false`",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {country: ↓no}
        """),
      .refused(
        "a metric whose threshold no value can hold",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            evaluation_metrics:
              silhouette_score: ↓">0.9, <0.5"
        """),
      .accepted(
        "values as they should be",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {release: "1.10"}
        spec:
          serving:
            resources:
              cpu: 500m
        """),
    ])
}
