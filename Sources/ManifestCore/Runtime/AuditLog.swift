import GitObjects
import YAMLTree

/// The decisions of the gate, one JSON object a line, in `mlops/audit.jsonl` of the git directory.
struct AuditLog {
  static let folderName = "mlops"
  static let fileName = "audit.jsonl"

  let gitDirectory: String

  var path: String { gitDirectory + Self.folderName + "/" + Self.fileName }

  /// What one record says.
  struct Record {
    var time: Int64
    var hook: String
    var pusher: Pusher
    var mode: String
    /// How much was judged: `full`, `form` or `history`.
    var scope: String
    /// Whether git was told to take the push.
    var isTaken: Bool
    var verdict: Verdict
  }

  /// Appends a record.
  func append(_ record: Record) throws {
    _ = try SafeFiles.makeFolder(gitDirectory, [Self.folderName])
    try SafeFiles.append(Self.line(record), to: path)
  }

  private static func line(_ record: Record) -> String {
    let updates = record.verdict.updates.map { judged in
      JSONValue.object([
        ("ref", .string(judged.update.shown)), ("old", .string(judged.update.old.hex)),
        ("new", .string(judged.update.new.hex)),
        ("protected", .bool(judged.isProtected)),
      ])
    }
    let problems = record.verdict.findings.prefix(50).map { finding in
      JSONValue.object([
        ("check", .string(finding.check.rawValue)), ("severity", .string(finding.severity.rawValue)),
        ("path", .optional(finding.place.path.map { Text.show($0) })), ("message", .string(Text.cut(finding.message))),
      ])
    }
    let approvals = record.verdict.approvals.prefix(100).map { approval in
      JSONValue.object([
        ("path", .string(Text.show(approval.path))), ("who", .string(Text.cut(approval.who))),
        ("proof", .string(approval.proof)),
        ("signed", .bool(approval.proof == "signed")),
      ])
    }
    let value = JSONValue.object([
      ("time", .string("\(Timestamp(seconds: record.time))")), ("hook", .string(record.hook)),
      ("pusher", .string(Text.cut(record.pusher.shown))), ("mode", .string(record.mode)),
      ("scope", .string(record.scope)), ("verdict", .string(record.verdict.isAccepted ? "accepted" : "refused")),
      ("taken", .bool(record.isTaken)),
      ("updates", .array(updates.prefix(1000).map { $0 })),
      ("policies", .array(record.verdict.policies.map { .string($0) })),
      ("problemCount", .number(record.verdict.findings.count)), ("problems", .array(Array(problems))),
      ("approvals", .array(Array(approvals))),
    ])
    return value.text + "\n"
  }

  // MARK: Looking up

  /// How much of the log's end is searched for a verdict, in bytes.
  private static let tail = 4 << 20

  /// Whether recorded acceptances lead from one commit of a ref to another.
  func covers(_ ref: String, from old: ObjectID, to new: ObjectID) -> Bool {
    var steps: [String: (old: String, isJudged: Bool)] = [:]
    for line in lastLines() {
      guard let (node, problems) = parse(line), problems.isEmpty, let updates = node["updates"]?.sequence else {
        continue
      }
      // The form alone is no judgement, and what was refused later was not taken.
      if node["scope"]?.scalar?.text == "form" { continue }
      let accepted = node["verdict"]?.scalar?.text == "accepted" && node["taken"]?.scalar?.text == "true"
      for update in updates {
        // A push lists its unprotected refs too, which nobody judged.
        guard update["protected"]?.scalar?.text == "true", update["ref"]?.scalar?.text == ref,
          let old = update["old"]?.scalar?.text,
          let new = update["new"]?.scalar?.text
        else { continue }
        steps[new] = (old, accepted)
      }
    }
    var current = new.hex
    var walked = 0
    while current != old.hex {
      guard let step = steps[current], step.isJudged, walked < 100_000 else { return false }
      current = step.old
      walked += 1
    }
    return true
  }

  /// The refs and commits that audit mode let through although the gate would have refused them.
  func letThrough() -> [String] {
    lastLines().compactMap { line in
      guard let (node, _) = parse(line), node["taken"]?.scalar?.text == "true",
        node["verdict"]?.scalar?.text == "refused"
      else { return nil }
      let updates = (node["updates"]?.sequence ?? []).compactMap { update -> String? in
        guard let ref = update["ref"]?.scalar?.text, let new = update["new"]?.scalar?.text else { return nil }
        return "\(ref) \(new)"
      }
      return "\(node["time"]?.scalar?.text ?? "") \(updates.joined(separator: ", "))"
    }
  }

  private func parse(_ line: ArraySlice<UInt8>) -> (Node, [TextProblem])? {
    let (node, problems) = line.withUnsafeBytes {
      JSONReader.read(
        $0, limits: TextLimits(maximumBytes: 4 << 20, maximumDepth: 8, maximumNodes: 200_000, allowsEscapes: true))
    }
    return node.map { ($0, problems) }
  }

  private func lastLines() -> [ArraySlice<UInt8>] {
    let bytes = SafeFiles.tail(path, maximum: Self.tail)
    return bytes.split(separator: 10)
  }
}
