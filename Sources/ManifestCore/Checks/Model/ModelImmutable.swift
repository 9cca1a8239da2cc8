extension CheckInfo {
  /// Published evidence does not change.
  static let modelImmutable = CheckInfo(
    .modelImmutable,
    title: "a change of a version that is published",
    rationale: """
      Approvals were given for what the evidence said that day. If a published score could be corrected
      afterwards, every approval would be for something that no longer stands there, and a rollback would
      bring back another model than the one that ran.
      """,
    remedy: """
      Publish a new version: a patch number more costs nothing. A folder that no manifest and no route names
      any more may be removed, but only whole.
      """,
    exception: """
      While nothing is deployed by a repository yet, `models: {immutable: false}` in its policy lifts the
      rule; take it back before the first release.
      """,
    examples: [
      .refused(
        "a score that is improved afterwards",
        """
        -- after/models/customer-segmentation/v2.5.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.5.0",
         "metrics": {"silhouette_score": 0.61, "inference_latency_p99": "82ms"},
         "shadow_test": {"passed": true}}
        """),
      .refused(
        "a file that is added to a version that runs",
        """
        -- after/models/customer-segmentation/v2.4.1/notes.txt --
        Works on my machine.
        """),
      .refused(
        "a version is removed while production runs it",
        """
        -- delete/models/customer-segmentation/v2.4.1/metadata.json --
        """),
      .refused(
        "a version that is removed comes back changed",
        """
        -- delete/models/customer-segmentation/v2.5.0/metadata.json --
        -- and then --
        -- after/models/customer-segmentation/v2.5.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.5.0",
         "metrics": {"silhouette_score": 0.61, "inference_latency_p99": "82ms"},
         "shadow_test": {"passed": true}}
        """),
      .refused(
        "a version is removed while a route leads to it",
        """
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          model_name: customer-segmentation
        -- delete/models/customer-segmentation/v2.5.0/metadata.json --
        """),
      .accepted(
        "a version that nothing names is removed",
        """
        -- delete/models/customer-segmentation/v2.5.0/metadata.json --
        """),
      .accepted(
        "a removed version comes back as it was",
        """
        -- delete/models/customer-segmentation/v2.5.0/metadata.json --
        -- and then --
        -- after/models/customer-segmentation/v2.5.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.5.0",
         "metrics": {"silhouette_score": 0.49, "inference_latency_p99": "82ms"},
         "shadow_test": {"passed": true}}
        """),
    ])
}
