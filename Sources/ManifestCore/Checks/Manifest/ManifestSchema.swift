extension CheckInfo {
  /// A manifest has the fields of its kind.
  static let manifestSchema = CheckInfo(
    .manifestSchema,
    title: "a field that is missing, unknown or of the wrong type; a foreign `kind` or `apiVersion`",
    rationale: """
      A field that nobody reads is the worst kind of setting: `auto_rollback_treshold: 0.18` looks like
      protection and is none. So an unknown field is a problem, a required one may not be left out, and
      `replicas: "3"` is a text where a number belongs.
      """,
    remedy: """
      The message names the field, and the nearest one that exists. `docs/checks/README.md`
      shows a manifest with nearly all of them.
      """,
    exception: """
      Notes of your own go into `metadata.annotations` and `metadata.labels`, which take any text.
      """,
    examples: [
      .refused(
        "a field with a typing error",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            ↓aprovers: [ml-opsリード]
        """),
      .refused(
        "a number written as text",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          serving:
            replicas: ↓"3"
        """),
      .refused(
        "a required field is left out",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt, without spec.serving.replicas) --
        spec:
          serving:
            ↓resources: {cpu: "2", memory: 4Gi}
        """),
      .refused(
        "another kind of manifest",
        """
        -- after/deployments/production/churn.yaml --
        apiVersion: mlops/v1
        kind: ↓ModelDeploiment
        metadata: {name: churn}
        """),
      .refused(
        "a foreign kind behind the manifest",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml --
        apiVersion: mlops/v1
        kind: ModelRouting
        metadata: {name: customer-segmentation-ab}
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 100}
          traffic_splitting: {method: weight}
        ---
        apiVersion: mlops/v1
        kind: ↓ConfigMap
        metadata: {name: extra}
        """),
      .refused(
        "a header without its name",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          traffic_splitting:
            ↓method: header
        """),
      .accepted(
        "a note of one's own",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          annotations: {owner: growth}
        """),
    ])
}
