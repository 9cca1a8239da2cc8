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

  /// Makes all of it.
  ///
  /// - Parameters:
  ///   - more: further lines of the environment in the targets file.
  ///   - adapter: further lines of its endpoints.
  ///   - registry: what stands in the place of the usual registry, which writes the version's address into a file.
  ///
  /// `ROOT` in them stands for the sandbox's folder.
  init(
    policy: String = WorkflowScene.policy(), files: [String: String?] = [:], more: String = "", adapter: String = "",
    registry: String? = nil
  ) throws {
    scene = try WorkflowScene(policy: policy, more: files)
    let root = scene.sandbox.root
    let copies = "test ! -e \(root)/s3-down && echo weights of $1 > $2/model.onnx"
    let usual = "s3_command: [/bin/sh, -c, \"\(copies)\", copy, \"{uri}\", \"{directory}\"]"
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
              \(registry ?? usual)
      \(more)

      """.replacingOccurrences(of: "ROOT", with: root))
  }

  /// The command line of a verb.
  func command(_ verb: String, state: String? = nil) -> [String] {
    let place =
      ["status", "retry"].contains(verb)
      ? [] : ["--repository", scene.sandbox.host, "--targets", targets] + flags
    return [
      "\(GitSandbox.products)/mlops-reconciler", verb, "--environment", "production", "--state", state ?? self.state,
    ] + place
  }

  /// Runs a verb of the operator.
  func reconciler(_ verb: String, _ more: String...) throws -> Output {
    try scene.sandbox.run(command(verb) + more, in: scene.sandbox.root)
  }

  /// Runs a verb at another time of the clock: so many seconds from now.
  func reconciler(_ verb: String, after seconds: Int, _ more: String...) throws -> Output {
    try scene.sandbox.run(
      [TestTool.faketime.path ?? "", "-f", "\(seconds >= 0 ? "+" : "")\(seconds)s"] + command(verb) + more,
      in: scene.sandbox.root, environment: ["FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"])
  }

  /// The folder of a version whose one file git-lfs keeps, as it stands in git.
  static func kept(_ version: String, _ weights: String, _ digest: String) -> [String: String] {
    let size = weights.utf8.count
    return [
      "models/segmentation/\(version)/model.onnx":
        "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest)\nsize \(size)\n",
      Fixtures.evidencePath(version): Fixtures.evidence(
        version, artifacts: "[{\"path\": \"model.onnx\", \"sha256\": \"\(digest)\", \"size\": \(size)}]"),
    ]
  }

  /// Changes the targets file.
  func retarget(_ old: String, _ new: String) throws {
    let text = try String(contentsOfFile: targets, encoding: .utf8)
    try scene.sandbox.write("targets.yaml", text.replacingOccurrences(of: old, with: new))
  }

  /// The names in a folder below the place, sorted.
  func names(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: served + "/" + path)) ?? []).sorted()
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
