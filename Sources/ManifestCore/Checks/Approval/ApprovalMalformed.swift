extension CheckInfo {
  /// An approval reads the same for everybody.
  static let approvalMalformed = CheckInfo(
    .approvalMalformed,
    title: "a line that looks like an approval and does not count as one",
    rationale: """
      Approvals are git trailers: lines of the message's last paragraph. A line in the wrong paragraph is
      seen by people and by no tool; a divider or prose among the trailers makes one tool count it and
      another not. What counts here must count for `git log` and `git interpret-trailers` as well, so that
      the record can be checked without this program.
      """,
    remedy: """
      Let the message end with one paragraph of nothing but `Key: value` lines, such as
      `Approved-by: Aiko Tanaka <aiko@example.com>`. The message says which line displaced it.
      `git commit --amend` opens the message.
      """,
    exception: """
      `(cherry picked from commit …)` may stand in that paragraph. The older form, a subject
      `Promotion: …` with `Approved by: A, B`, counts where no policy stands.
      """,
    examples: [
      .refused(
        "a remark behind the approvals",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG

        Sent from my phone
        """),
      .refused(
        "a divider, behind which some tools of git do not read",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        ---

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        """),
      .refused(
        "an address with the name of somebody else",
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

        Approved-by: Aiko Tanaka <omar@example.com>
        Approved-by: Ken Mori <ken@example.com>
        """),
      .accepted(
        "approvals in the last paragraph, beside other trailers",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Sent from my phone

        Reviewed-in: https://example.com/pulls/17
        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        """),
      .accepted(
        "the older form, where no policy stands",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promotion: customer-segmentation v2.4.1 -> v2.5.0

        Shadow test: passed
        Approved by: ml-opsリード, ビジネスユニットLG
        """),
      .accepted(
        "a cherry-pick, with the line that git adds",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
        -- message --
        Promote v2.5.0

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        (cherry picked from commit 2e1c4d5f60718293a4b5c6d7e8f9a0b1c2d3e4f5)
        """),
    ])
}
