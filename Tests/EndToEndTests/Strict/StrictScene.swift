import Foundation
import Testing

/// A host whose protected refs move only as the gate accepted it.
struct StrictScene {
  let scene: Scene
  var sandbox: GitSandbox { scene.sandbox }
  var clone: Clone { scene.clone }

  /// The policy at the start.
  static let policy = Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")

  /// Makes the host; the usual policy protects `release/*` beside `main`.
  init(policy: String = policy) throws {
    scene = try Scene(Fixtures.people(policy: policy))
    try sandbox.configure("mlops.strict", "true")
    try sandbox.installHook("reference-transaction")
  }

  /// A commit that the gate takes, on a branch of the clone.
  func good(_ text: String, on branch: String = "main", from: String? = nil) throws -> String {
    try clone.commit("Say \(text)", ["README.md": "\(text)\n"], on: branch, from: from)
  }

  /// A commit that the gate does not take; the host holds it on an unprotected branch.
  func bad() throws -> String {
    let promoted = Deployment(version: "v1.1.0")
    let tip = try clone.commit("Nobody approved", [promoted.path: promoted.yaml], on: "topic", from: scene.base)
    #expect(try clone.push("topic").status == 0)
    return tip
  }

  /// The names of the verdicts that wait for their moves.
  func records() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: sandbox.host + "/mlops/verdicts")) ?? []).sorted()
  }

  /// What a ref of the host holds.
  func tip(_ ref: String = "refs/heads/main") throws -> String? { try sandbox.tip(ref) }
}
