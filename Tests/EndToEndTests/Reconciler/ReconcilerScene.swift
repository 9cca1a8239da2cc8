import Foundation
import Testing

/// A gated host with the people of `WorkflowScene`, and a reconciler of its production.
final class ReconcilerScene {
  /// The host and the people.
  let scene: WorkflowScene
  /// The folder that the directory adapter keeps.
  let served: String
  /// The targets file.
  let targets: String
  /// The state's folder.
  var state: String
  /// Flags of every call.
  var flags: [String] = ["--retry-seconds", "0"]

  /// Makes all of it; `more` are further lines of the environment in the targets file.
  init(policy: String = WorkflowScene.policy(), files: [String: String?] = [:], more: String = "", adapter: String = "")
    throws
  {
    scene = try WorkflowScene(policy: policy, more: files)
    let root = scene.sandbox.root
    (served, targets, state) = (root + "/served", root + "/targets.yaml", root + "/operator")
    try scene.sandbox.write(
      "targets.yaml",
      """
      apiVersion: mlops/v1
      kind: ReconcileTargets
      metadata: {name: test}
      spec:
        environments:
          production:
            endpoints:
              - name: disk
                adapter: directory
                path: \(served)
                ready_seconds: 5
      \(adapter)
            registry:
              s3_command: [/bin/sh, -c, "test ! -e \(root)/s3-down && echo weights of $1 > $2/model.onnx", copy, "{uri}", "{directory}"]
      \(more)

      """)
  }

  /// Runs a verb of the operator.
  func reconciler(_ verb: String, _ more: String...) throws -> Output {
    let place =
      ["status", "retry"].contains(verb)
      ? [] : ["--repository", scene.sandbox.host, "--targets", targets] + flags
    return try scene.sandbox.run(
      ["\(GitSandbox.products)/mlops-reconciler", verb, "--environment", "production", "--state", state] + place + more,
      in: scene.sandbox.root)
  }

  /// The version that the link leads to.
  var current: String? {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: served + "/segmentation/current"))
      .map { ($0 as NSString).lastPathComponent }
  }

  /// What the operator has left of a record.
  func record() throws -> [String: Any] {
    let output = try reconciler("status", "--format", "json")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(output.standardOutput)) as? [String: Any], "\(output.err)")
  }

  /// The events in the outbox of the operator's copy, by their types.
  func events() -> [[String: Any]] {
    let folder = state + "/repository.git/mlops/outbox/local"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { $0.hasSuffix(".json") }.compactMap { name in
      guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return nil }
      return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    }
  }
}
