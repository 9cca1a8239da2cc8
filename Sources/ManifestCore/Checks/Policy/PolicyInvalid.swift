extension CheckInfo {
  /// A policy can be used.
  static let policyInvalid = CheckInfo(
    .policyInvalid,
    title: "a policy or directory, pushed or in force, that cannot be used",
    rationale: """
      A policy that cannot be read protects nothing, and one with a misspelt key protects less than it
      says: `aprovals:` would be no approvals. So every key is known, every role exists and can be filled,
      and no address or key belongs to two people, before the policy is taken. Where an unusable one is in
      force all the same, every branch is shut until it is mended.
      """,
    remedy: """
      Mend what the message points at; `policies/README.md` explains every key. A policy that is already in
      force is mended by a push of `policies/` alone with the approval of the host's `policy_approvers`,
      or by the host's administrator.
      """,
    exception: """
      Never. That only one person can fill a role is a warning, not an error; still, find a second one.
      """,
    examples: [
      .refused(
        "a misspelt key",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          ↓aprovals: {distinct: false}
        """),
      .refused(
        "a role that the directory does not have",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          policy_approvers: [↓policy-admin]
        """),
      .refused(
        "a directory without a policy",
        """
        -- after/policies/approvers.yaml (excerpt) --
        metadata:
          name: approvers
        """),
      .refused(
        "a policy that leaves the branch of `HEAD` unprotected",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          protected_refs: ↓["refs/heads/release/*"]
        """),
      .refused(
        "an environment that comes from one which is not there",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {promote_from: ↓staging}
        """),
      .refused(
        "an address of two people",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/approvers.yaml (excerpt) --
        spec:
          people:
            mina@example.com: {name: Mina Okafor, aliases: [↓ken@example.com]}
        """),
      .refused(
        "the policy in force cannot be read, so nothing is taken",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          ↓aprovals: {distinct: false}
        -- after/notes.md --
        Nothing to do with it.
        """),
      .accepted(
        "an environment is added",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
            staging: {}
        """),
    ])
}
