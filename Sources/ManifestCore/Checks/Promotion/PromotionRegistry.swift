extension CheckInfo {
  /// A model comes from where the policy allows.
  static let promotionRegistry = CheckInfo(
    .promotionRegistry,
    title: "a model from a registry that the policy does not name, or without a digest it requires",
    rationale: """
      A registry is where the bytes that run in production are fetched from. One that the organisation does
      not control can serve anything under the right name; a digest makes sure that it is the artifact that
      was measured, wherever it comes from. Paths compare by whole segments: `s3://ml-models/` is not
      `s3://ml-models-evil/`.
      """,
    remedy: """
      Copy the model to one of the registries that the hint names, and refer to it there. A digest that is
      asked for is the `sha256` of an artifact in the version's evidence: `digest: sha256:…`.
      """,
    exception: """
      A new registry is added to the policy, with the approval of the `policy_approvers`.
      """,
    examples: [
      .refused(
        "somebody's own bucket",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {registries: ["s3://ml-models/"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            registry: ↓s3://ml-models-jun/
            version: v2.5.0
        """),
      .refused(
        "a digest is left out",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {digest: required}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .accepted(
        "a folder of the registry that is named",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {registries: ["s3://ml-models/"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            registry: s3://ml-models/company/eu/
            version: v2.5.0
        """),
      .accepted(
        "the digest of an artifact that was measured",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {digest: required}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"},
         "shadow_test": {"passed": true},
         "artifacts": [
           {"path": "model.onnx", "size": 2,
            "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}]}
        -- after/models/customer-segmentation/v2.6.0/model.onnx --
        a
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
            digest: sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        """),
    ])
}
