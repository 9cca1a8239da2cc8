extension CheckInfo {
  /// Everybody who must approve did.
  static let approvalMissing = CheckInfo(
    .approvalMissing,
    title: "a change without the approvals that the manifest or the policy asks for",
    rationale: """
      What goes to production is decided by more than one pair of eyes. The roles are those that the
      manifest names before the change, those that it names after it, and the policy's: so nobody can
      strike an approver from the list in the commit that the approver would have stopped.
      """,
    remedy: """
      The report shows the ledger: each role, who fills it, and who still could. Ask one of them, and end
      the commit's message with a paragraph of nothing but trailers:

          Approved-by: Aiko Tanaka <aiko@example.com>

      `git commit --amend` adds it to the last commit. Where a pull request is merged, the merge commit may
      carry the approvals. `mlops-hook check` shows the ledger before you push.
      """,
    exception: """
      A rollback needs none where the policy says `rollback: {approvals: waived}`. Apart from that there is
      no way around it: in an emergency, two people who are awake are the way.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "nobody approved",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            ↓approvers: [ml-opsリード, ビジネスユニットLG]
        -- message --
        Promote v2.5.0
        """),
      .refused(
        "one of two roles approved",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            ↓approvers: [ml-opsリード, ビジネスユニットLG]
        -- message --
        Promote v2.5.0

        Approved-by: Aiko Tanaka <aiko@example.com>
        """),
      .refused(
        "an approver is struck from the list by the change itself",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            ↓approvers: [ml-opsリード]
        -- message --
        Ask fewer people

        Approved-by: ml-opsリード
        """),
      .refused(
        "approval is switched off where others require it",
        """
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          promotion_criteria:
            approval_required: ↓false
        """),
      .refused(
        "fewer people than the policy asks for",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              approvals: {required: true, minimum: 3}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            ↓approvers: [ml-opsリード, ビジネスユニットLG]
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        """),
      .refused(
        "one person for two roles",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              approvals: {required: true, approvers: [policy-admins]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
          promotion_criteria:
            ↓approvers: [ml-opsリード, ビジネスユニットLG]
        -- message --
        Promote v2.5.0

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        """),
      .refused(
        "a deployment is removed, and nobody approved",
        """
        -- delete/deployments/production/customer-segmentation.yaml --
        -- message --
        Switch it off
        """),
      .refused(
        "a canary is changed, and nobody approved",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          model_name: customer-segmentation
        -- message --
        Try v2.5.0 on a fifth of the users
        """),
      .refused(
        "a role is struck from the list and its approval with it, in two commits",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          promotion_criteria:
            ↓approvers: [ml-opsリード]
        -- message --
        Ask fewer people

        Approved-by: Aiko Tanaka <aiko@example.com>
        -- and then --
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Aiko Tanaka <aiko@example.com>
        """),
      .accepted(
        "both roles approved",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        It clusters better by two points.

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        """),
      .accepted(
        "where no policy stands, the approver's entry itself counts",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        """),
      .accepted(
        "a rollback where the policy waives its approvals",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              rollback: {approvals: waived}
        -- before/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.4.1
        -- message --
        Roll back: v2.5.0 times out
        """),
    ] + approvalsInMerges)
}
