import Testing

extension Scene {
  /// Pushes a promotion without approvals and one with them through whatever stands before the host.
  ///
  /// Expects of each what the contract says: verdict, report, audit line with the pusher, and event.
  func expectGate(pusher: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let promoted = Deployment(version: "v1.1.0")
    try clone.commit("Promote", [promoted.path: promoted.yaml])
    let refused = try clone.push()
    expectRefused(refused, "approval/missing", at: promoted.path, sourceLocation: sourceLocation)
    #expect(try sandbox.events().isEmpty, "an event of a refused push", sourceLocation: sourceLocation)
    try clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml], from: base)
    expectAccepted(try clone.push(), sourceLocation: sourceLocation)
    let records = try sandbox.audit()
    let kinds = records.map { ($0["verdict"] ?? $0["type"]) as? String ?? "" }
    #expect(kinds == ["refused", "accepted", "moved"], "\(records)", sourceLocation: sourceLocation)
    #expect(records.allSatisfy { $0["pusher"] as? String == pusher }, "\(records)", sourceLocation: sourceLocation)
    let events = try sandbox.events()
    let data = events.first?["data"] as? [String: Any]
    #expect(events.count == 1, "\(events)", sourceLocation: sourceLocation)
    #expect(data?["pusher"] as? String == pusher, "\(events)", sourceLocation: sourceLocation)
    #expect(data?["after"] as? String == (try clone.tip()), "\(events)", sourceLocation: sourceLocation)
    #expect(data?["judged"] as? Bool == true, "\(events)", sourceLocation: sourceLocation)
  }
}
