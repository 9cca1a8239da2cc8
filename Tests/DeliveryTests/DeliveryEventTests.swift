import ManifestCore
import Testing

@testable import Delivery

/// What is an event, and which files it names.
@Suite struct DeliveryEventTests {
  static func json(
    id: String = "0a", _ changes: String = #"[{"environment": "p", "name": "n", "path": "a", "operation": "add"}]"#
  ) -> String {
    """
    {"specversion": "1.0", "type": "t", "id": "\(id)", "source": "s", "subject": "r", "time": "2026-01-01T00:00:00Z",
     "data": {"ref": "refs/heads/main", "before": "00", "after": "01", "changes": \(changes)}}
    """
  }

  @Test func aWholeEventIsRead() throws {
    let event = try DeliveryEvent(Array(Self.json().utf8), file: "0a.json")
    #expect(event.id == "0a" && event.ref == "refs/heads/main" && event.changes.count == 1)
  }

  @Test func everyTornEventIsRefused() {
    let whole = Array(Self.json().utf8)
    for length in 0..<whole.count {
      #expect(throws: DeliveryEvent.Torn.self, "cut at \(length)") {
        try DeliveryEvent(Array(whole[..<length]), file: "0a.json")
      }
    }
  }

  @Test(
    arguments: [
      (json(id: "0b"), "0a.json"), (json(id: "../x"), "../x.json"), (json("[]"), "0a.json"), (json("{}"), "0a.json"),
      (json() + "{}", "0a.json"), ("[]", "0a.json"), ("{}", "0a.json"),
      (json().replacing("1.0", with: "0.3"), "0a.json"), (json().replacing("\"00\"", with: "0"), "0a.json"),
      (json(#"[{"environment": "p"}]"#), "0a.json"),
    ])
  func whatIsNoEventIsRefused(_ text: String, _ file: String) {
    #expect(throws: DeliveryEvent.Torn.self) { try DeliveryEvent(Array(text.utf8), file: file) }
  }

  private func change(_ path: String, _ was: Bool, _ isThere: Bool) -> DeliveryEvent.Change {
    DeliveryEvent.Change(environment: "p", name: "n", path: path, operation: "o", was: was, isThere: isThere)
  }

  @Test func filesAreNamedOnce() {
    let paths = ChangedPaths([
      change("new", false, true), change("gone", true, false), change("same", true, true),
      // A deployment that was there, and a routing that came into its file.
      change("both", true, true), change("both", false, true),
      // A routing took a deployment's place.
      change("turned", true, false), change("turned", false, true), change("odd", false, false),
    ])
    #expect(paths.added == ["new"] && paths.removed == ["gone"])
    #expect(paths.modified == ["same", "both", "turned", "odd"])
    #expect(paths.all.count == 6)
  }

  @Test func messagesNeverNameNoFile() throws {
    let event = DeliveryEvent.test(source: "s", ref: "refs/heads/main", now: 0)
    #expect(ChangedPaths(event.changes).modified == ["mlops-relay-test"])
  }
}
