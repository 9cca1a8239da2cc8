extension CheckInfo {
  /// A protected ref may not be rewritten.
  static let historyRewrite = CheckInfo(
    .historyRewrite,
    title: "a forced push that drops commits from a protected branch",
    rationale: """
      What stood in production stood in production: a forced push would make the branch say otherwise,
      with approvals gone and the record of a bad release along with them. It also drops whatever somebody
      else pushed in the meantime.
      """,
    remedy: """
      `git pull --rebase`, then push without `--force`. To undo a release, commit the older version on
      top (`git revert` of the promotion does that): a rollback is taken even in a freeze.
      """,
    exception: """
      Never by a push. A secret that must leave the history is a matter for the host's administrator, on
      the host, with the hooks off.
      """,
    examples: [
      .refused(
        "the last commit is amended and forced over what stands",
        """
        -- commands --
        git commit --amend -m "Never happened"
        git push --force origin main
        """),
      .accepted(
        "a commit on top",
        """
        -- commands --
        git commit --allow-empty -m "Note what happened"
        git push origin main
        """),
    ])
}
