extension CheckInfo {
  /// A deployment names a published version.
  static let modelMissing = CheckInfo(
    .modelMissing,
    title: "a deployment of a version without evidence",
    rationale: """
      Without `models/<name>/<version>/metadata.json` nobody can say what the version scores, whether its
      shadow test passed, or which artifact it is. Everything else that the gate asks leans on that file.
      """,
    remedy: """
      Publish the version first, or in the same push: commit its folder with the `metadata.json` that the
      evaluation wrote. If the version is there under another name, the message shows where it was
      looked for.
      """,
    exception: """
      Never. In an emergency roll back to a version that has its evidence.
      """,
    examples: [
      .refused(
        "a version that nobody published",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.6.0
        """),
      .refused(
        "a version without its `metadata.json`",
        """
        -- after/models/customer-segmentation/v2.6.0/README.md --
        The best one so far.
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.6.0
        """),
      .accepted(
        "the version comes with its evidence",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"},
         "shadow_test": {"passed": true}}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
        """),
    ])
}
