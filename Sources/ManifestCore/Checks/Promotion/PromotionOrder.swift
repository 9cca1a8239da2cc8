extension CheckInfo {
  /// A version stood in the earlier environment before.
  static let promotionOrder = CheckInfo(
    .promotionOrder,
    title: "a version that does not stand in the environment it should come from",
    rationale: """
      Staging finds what an evaluation cannot: a feature that is missing online, a memory limit, a client
      that sends something else. Where the policy says `promote_from: staging`, the version must stand
      there before the push that brings it here, with the same registry and digest, so that staging and
      production cannot be changed in one breath.
      """,
    remedy: """
      Promote the version to the earlier environment in a push of its own, look at it there, then push this
      change again.
      """,
    exception: """
      A rollback is taken without it, and so is what takes model and routing back to a state that stood
      here before (but not to one that was rolled back), or lets a canary shrink. A model that has no
      place in the earlier environment needs a policy that does not ask for it.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a version that staging has never run",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .refused(
        "both environments in one push",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- after/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .refused(
        "a canary of a version that staging has never run",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: ↓v2.5.0, weight: 10}
        """),
      .refused(
        "another registry than the one that staging runs from",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            registry: ↓s3://ml-models/other/
            version: v2.5.0
        """),
      .refused(
        "a deployment is renamed to get round its order",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- delete/deployments/production/customer-segmentation.yaml --
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          model:
            version: ↓v2.5.0
        """),
      .accepted(
        "a version that staging runs",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        """),
      .accepted(
        "a version that a route of staging leads to",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- before/deployments/staging/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 50}
            - {name: candidate, model_version: v2.5.0, weight: 50}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        """),
      .accepted(
        "a canary that shrinks",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 60}
            - {name: candidate, model_version: v2.5.0, weight: 40}
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: v2.5.0, weight: 10}
        """),
      .accepted(
        "a rollback, whatever staging runs",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: staging}
            staging: {}
        -- before/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
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
