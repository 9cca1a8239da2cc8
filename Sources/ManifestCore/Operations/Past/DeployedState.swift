import GitObjects

/// What stands for one deployment at one time, since when and by whom, with its evidence.
struct DeployedState {
  var name: [UInt8]
  var environment: [UInt8]
  /// Nil where the manifest cannot be read.
  var version: String?
  var routes: [RouteWeight]
  /// The step that last changed the version or the routing.
  var since: HistoryEntry
  var readings: [VersionReading]

  /// The version for a reader.
  var shownVersion: String { version.map(Text.cut) ?? "cannot be read" }

  /// Whether evidence and thresholds agree, in two words.
  var evidence: String {
    if readings.isEmpty { return "unknown" }
    return readings.allSatisfy(\.holds) ? "holds" : readings.contains { $0.folder == nil } ? "missing" : "DOES NOT HOLD"
  }

  /// A line with a key and its words.
  static func line(_ key: String, _ words: String) -> String {
    "    " + key + String(repeating: " ", count: max(1, 10 - key.utf8.count)) + words
  }

  /// The lines below the state's name.
  var lines: [String] {
    var lines: [String] = []
    func add(_ key: String, _ words: String) { lines.append(Self.line(key, words)) }
    add("version", shownVersion)
    if !routes.isEmpty { add("routes", RouteWeight.line(routes)) }
    add("since", "\(since.date) \(since.step.commit.hex) \(Text.show(since.subject))")
    add("by", since.shownAuthor)
    for approval in since.people { add("approved", HistoryEntry.words(approval)) }
    if since.people.isEmpty { add("approved", "none that counts") }
    for reading in readings { add("evidence", reading.line) }
    return lines
  }

  /// The state as JSON.
  var json: JSONValue { json([]) }

  /// The state as JSON, with more pairs behind its own.
  func json(_ more: [(String, JSONValue)]) -> JSONValue {
    let pairs: [(String, JSONValue)] = [
      ("name", .string(Text.show(name))), ("environment", .string(Text.show(environment))),
      ("version", .optional(version)), ("routes", RouteWeight.json(routes)),
      (
        "since",
        .object([
          ("commit", .string(since.step.commit.hex)), ("date", .string(since.date)),
          ("subject", .string(Text.show(since.subject))), ("author", .string(since.shownAuthor)),
          ("approved_by", HistoryEntry.json(since.approvals)),
        ])
      ),
      ("holds", .bool(!readings.isEmpty && readings.allSatisfy(\.holds))),
      ("versions", .array(readings.map(\.json))),
    ]
    return .object(pairs + more)
  }
}
