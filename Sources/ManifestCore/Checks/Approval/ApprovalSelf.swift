extension CheckInfo {
  /// Nobody approves a change that is their own.
  static let approvalSelf = CheckInfo(
    .approvalSelf,
    title: "an approval by somebody who wrote the change",
    rationale: """
      Four eyes means four: whoever wrote a change, wholly or in part, knows what it was meant to do and
      reads that instead of what it does. Authors, committers and co-authors (`Co-authored-by`) of a change
      do not count as its approvers; with `exclude: [pusher]` neither does the one who pushes it.
      """,
    remedy: """
      Ask somebody else of the role; the ledger lists who is left. Pressing "Merge" is not writing: an
      approver may merge the pull request that she approved.
      """,
    exception: """
      Never for what you wrote. If the role has too few people, the policy's directory needs another one.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "the author approves",
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

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        -- push --
        author: Aiko Tanaka <aiko@example.com>
        """),
      .refused(
        "a co-author approves",
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

        Co-authored-by: Ken Mori <ken@example.com>
        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        """),
      .refused(
        "the pusher approves, where the policy excludes pushers",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          approvals: {exclude: [author, committer, co-author, pusher]}
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        -- push --
        pusher: aiko
        """),
      .refused(
        "who wrote the branch approves in the merge",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- message --
        Merge branch 'promote'

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        -- commands --
        git checkout -q -b promote
        sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
        git -c user.name="Aiko Tanaka" -c user.email=aiko@example.com commit -q -a -m "Promote v2.5.0"
        git checkout -q main
        git merge -q --no-ff promote -F ../message
        git push origin main
        """),
      .refused(
        "an approver changes the file while merging it",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- message --
        Merge branch 'promote'

        Approved-by: Aiko Tanaka <aiko@example.com>
        Approved-by: Ken Mori <ken@example.com>
        -- commands --
        git checkout -q -b promote
        sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
        git commit -q -a -m "Promote v2.5.0"
        git checkout -q main
        git config user.name "Aiko Tanaka" && git config user.email aiko@example.com
        git merge -q --no-ff --no-commit promote
        sed -i 's/replicas: 3/replicas: 1/' deployments/production/customer-segmentation.yaml
        git commit -q -a -F ../message
        git push origin main
        """),
      .accepted(
        "two others approve",
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

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Ken Mori <ken@example.com>
        -- push --
        author: Aiko Tanaka <aiko@example.com>
        """),
    ])
}
