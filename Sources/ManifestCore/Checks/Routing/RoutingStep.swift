extension CheckInfo {
  /// A version's share grows by steps.
  static let routingStep = CheckInfo(
    .routingStep,
    title: "a version whose share of traffic grows by more than `max_weight_step` in one push",
    rationale: """
      The evidence was measured before the release; the first real users show what it missed. Growing by
      steps keeps the damage to the step, and gives drift monitoring the time to see it. The step is
      measured from what stood before the push, so that ten commits in one push are no way round.
      """,
    remedy: """
      Give the version the share that the hint names, by a ModelRouting, and the rest in a later push,
      when the numbers hold. If it is urgent because the current version fails, roll back instead: a
      rollback is not held up by this.
      """,
    exception: """
      A first deployment may start with any share, and a rollback may take all at once. Another step for an
      environment is a change of the policy.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "all users at once",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .refused(
        "two commits of one push are one step",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 70}
            - {name: candidate, model_version: v2.5.0, weight: 30}
        -- and then --
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 40}
            - {name: candidate, model_version: ↓v2.5.0, weight: 60}
        """),
      .refused(
        "a deployment is removed and added again with a new version",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- delete/deployments/production/customer-segmentation.yaml --
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .refused(
        "a deployment is renamed and takes a new version",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- delete/deployments/production/customer-segmentation.yaml --
        -- after/deployments/production/segments.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .accepted(
        "thirty per cent of them",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 70}
            - {name: candidate, model_version: v2.5.0, weight: 30}
        """),
      .accepted(
        "the next step, in a push of its own",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 70}
            - {name: candidate, model_version: v2.5.0, weight: 30}
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 40}
            - {name: candidate, model_version: v2.5.0, weight: 60}
        """),
      .accepted(
        "a rollback takes all at once",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              max_weight_step: 30
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        """),
    ])
}
