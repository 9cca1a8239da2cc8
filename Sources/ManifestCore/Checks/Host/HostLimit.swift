extension CheckInfo {
  /// A push is too large to be judged.
  static let hostLimit = CheckInfo(
    .hostLimit,
    title: "a push that is larger than the host judges at once",
    rationale: """
      Limits keep one push from occupying the host, and with it everybody else's releases. A push of more
      than `mlops.maxCommits` commits is nearly always an import, not a release.
      """,
    remedy: """
      Push in smaller parts: `git push origin <commit>:refs/heads/main` with a commit half way, then the
      rest. For an import, the administrator sets `mlops.baseline` to the commit from which on history is
      judged.
      """,
    exception: """
      The administrator may raise the limit for a repository: `git config mlops.maxCommits <number>`.
      """,
    examples: [
      .refused(
        "three commits where the host takes two (a small limit, to keep the example short)",
        """
        -- push --
        config: mlops.maxCommits=2
        -- commands --
        for number in 1 2 3; do git commit --allow-empty -m "Import $number"; done
        git push origin main
        """),
      .accepted(
        "two of them",
        """
        -- push --
        config: mlops.maxCommits=2
        -- commands --
        for number in 1 2; do git commit --allow-empty -m "Import $number"; done
        git push origin main
        """),
    ])
}
