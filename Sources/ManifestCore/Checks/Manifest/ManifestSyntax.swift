extension CheckInfo {
  /// A manifest is UTF-8 YAML within limits.
  static let manifestSyntax = CheckInfo(
    .manifestSyntax,
    title: "a manifest that is not UTF-8 YAML, or that is beyond a limit",
    rationale: """
      What cannot be read cannot be judged, and a gate that cannot judge stays shut. The limits (1 MiB,
      32 levels, 10,000 nodes) keep a file from stopping the gate, and everybody's releases with it: a
      manifest that a person wrote stays far below them.
      """,
    remedy: """
      Look at the line and column of the message: most often a `: ` inside a value (quote the value), a
      tab in the indentation, or a bracket that was not closed. `mlops-hook check` says the same before
      you push.
      """,
    exception: """
      Never. Data that is larger belongs into the registry, not into a manifest.
      """,
    examples: [
      .refused(
        "a colon inside a value that is not quoted",
        """
        -- after/deployments/production/customer-segmentation.yaml --
        apiVersion: mlops/v1
        kind: ModelDeployment
        metadata:
          name: customer-segmentation↓: the new one
        """),
      .refused(
        "a git-lfs pointer where the manifest should be",
        """
        -- after/deployments/production/customer-segmentation.yaml --
        version https://git-lfs.github.com/spec/v1
        oid sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        size 912
        """),
      .accepted(
        "the same value, quoted",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          annotations:
            note: "customer segmentation: the new one"
        """),
    ])
}
