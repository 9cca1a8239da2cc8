import Foundation

extension Chain {
  /// Each protected branch whose manifests differ from what was emitted has one event, and there is no other.
  func compareEvents(_ isAccepted: Bool, _ result: Output) throws {
    let files = try sandbox.eventFiles().filter { !seenEvents.contains($0) }
    seenEvents.formUnion(files)
    var events: [String: String] = [:]
    for file in files {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(sandbox.host)/mlops/outbox/local/\(file)"))
      let event = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      guard let body = event?["data"] as? [String: Any], let ref = body["ref"] as? String,
        let before = body["before"] as? String, let after = body["after"] as? String
      else {
        fail("an event without its fields", String(decoding: data, as: UTF8.self))
        continue
      }
      if events[ref] != nil { fail("two events of \(ref)", file) }
      if (body["changes"] as? [Any] ?? []).isEmpty { fail("an event without changes", file) }
      if (body["judged"] as? Bool) != true, ref == "refs/heads/main" {
        fail("an event that is not judged", file)
      }
      events[ref] = "\(before)..\(after)"
    }
    var wanted: [String: String] = [:]
    if isAccepted {
      let policies = setting.policies(tips["refs/heads/main"].flatMap { worlds[$0] })
      for (ref, tip) in tips where ref.hasPrefix("refs/heads/") && emitted[ref] != tip {
        let isProtected =
          ref == "refs/heads/main"
          || policies.contains { $0.patterns.contains { PolicyShape.matches($0, ref) } }
        guard isProtected, let world = worlds[tip] else { continue }
        let before = emitted[ref]
        if (before.flatMap { worlds[$0]?.manifests } ?? [:]) != world.manifests {
          wanted[ref] = "\(before ?? RawReceivePack.zero)..\(tip)"
        }
        emitted[ref] = tip
      }
    }
    if events != wanted { fail("the events are \(events)", "wanted \(wanted)\n\(result.err)") }
  }
}
