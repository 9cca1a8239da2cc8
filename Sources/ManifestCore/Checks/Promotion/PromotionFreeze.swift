extension CheckInfo {
  /// Nothing changes in a freeze.
  static let promotionFreeze = CheckInfo(
    .promotionFreeze,
    title: "a change of an environment that is frozen",
    rationale: """
      A freeze is announced for days on which nobody is there to notice a bad release, or on which a bad
      release costs most. The server's clock decides, never the date in a commit, which can be set to
      anything.
      """,
    remedy: """
      Push it after the time that the message names; until then it can be reviewed and approved. If
      production is failing, roll back: going back to what stood is taken even in a freeze.
      """,
    exception: """
      A rollback. If something new must go out, the freeze itself is changed in the policy, with the
      approval of the `policy_approvers`, so that it stays on record who decided it.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "a promotion at the end of the year",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .refused(
        "a deployment is removed in the freeze",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- delete/deployments/production/customer-segmentation.yaml --
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .refused(
        "a rollback that changes something else on the way",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
          serving:
            replicas: 1
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .refused(
        "a rollback that undoes a rollback",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- and then --
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .refused(
        "a rollback further than the policy allows",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- before/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "inference_latency_p99": "85ms"}, "shadow_test": {"passed": true}}
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- and then --
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.6.0
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .refused(
        "a canary is changed in the freeze",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          model_name: customer-segmentation
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .accepted(
        "the same after it",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- push --
        time: 2027-01-04T09:00:00Z
        """),
      .accepted(
        "a rollback in the freeze",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .accepted(
        "another environment, which is not frozen",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
            staging: {}
        -- after/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
      .accepted(
        "a canary is rolled back in the freeze",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              freeze: [{from: "2026-12-20T00:00:00Z", until: "2027-01-04T00:00:00Z", reason: year end}]
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 100}
        -- and then --
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 80}
            - {name: candidate, model_version: v2.5.0, weight: 20}
        -- and then --
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 100}
        -- push --
        time: 2026-12-24T18:00:00Z
        """),
    ])
}
