extension CheckInfo {
  /// Evidence is strict JSON, of its own version, with its artifacts.
  static let modelInvalid = CheckInfo(
    .modelInvalid,
    title: "evidence that is not strict JSON, of another version, or whose artifacts are not there",
    rationale: """
      Evidence is what a promotion is decided by. A `metadata.json` that was copied from the last version
      proves the last version; one with a key twice or `NaN` for a score reads differently in different
      tools; an artifact with another digest is another model than the one that was measured.
      """,
    remedy: """
      Write the file anew from the evaluation of this very version, by a program rather than by hand. An
      artifact's `sha256` is what `sha256sum` prints, its `size` is in bytes.
      """,
    exception: """
      Never. Fields of your own are allowed beside those that the gate reads.
      """,
    examples: [
      .refused(
        "evidence that was copied from another version",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": ↓"v2.5.0",
         "metrics": {"silhouette_score": 0.49, "inference_latency_p99": "82ms"},
         "shadow_test": {"passed": true}}
        """),
      .refused(
        "a metric that is no number",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": ↓"good"}}
        """),
      .refused(
        "an artifact that was not committed",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52},
         "artifacts": [
           {"path": ↓"model.onnx", "size": 48211904,
            "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}]}
        """),
      .refused(
        "a key twice",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.41, ↓"silhouette_score": 0.61}}
        """),
      .refused(
        "a digest of no artifact",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          model:
            version: v2.5.0
            digest: ↓sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        """),
      .refused(
        "a symbolic link in a published version",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0", "metrics": {"silhouette_score": 0.52}}
        -- after/models/customer-segmentation/v2.6.0/model.onnx (symbolic link) --
        /srv/models/latest.onnx
        """),
      .accepted(
        "an artifact by its git-lfs pointer, and a field of one's own",
        """
        -- after/models/customer-segmentation/v2.6.0/metadata.json --
        {"name": "customer-segmentation", "version": "v2.6.0",
         "metrics": {"silhouette_score": 0.52, "error_rate": {"value": 0.4, "unit": "%"}},
         "trained_by": "pipeline 1742",
         "artifacts": [
           {"path": "model.onnx", "size": 48211904,
            "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}]}
        -- after/models/customer-segmentation/v2.6.0/model.onnx --
        version https://git-lfs.github.com/spec/v1
        oid sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        size 48211904
        """),
    ])
}
