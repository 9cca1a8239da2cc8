extension CheckInfo {
  /// An approver is somebody whom the directory knows, in a role that is needed.
  static let approvalUnknown = CheckInfo(
    .approvalUnknown,
    title: "an approval by somebody who is in no role that is needed",
    rationale: """
      Anybody can type a name. An approval counts when its address belongs to a person of the directory,
      and that person fills one of the roles. Where there is no policy, the line must say exactly what the
      manifest says.
      """,
    remedy: """
      Check the spelling; the address decides, not the name. If somebody has a new address, add it to the
      `aliases` of that person in `policies/approvers.yaml`; if somebody joined the role, add them there
      first, in a push of its own.
      """,
    exception: """
      Never. Who may approve is written in the directory and nowhere else.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "an address that the directory does not have",
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

        Approved-by: Aiko Tanaka <aiko@exmaple.com>
        Approved-by: Ken Mori <ken@example.com>
        """),
      .refused(
        "an entry that the manifest does not have",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: ml-opsリーダー
        Approved-by: ビジネスユニットLG
        """),
      .refused(
        "a pusher whom the directory does not know, where the policy asks for one",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          approvals: {unknown_pusher: refuse}
          environments:
            production: {}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- push --
        pusher: deploy-key-7
        """),
      .accepted(
        "addresses that the directory has, in any case of letters",
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

        Approved-by: Aiko Tanaka <Aiko@Example.com>
        Approved-by: Ken Mori <ken@example.com>
        """),
    ])
}
