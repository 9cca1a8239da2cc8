extension CheckInfo {
  /// A tree that its readers disagree about.
  static let treeMalformed = CheckInfo(
    .treeMalformed,
    title: "a folder that different readers of git read differently",
    rationale: """
      A tree object with two entries of one name, entries out of order, or names such as `..` is read
      differently by git, by libgit2 and by whatever checks it out in the cluster. Then the manifest that
      was judged is not the manifest that is deployed. Git itself never writes such trees. Folders that
      are nested more than 16 deep are refused too: nothing that is deployed needs them.
      """,
    remedy: """
      Check the branch out in a fresh clone, commit the files again with `git add` and `git commit`, and
      find out which tool wrote the object: it will do so again.
      """,
    exception: """
      Never. Trees outside of `deployments/`, `models/` and `policies/`, and beyond the root, are not asked.
      """,
    examples: [
      .refused(
        "a folder with two files of one name",
        """
        -- message --
        Change what is deployed
        -- commands --
        production=$(git ls-tree HEAD:deployments/production | sed p | git mktree)
        deployments=$(printf '040000 tree %s\\tproduction\\n' $production | git mktree)
        root=$(git ls-tree HEAD | sed "/deployments$/s/[0-9a-f]\\{40\\}/$deployments/" | git mktree)
        git push origin $(git commit-tree -p HEAD -F ../message $root):refs/heads/main
        """),
      .refused(
        "folders nested beyond any need",
        """
        -- commands --
        path=models/customer-segmentation/v2.6.0/$(printf 'a/%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
        mkdir -p $path
        echo deep > $path/file
        git add . && git commit -q -m "Nest"
        git push origin main
        """),
      .accepted(
        "the same path through git's own tools, with each name once",
        """
        -- commands --
        production=$(git ls-tree HEAD:deployments/production | git mktree)
        git ls-tree $production
        git push origin HEAD:refs/heads/jun/nothing-changed
        """),
    ])
}
