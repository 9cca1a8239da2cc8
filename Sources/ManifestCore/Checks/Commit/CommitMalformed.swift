extension CheckInfo {
  /// A commit that its readers disagree about.
  static let commitMalformed = CheckInfo(
    .commitMalformed,
    title: "a commit that different readers read differently",
    rationale: """
      A commit is a signature under a change: who wrote it, who approved it. If one tool shows the
      message up to a zero byte and another beyond it, or one takes the first author and another the
      second, then the approval that a person saw is not the one that was counted. Such commits do not
      come from everyday git; they are made to be misread, or by a broken tool. Only commits that change
      something governed, or whose approvals count, are asked.
      """,
    remedy: """
      Make the commit again with git itself: `git commit --amend`, with a plain UTF-8 message. An
      `encoding` header comes from `i18n.commitEncoding`: `git config --unset i18n.commitEncoding`.
      """,
    exception: """
      Never. History that was taken before the gate stood is not judged again.
      """,
    examples: [
      .refused(
        "a message in an encoding of its own",
        """
        -- message --
        Raise the replicas

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        -- commands --
        sed -i 's/replicas: 3/replicas: 4/' deployments/production/customer-segmentation.yaml
        git -c i18n.commitEncoding=ISO-8859-1 commit -a -F ../message
        git push origin main
        """),
      .refused(
        "two authors",
        """
        -- message --
        Raise the replicas

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        -- commands --
        sed -i 's/replicas: 3/replicas: 4/' deployments/production/customer-segmentation.yaml
        git commit -q -a -F ../message
        commit=$(git cat-file commit HEAD | sed '/^author/p' | git hash-object -t commit -w --stdin --literally)
        git push origin $commit:refs/heads/main
        """),
      .accepted(
        "the same in UTF-8",
        """
        -- message --
        Raise the replicas

        Approved-by: ml-opsリード
        Approved-by: ビジネスユニットLG
        -- commands --
        sed -i 's/replicas: 3/replicas: 4/' deployments/production/customer-segmentation.yaml
        git commit -a -F ../message
        git push origin main
        """),
    ])
}
