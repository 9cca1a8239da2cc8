extension CheckInfo {
  /// Who guards the policy agrees to its change.
  static let policyGuard = CheckInfo(
    .policyGuard,
    title: "a change of `policies/` without those who must approve it",
    rationale: """
      The policy decides what the gate asks for; the directory decides who may answer. Whoever could change
      either alone could approve anything. So each role of `policy_approvers` must agree, by the policy as
      it stands before the push: a push cannot weaken the gate that judges it.
      """,
    remedy: """
      Ask the guardians, and add their `Approved-by` lines. Push the policy before the change that needs it:
      what a policy allows counts from the next push on, what it forbids at once.
      """,
    exception: """
      The first policy of a repository is approved by the roles that its manifests name, or comes with the
      first push. Where nobody is left who could approve, the host's administrator pushes on the host, with
      the hooks off.
      """,
    examples: [
      .refused(
        "a floor is lowered, and no guardian agreed",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.45"}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.30"}
        -- message --
        Lower the floor
        """),
      .refused(
        "somebody joins a role without the guardians",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/approvers.yaml (excerpt) --
        spec:
          roles:
            ml-opsリード: [aiko@example.com, omar@example.com, jun@example.com]
        -- message --
        Join the leads
        """),
      .refused(
        "a first policy that no approver of the manifests agreed to",
        """
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/approvers.yaml (excerpt) --
        metadata:
          name: approvers
        -- message --
        Begin with a policy
        """),
      .refused(
        "the guardians themselves are replaced, by those who would come",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          policy_approvers: [ml-opsリード]
        -- message --
        Let the leads guard the policy
        """),
      .accepted(
        "a guardian agreed",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.45"}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production:
              metrics: {silhouette_score: ">0.47"}
        -- message --
        Raise the floor

        Approved-by: Rut Berg <root@example.com>
        """),
      .accepted(
        "a first policy that the approvers of the manifests agreed to",
        """
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/approvers.yaml (excerpt) --
        metadata:
          name: approvers
        -- message --
        Begin with a policy

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        """),
    ])
}
