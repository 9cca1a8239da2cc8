/// The files that `mlops-hook init` writes, as texts.
///
/// `NAME` stands for the example model's name, `ROLES` and the like for what the approvers make of them.
enum InitTemplates {
  /// What git does to files: artifacts go to git-lfs, and nothing that the gate reads ever does.
  static var attributes: String {
    let width = artifactExtensions.map(\.utf8.count).max() ?? 0
    let lines = artifactExtensions.map { ending in
      "models/**/*.\(ending)" + String(repeating: " ", count: width - ending.utf8.count)
        + " filter=lfs diff=lfs merge=lfs -text\n"
    }
    return """
      # Below models/ git changes no bytes: the evidence lists sizes and digests.
      models/** -text

      # Artifacts are kept by git-lfs. Without `git lfs install` git takes them as they are.
      \(lines.joined())
      # The gate reads these itself, so they must not become git-lfs pointers, whatever stands above.
      models/**/metadata.json !filter !diff !merge
      deployments/** !filter !diff !merge
      policies/** !filter !diff !merge

      """
  }

  /// The endings of files that hold models.
  static let artifactExtensions = [
    "bin", "ckpt", "gguf", "h5", "joblib", "keras", "mar", "model", "msgpack", "npy", "npz", "onnx", "parquet", "pb",
    "pickle", "pkl", "pt", "pth", "safetensors", "tar", "tar.gz", "tflite", "tgz", "zip", "zst",
  ]

  /// The evidence of the example model.
  static func evidence(_ name: String) -> String {
    JSONValue.object([
      ("name", .string(name)), ("version", .string("v1.0.0")),
      ("metrics", .object([("accuracy", .decimal("0.93")), ("inference_latency_p99", .string("87ms"))])),
      ("shadow_test", .object([("passed", .bool(true))])),
    ]).page
  }

  /// A deployment of the example model.
  static func deployment(_ name: String, environment: String) -> String {
    let isProduction = environment == "production"
    return """
      # yaml-language-server: $schema=../../\(DeploymentSchema.path)
      apiVersion: mlops/v1
      kind: ModelDeployment
      metadata:
        name: \(name)
        namespace: \(environment)
      spec:
        model:
          registry: s3://ml-models/company/ # where your artifacts are
          name: \(name)
          version: v1.0.0 # a folder of models/\(name)/
        environment: \(environment)
        serving:
          replicas: \(isProduction ? 3 : 1)
          resources:
            cpu: "\(isProduction ? 2 : 1)"
            memory: 4Gi
          inference_endpoint: /v1/predict/\(name)
        drift_config:
          monitor_interval_hours: 6
          alert_threshold: 0.12
          auto_rollback_threshold: 0.18
          reference_window_size: 1000
        promotion_criteria:
          shadow_test_passed: \(isProduction)
          evaluation_metrics: # each is looked up in the version's metadata.json
            accuracy: ">\(isProduction ? "=0.90" : "0.80")"
            inference_latency_p99: "<\(isProduction ? "100ms" : "200ms")"
          approval_required: \(isProduction)

      """ + (isProduction ? "    approvers:\n      - \(InitPolicy.approverRole)\n" : "")
  }

  /// The README of the repository.
  static func readme(_ name: String, signed: Bool) -> String {
    let proof =
      signed
      ? "An approval is a signature by your SSH key: set `gpg.format ssh` and `user.signingKey` in git."
      : "An approval is a line `Approved-by: Name <e-mail>` at the end of the commit's message, of somebody else than its author: `mlops-hook promote --approved-by` writes it."
    return """
      # Models and their deployments

      A push to `main` that changes a manifest is a promotion. The gate on the server judges it before it lands.

      | folder | what lies there | judged |
      | --- | --- | --- |
      | `models/<name>/<version>/` | a version's evidence, `metadata.json`, and its artifacts (git-lfs) | yes |
      | `deployments/<environment>/<name>.yaml` | what is served | yes |
      | `policies/` | what a promotion needs, and who approves it | yes |
      | `configs/`, `workflows/`, `evaluate/` | hyperparameters, pipelines, datasets and test cases | no |

      ## A new version, step by step

      ```sh
      git lfs install   # once, for artifacts
      mlops-hook register \(name) v1.1.0 --metrics metrics.json --artifact model.onnx --shadow-test-passed --commit
      git push

      mlops-hook propose \(name) --to staging --version v1.1.0
      mlops-hook promote promote/\(name)-v1.1.0-staging --push

      mlops-hook propose \(name) --to production --from staging --push
      mlops-hook approve promote/\(name)-v1.1.0-production --push   # each who approves
      mlops-hook promote promote/\(name)-v1.1.0-production --push

      mlops-hook status
      mlops-hook history \(name)
      mlops-hook rollback \(name) --env production --reason 'slow since noon' --push
      ```

      \(proof)
      Roles and people stand in `policies/approvers.yaml`; nobody approves their own change, so each role needs two people.

      ## Before a push

      `mlops-hook check` says what the server will say, with the same code; the `pre-push` hook asks it for you.
      `mlops-hook explain metric/threshold` tells all about one check.

      """
  }
}
