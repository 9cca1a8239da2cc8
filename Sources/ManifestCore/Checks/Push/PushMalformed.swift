extension CheckInfo {
  /// What git was sent is not what the repository can take.
  static let pushMalformed = CheckInfo(
    .pushMalformed,
    title: "a push whose lines, refs or old values are not what the repository itself holds",
    rationale: """
      What git hands to a hook was written by a client, and a client can be made to write anything. So
      each line is read byte by byte, and each ref is looked up again. A gate that believed the client's
      "the branch stood here" could be shown a harmless change while another one lands.

      Some refs are nobody's to push: `refs/replace/*` would swap objects behind every reader's back, and
      `refs/mlops/*` is where the gate remembers which triggers it has written. `refs/mlops-canary/*` is
      where `mlops-hook doctor` proves that the gate refuses. The policy in force hangs on `HEAD`'s branch,
      so the first push must bring that branch, alone.
      """,
    remedy: """
      - "fetch and retry": somebody pushed before you. `git pull --rebase`, then push again.
      - A first push of the wrong branch: push `HEAD`'s branch first, then the rest; or have the
        administrator run the `git symbolic-ref` command that the hint shows.
      - A reserved ref: push to a branch of your own; only the pushers that the policy lists move it.
      """,
    exception: """
      Never. Whoever may move a reserved ref is listed in the policy, under `reserved_refs`.
      """,
    examples: [
      .refused(
        "a ref that would replace objects for every reader",
        """
        -- commands --
        git push origin HEAD:refs/replace/$(git rev-parse HEAD)
        """),
      .refused(
        "somebody else moves a branch that belongs to a machine",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          reserved_refs: {"refs/heads/rendered/*": [render-bot]}
        -- commands --
        git push origin HEAD:refs/heads/rendered/production
        """),
      .refused(
        "more refs than the host takes at once (a small limit, to keep the example short)",
        """
        -- push --
        config: mlops.maxRefs=1
        -- commands --
        git push origin HEAD:refs/heads/one HEAD:refs/heads/two
        """),
      .accepted(
        "a branch of one's own",
        """
        -- commands --
        git push origin HEAD:refs/heads/jun/try-v2.5.0
        """),
      .accepted(
        "the machine moves its branch",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          reserved_refs: {"refs/heads/rendered/*": [render-bot]}
        -- push --
        pusher: render-bot
        -- commands --
        git push origin HEAD:refs/heads/rendered/production
        """),
    ])
}
