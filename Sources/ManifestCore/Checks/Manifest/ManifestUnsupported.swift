extension CheckInfo {
  /// Only the plain part of YAML that everybody reads the same.
  static let manifestUnsupported = CheckInfo(
    .manifestUnsupported,
    title: "anchors, aliases, tags, directives, or characters that readers of YAML disagree about",
    rationale: """
      An anchor makes a line mean what stands elsewhere, a tag makes a text something else, and an alias
      inside an alias makes a small file a huge one. A line separator or a control character that turns
      writing around shows a reviewer another manifest than the one the machine reads. A manifest needs
      none of them: what is approved must be what stands there, line by line.
      """,
    remedy: """
      Write the value out where the alias stands. Remove invisible characters: `cat -A` shows them, and
      retyping the line is the surest cure. Where a template made the file, commit what it made.
      """,
    exception: """
      Never.
      """,
    examples: [
      .refused(
        "an anchor",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: ↓&common {team: growth}
        """),
      .refused(
        "a line separator, which some readers take for the end of a line",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {team: "growth↓\u{2028}"}
        """),
      .refused(
        "a merge key",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {↓<<: common}
        """),
      .refused(
        "a tag",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {team: ↓!!str growth}
        """),
      .accepted(
        "the value, written out",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          labels: {team: growth}
        """),
    ])
}
