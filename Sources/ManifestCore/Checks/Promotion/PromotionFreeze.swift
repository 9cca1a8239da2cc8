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
    ])
}
