extension CheckInfo {
  /// Versions are published by those who may.
  static let modelPublisher = CheckInfo(
    .modelPublisher,
    title: "a version that is added neither by a publisher nor with the approval of one",
    rationale: """
      Whoever writes the evidence decides what passes. Where the policy names `publishers`, usually the
      evaluation pipeline, a person may not put numbers beside a model by hand and promote it with them.
      The pusher's name is the one that the git host itself vouches for.
      """,
    remedy: """
      Let the pipeline publish the version, or ask one of the publishers to push it, or to approve it with an
      `Approved-by` line.
      """,
    exception: """
      When the pipeline is down and it cannot wait, an approval by one of the publishers is the way, and it
      stays on record.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "an engineer publishes by hand",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          models: {publishers: [evaluation-bot]}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.99}}
        """),
      .accepted(
        "the pipeline publishes",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          models: {publishers: [evaluation-bot]}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52}}
        -- push --
        pusher: evaluation-bot
        """),
      .accepted(
        "an engineer publishes, and a publisher agrees",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          models: {publishers: [ml-opsリード]}
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52}}
        -- message --
        Publish v2.6.0

        Approved-by: Omar Haddad <omar@example.com>
        """),
    ])
}
