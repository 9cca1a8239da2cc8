extension CheckInfo {
  /// A protected tag is made once, on a protected branch.
  static let historyTag = CheckInfo(
    .historyTag,
    title: "a protected tag that is moved, deleted, or not on a protected branch",
    rationale: """
      A release tag is a promise that never changes: clusters pin it, auditors cite it. A tag that moves
      deploys something else under a name that was approved; a tag on a commit that no protected branch
      holds releases what nobody judged.
      """,
    remedy: """
      Push the commit to the protected branch first, then tag it there. Where the tag exists already, make
      a new one with the next number.
      """,
    exception: """
      Never for a tag that the policy names. Tags that no pattern of `protected_refs` matches are free.
      """,
    examples: [
      .refused(
        "a release tag on a commit that only this push brings",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          protected_refs: [refs/heads/main, "refs/tags/release-*"]
        -- commands --
        git commit --allow-empty -m "Not on main yet"
        git tag release-7
        git push origin release-7
        """),
      .refused(
        "a release tag is moved",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          protected_refs: [refs/heads/main, "refs/tags/release-*"]
        -- commands --
        git tag release-7 HEAD~1
        git push origin release-7
        git tag --force release-7
        git push --force origin release-7
        """),
      .accepted(
        "a release tag on the protected branch",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          protected_refs: [refs/heads/main, "refs/tags/release-*"]
        -- commands --
        git tag release-7
        git push origin release-7
        """),
    ])
}
