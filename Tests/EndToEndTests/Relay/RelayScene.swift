import Foundation
import Glibc
import Testing

/// A gated host, the relay's executable, and a receiver on loopback.
final class RelayScene {
  let scene: Scene
  let receiver: Receiver
  var sandbox: GitSandbox { scene.sandbox }
  private var version = 0

  init(certificateFor name: String? = nil) throws {
    scene = try Scene()
    receiver = try Receiver(scene.sandbox, certificateFor: name)
  }

  /// Configures a sink.
  func sink(_ name: String, _ keys: [String: String]) throws {
    for (key, value) in keys { try sandbox.configure("mlops.sink.\(name).\(key)", value) }
  }

  /// Configures a sink for a path of the receiver.
  func sink(_ name: String, at path: String, _ keys: [String: String] = [:]) throws {
    let url = "\(receiver.isSecure ? "https" : "http")://127.0.0.1:\(receiver.port)\(path)"
    let more = receiver.isSecure ? [:] : ["allowInsecure": "true"]
    try sink(name, keys.merging(more) { $1 }.merging(["url": url]) { $1 })
  }

  /// Writes a file of secrets, as it should be.
  @discardableResult
  func secrets(_ name: String, _ lines: String..., mode: mode_t = 0o600) throws -> String {
    let path = try sandbox.write(name, lines.joined(separator: "\n") + "\n")
    chmod(path, mode)
    return path
  }

  /// Pushes a promotion, and gives its commit.
  @discardableResult
  func promote() throws -> String {
    version += 1
    let deployment = Deployment(version: version % 2 == 1 ? "v1.1.0" : "v1.2.0")
    let tip = try scene.clone.commit(Fixtures.approved("Promote"), [deployment.path: deployment.yaml])
    expectAccepted(try scene.clone.push("main"))
    return tip
  }

  /// The id of the numbered event that `plant` writes.
  static func id(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 40 - digits.count) + digits
  }

  /// Writes events into a sink's outbox as the emitter would, the first the oldest.
  func plant(_ sink: String, _ numbers: Range<Int>) throws {
    let folder = "\(sandbox.host)/mlops/outbox/\(sink)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for number in numbers {
      try Data(Self.event(Self.id(number)).utf8).write(to: URL(fileURLWithPath: "\(folder)/\(Self.id(number)).json"))
      var times = [
        timeval(tv_sec: 1_700_000_000 + number, tv_usec: 0), timeval(tv_sec: 1_700_000_000 + number, tv_usec: 0),
      ]
      utimes("\(folder)/\(Self.id(number)).json", &times)
    }
  }

  static func event(_ id: String) -> String {
    """
    {"specversion": "1.0", "type": "mlops.reconcile.requested.v1", "id": "\(id)", "source": "file:///models.git", \
    "subject": "refs/heads/main", "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json", \
    "data": {"ref": "refs/heads/main", "before": "\(String(repeating: "0", count: 40))", "after": "\(id)", \
    "pusher": "dev", "judged": true, "changes": [{"kind": "ModelDeployment", "environment": "production", \
    "name": "segmentation", "path": "deployments/production/segmentation.yaml", "operation": "promote", \
    "from": {"version": "v1.0.0", "blob": "\(id)"}, "to": {"version": "v1.1.0", "blob": "\(id)"}, \
    "commit": "\(id)", "approved_by": []}]}}

    """
  }

  /// Runs the relay's command line.
  @discardableResult
  func relay(_ arguments: String..., seconds: Double = 60) throws -> Output {
    try sandbox.run(["\(GitSandbox.products)/mlops-relay"] + arguments, in: sandbox.host, seconds: seconds)
  }

  /// Starts a relay that runs on.
  func start(_ arguments: String...) throws -> Running {
    try sandbox.start(["\(GitSandbox.products)/mlops-relay", "run"] + arguments, in: sandbox.host)
  }

  /// What `mlops-relay status` says of a sink.
  func status(_ sink: String) throws -> [String: Any] {
    let output = try relay("status", "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput)) as? [String: Any]
    let sinks = object?["sinks"] as? [[String: Any]] ?? []
    guard let found = sinks.first(where: { $0["sink"] as? String == sink }) else {
      throw SceneError("no sink \(sink): \(output.out)\(output.err)")
    }
    return found
  }

  /// The last error of a sink.
  func lastError(_ sink: String) throws -> String {
    (try status(sink)["last_error"] as? [String: Any])?["message"] as? String ?? ""
  }

  /// The refused events of a sink with their reasons.
  func dead(_ sink: String) throws -> [String: String] {
    let folder = "\(sandbox.host)/mlops/outbox/\(sink)/dead"
    var found: [String: String] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasSuffix(".json"), !name.hasSuffix(".reason.json") else { continue }
      let stem = String(name.dropLast(5))
      let reason = FileManager.default.contents(atPath: "\(folder)/\(stem).reason.json")
      let object = try reason.flatMap { try JSONSerialization.jsonObject(with: $0) as? [String: Any] }
      found[stem] = object?["message"] as? String ?? ""
    }
    return found
  }
}
