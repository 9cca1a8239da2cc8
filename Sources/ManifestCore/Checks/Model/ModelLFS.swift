extension CheckInfo {
  /// Large files are git-lfs pointers.
  static let modelLFS = CheckInfo(
    .modelLFS,
    title: "a large file below `models/` that is no git-lfs pointer",
    rationale: """
      What is committed is downloaded by every clone, for ever: a few weights of some hundred megabytes
      make the repository too slow to release from, and history cannot be slimmed once the branch is
      protected. A pointer carries the digest, so the artifact is still exactly the one that was measured.
      """,
    remedy: """
      `git lfs track 'models/**/*.onnx'`, commit `.gitattributes`, take the file out with
      `git rm --cached` and add it again. If it is in an earlier commit of the push, amend that commit: the
      large blob must not be in any of them.
      """,
    exception: """
      The limit is `models.lfs_over` in the policy, 1 MiB if it says nothing.
      """,
    examples: [
      .refused(
        "weights in the repository itself (with a limit of 16 bytes, to keep the example short)",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          models: {lfs_over: 16}
        -- after/models/customer-segmentation/v2.6.0/model.onnx --
        0123456789abcdef0123456789abcdef
        """),
      .accepted(
        "a pointer to them",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          models: {lfs_over: 16}
        -- after/models/customer-segmentation/v2.6.0/model.onnx --
        version https://git-lfs.github.com/spec/v1
        oid sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        size 48211904
        """),
    ])
}
