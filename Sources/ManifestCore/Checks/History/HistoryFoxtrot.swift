extension CheckInfo {
  /// The old tip must be on the first-parent line of the new one.
  static let historyFoxtrot = CheckInfo(
    .historyFoxtrot,
    title: "a merge that makes the protected branch the side branch of your own",
    rationale: """
      The first-parent line of a protected branch reads as its releases: one step, one change, one set of
      approvals. A merge made the wrong way round (your branch first, the protected one second) turns the
      line over: everything that others released becomes a side branch of your work, and the steps that
      were judged are not the steps that the history shows.
      """,
    remedy: """
      `git pull --rebase` and push; or merge the other way: check out the protected branch, fetch, and
      merge your branch into it.
      """,
    exception: """
      Never. It is always possible to merge the other way.
      """,
    examples: [
      .refused(
        "the branch of production is merged into one's own, and that is pushed",
        """
        -- before/docs/runbook.md --
        Page the on-call engineer.
        -- commands --
        git checkout -q -b work HEAD~1
        echo draft > notes.md
        git add notes.md
        git commit -q -m "Take notes"
        git merge -q --no-edit main
        git push origin work:main
        """),
      .accepted(
        "one's own branch is merged into the branch of production",
        """
        -- before/docs/runbook.md --
        Page the on-call engineer.
        -- commands --
        git checkout -q -b work HEAD~1
        echo draft > notes.md
        git add notes.md
        git commit -q -m "Take notes"
        git checkout -q main
        git merge -q --no-ff --no-edit work
        git push origin main
        """),
    ])
}
