import Foundation
import Glibc
import Testing

extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")

  /// Cases of the host and of resources that the catalogue did not list.
  static let newHost: [AttackCase] = [
    AttackCase("N90", .output, "an audit file that is a link to another file", by: "`O_NOFOLLOW`") {
      let scene = try Scene()
      let victim = try scene.sandbox.write("victim", "mine\n")
      try FileManager.default.createDirectory(atPath: scene.sandbox.host + "/mlops", withIntermediateDirectories: true)
      symlink(victim, scene.sandbox.host + "/mlops/audit.jsonl")
      try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
      expectRefused(try scene.clone.push("main"), byOneOf: ["approval/missing", "host/internal"])
      #expect(try String(contentsOfFile: victim, encoding: .utf8) == "mine\n")
    },
    AttackCase("N91", .output, "an audit file that is a pipe nobody reads", by: "`O_NOFOLLOW`, `mlops.timeout`") {
      let scene = try Scene()
      try FileManager.default.createDirectory(atPath: scene.sandbox.host + "/mlops", withIntermediateDirectories: true)
      mkfifo(scene.sandbox.host + "/mlops/audit.jsonl", 0o600)
      try scene.sandbox.configure("mlops.timeout", "1")
      try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
      let result = try scene.clone.push("main")
      #expect(result.status != 0 && result.moved.isEmpty && !result.report.checks.isEmpty, "\(result.transcript)")
    },
    AttackCase(
      "N92", .host, "a variable of git's that names another repository's objects",
      by: "host/internal, approval/missing, push/malformed"
    ) {
      let scene = try Scene()
      let tip = try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
      let line = Array("\(scene.base) \(tip) refs/heads/main\n".utf8)
      for variables in [
        ["GIT_OBJECT_DIRECTORY": scene.clone.path + "/.git/objects"],
        ["GIT_ALTERNATE_OBJECT_DIRECTORIES": scene.clone.path + "/.git/objects"],
        ["GIT_OBJECT_DIRECTORY": "/nowhere"],
      ] {
        expectRefused(try scene.sandbox.hook("pre-receive", input: line, environment: variables))
      }
    },
  ]
}
