import ArgumentParser
import ManifestCore

/// Writes a version's evidence.
struct RegisterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Register a version of a model: its metrics and artifacts.",
    discussion: """
      Writes `models/<name>/<version>/metadata.json`. Metrics come from JSON or
      YAML (nested names are joined by dots), from the folder of an MLflow run,
      or one by one; numbers are taken as they are written. Artifacts are copied,
      and listed by their digests. Files are named from the current folder.
      Nothing is committed without --commit or --push.

        mlops-hook register churn v2.5.0 --metrics metrics.json --push
        mlops-hook register churn v2.5.0 --metrics mlruns/0/4f1c \\
          --metric inference_latency_p99=87ms --artifact build/model.onnx
      """)

  @Argument(help: "The model: a folder of models/.", completion: .words(.models))
  var name: String
  @Argument(help: "The version, as in v2.5.0.")
  var version: String
  @Option(
    help: ArgumentHelp("A file of metrics, or the folder of an MLflow run; may be repeated.", valueName: "file"),
    completion: .file())
  var metrics: [String] = []
  @Option(
    help: ArgumentHelp(
      "One metric, as in accuracy=0.93 or inference_latency_p99=87ms; may be repeated.", valueName: "name=value"))
  var metric: [String] = []
  @Option(
    help: ArgumentHelp("A file that belongs to the version; may be repeated.", valueName: "file"),
    completion: .file())
  var artifact: [String] = []
  @Flag(help: "Say that the version passed its shadow test.")
  var shadowTestPassed = false
  @Flag(help: "Commit the new folder, and nothing else, on the current branch.")
  var commit = false
  @Flag(help: "Commit it, and push the current branch.")
  var push = false
  @OptionGroup var repository: RepositoryOptions

  func run() throws {
    var request = Register.Request(name: name, version: version)
    request.metricPaths = metrics
    request.metrics = metric
    request.artifacts = artifact
    request.isShadowTested = shadowTestPassed
    request.commits = commit || push
    request.pushes = push
    try reporting { try Register(path: repository.path, context: .live()).run(request) { $0.forEach(show) } }
  }
}
