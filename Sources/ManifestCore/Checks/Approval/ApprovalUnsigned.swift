extension CheckInfo {
  /// A signature is asked for, and is not there or not good.
  static let approvalUnsigned = CheckInfo(
    .approvalUnsigned,
    title: "an approval without a good signature, where the policy says `proof: signed`",
    rationale: """
      A trailer is a claim that the committer writes down. Where that is not enough, an approval must carry
      a signature by a key of the approver over exactly this change: the blobs before and after, the
      evidence, the ref, the commit that last changed each path, and a date of expiry. Then neither the
      committer nor the git host can invent one, and an old one cannot be used again after a rollback.
      """,
    remedy: """
      Ask the approver for `mlops-hook approve`, and let `mlops-hook promote` put the `Approval-Signature`
      line beside `Approved-by`. A change after the signature needs a new one: the line says which field
      differs where that can be told. Keys stand in `policies/approvers.yaml`, under
      `people.<e-mail>.keys`; those before the push count.
      """,
    exception: """
      Never where the policy asks for signatures. Whoever lost a key gets a new one into the directory, by
      a change that `policy_approvers` sign.
      """,
    canBeOverridden: true,
    examples: [
      .refused(
        "approvals without signatures",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        """),
      .refused(
        "one of two is signed",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        """),
      .refused(
        "a signature over the same change to another ref",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2026-06-30T00:00:00Z … (for refs/heads/release/1)
        """),
      .refused(
        "a signature by somebody else's key",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2026-06-30T00:00:00Z … (by omar@example.com)
        """),
      .refused(
        "a signature that has expired",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2026-05-31T00:00:00Z …
        """),
      .refused(
        "a signature that is good for longer than the policy allows",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2027-06-30T00:00:00Z …
        """),
      .refused(
        "a signature in another namespace",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2026-06-30T00:00:00Z … (in git)
        """),
      .accepted(
        "two signed approvals",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          repository: ml-platform/models
          approvals: {proof: signed}
          environments:
            production: {}
        -- before/policies/approvers.yaml (excerpt) --
        spec:
          people:
            omar@example.com: {name: Omar Haddad, keys: ["ssh-ed25519 AAAA…"]}
            mina@example.com: {name: Mina Okafor, keys: ["ssh-ed25519 AAAA…"]}
            root@example.com: {name: Rut Berg, keys: ["ssh-ed25519 AAAA…"]}
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: Omar Haddad <omar@example.com>
        Approved-by: Mina Okafor <mina@example.com>
        Approval-Signature: omar@example.com 2026-06-30T00:00:00Z …
        Approval-Signature: mina@example.com 2026-06-30T00:00:00Z …
        """),
    ])
}
