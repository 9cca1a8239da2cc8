extension CheckInfo {
  /// A manifest stands where its name and environment say.
  static let manifestLocation = CheckInfo(
    .manifestLocation,
    title: "a file in the wrong place, or a manifest whose name or environment differs from its path",
    rationale: """
      Who must approve a change, and which floors it must reach, follows from the path: whoever reads
      `deployments/production/x.yaml` must be able to trust that it is `x`, in production, and that
      nothing else is. A file with another extension, a symbolic link, or a second name that a file system
      folds into the first would be deployed by some tools and overlooked by the gate.
      """,
    remedy: """
      Move or rename the file, or correct `metadata.name` or `spec.environment`: the message says what
      both are. Keep values, scripts and notes outside of `deployments/`, `models/` and `policies/`.
      """,
    exception: """
      `README.md`, `.gitkeep`, `.gitignore` and `.gitattributes` may stand anywhere. A new environment is
      added to the policy first, where the policy lists environments.
      """,
    examples: [
      .refused(
        "a manifest that calls itself something else",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        metadata:
          name: ↓customer-segments
        """),
      .refused(
        "a manifest for staging in the folder of production",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          environment: ↓staging
        """),
      .refused(
        "an extension that the gate does not read, and others do",
        """
        -- after/deployments/production/churn.yml --
        apiVersion: mlops/v1
        kind: ModelDeployment
        """),
      .refused(
        "a symbolic link",
        """
        -- after/deployments/production/latest.yaml (symbolic link) --
        customer-segmentation.yaml
        """),
      .refused(
        "two names that are one to a file system that folds case",
        """
        -- after/Deployments/production/customer-segmentation.yaml --
        kind: ModelDeployment
        """),
      .refused(
        "an environment that the policy does not have",
        """
        -- before/policies/policy.yaml (excerpt) --
        spec:
          environments:
            production: {}
        -- after/deployments/canary/customer-segmentation.yaml (excerpt) --
        spec:
          environment: ↓canary
        """),
      .accepted(
        "a note beside the manifests",
        """
        -- after/deployments/production/README.md --
        The on-call engineer owns this folder.
        """),
    ])
}
