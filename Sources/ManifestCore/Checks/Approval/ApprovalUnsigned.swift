extension CheckInfo {
  /// A signature is asked for, and is not there or not good.
  static let approvalUnsigned = CheckInfo(
    .approvalUnsigned,
    title: "an approval without a good signature, where the policy says `proof: signed`",
    rationale: """
      A trailer is a claim that the committer writes down. Where that is not enough, an approval must carry
      a signature by a key of the approver over exactly this change: the blobs before and after, the
      evidence, the ref and a date of expiry. Then neither the committer nor the git host can invent one,
      and an old one cannot be used again after a rollback.
      """,
    remedy: """
      Ask the approver to sign the change, and add the `Approval-Signature` line to the message. A change
      after the signature needs a new one. Keys stand in
      `policies/approvers.yaml`, under `people.<e-mail>.keys`.
      """,
    exception: """
      Never where the policy asks for signatures. This version reports a policy with `proof: signed` as
      `policy/invalid`, so that nobody relies on a proof that is not asked for yet.
      """,
    examples: [])
}
