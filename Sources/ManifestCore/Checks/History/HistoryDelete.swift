extension CheckInfo {
  /// A protected ref may not be deleted.
  static let historyDelete = CheckInfo(
    .historyDelete,
    title: "the deletion of a protected branch",
    rationale: """
      The history of a protected branch is the record of who put which model into production, and who
      agreed. It is what an auditor reads, and what a rollback goes back to. Deleting the branch deletes
      both, and whoever makes it anew starts with no past to be compared with.
      """,
    remedy: """
      Leave it. To stop a model from being served, remove its manifest in a commit.
      """,
    exception: """
      A branch that should not be protected any more is first taken out of `protected_refs` in
      `policies/policy.yaml`, with the approvals that this needs; `HEAD`'s branch always stays protected.
      """,
    examples: [
      .refused(
        "the branch of production is deleted",
        """
        -- commands --
        git push origin --delete main
        """),
      .accepted(
        "a branch that no policy protects is deleted",
        """
        -- commands --
        git push origin HEAD:refs/heads/jun/done
        git push origin --delete jun/done
        """),
    ])
}
