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
      .refused(
        "two deployments in one file",
        """
        -- before/models/churn/v1.0.0/metadata.json --
        {"name": "churn", "version": "v1.0.0", "metrics": {"auc": 0.9}}
        -- after/deployments/production/churn.yaml --
        apiVersion: mlops/v1
        kind: ModelDeployment
        metadata: {name: churn}
        spec:
          model: {registry: "s3://ml-models/company/", name: churn, version: v1.0.0}
          environment: production
          serving: {replicas: 1, resources: {cpu: "1", memory: 1Gi}, inference_endpoint: /v1/churn}
          promotion_criteria:
            shadow_test_passed: false
            evaluation_metrics: {auc: ">0.8"}
            approval_required: true
            approvers: [ml-opsリード]
        ---
        ↓apiVersion: mlops/v1
        kind: ModelDeployment
        metadata: {name: churn}
        spec:
          model: {registry: "s3://ml-models/company/", name: churn, version: v1.0.0}
          environment: production
          serving: {replicas: 1, resources: {cpu: "1", memory: 1Gi}, inference_endpoint: /v2/churn}
          promotion_criteria:
            shadow_test_passed: false
            evaluation_metrics: {auc: ">0.8"}
            approval_required: true
            approvers: [ml-opsリード]
        """),
      .refused(
        "a manifest in a folder of its own",
        """
        -- after/deployments/production/eu/customer-segmentation.yaml --
        kind: ModelDeployment
        """),
      .refused(
        "a manifest that is executable",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt, executable) --
        metadata:
          labels: {team: growth}
        """),
      .refused(
        "anything but the two files below `policies/`",
        """
        -- after/policies/staging.yaml --
        kind: PromotionPolicy
        """),
      .refused(
        "a folder `deployments` that is a file",
        """
        -- delete/deployments/production/customer-segmentation.yaml --
        -- after/deployments --
        Gone.
        """),
      .refused(
        "an environment whose name is no DNS label",
        """
        -- after/deployments/EU_West/README.md --
        To come.
        """),
      .refused(
        "a file beside the environments",
        """
        -- after/deployments/values.yaml --
        replicas: 3
        """),
      .accepted(
        "a note beside the manifests",
        """
        -- after/deployments/production/README.md --
        The on-call engineer owns this folder.
        """),
    ])
}
