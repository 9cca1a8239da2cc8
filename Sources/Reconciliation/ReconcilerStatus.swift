import ManifestCore

/// How an environment fares, out of what the passes have left.
package struct ReconcilerStatus: Sendable {
  private let record: ReconcileRecord

  /// The status that a record tells.
  package init(_ record: ReconcileRecord) { self.record = record }

  /// Whether what runs is what git says, as far as is known.
  package var isWell: Bool {
    record.error == nil && record.refused == nil && record.applied != nil && record.passed != nil
      && record.unseen.isEmpty && record.problems.isEmpty
      && record.deployments.values.allSatisfy { $0.status == "ok" }
  }

  /// The status for people.
  package var lines: [String] {
    var lines = ["\(record.environment): \(record.applied.map { "at \($0.prefix(10))" } ?? "nothing was applied yet")"]
    lines.append(record.passed.map { "last pass: \(Timestamp(seconds: $0))" } ?? "warning: no pass has ended yet")
    if let error = record.error { lines.append("warning: what is new could not be read: \(error)") }
    if let refused = record.refused {
      lines.append("error: \(refused.commit.prefix(10)) got past the gate and is not applied")
      for problem in refused.problems { lines.append("  \(problem)") }
    }
    for (name, reason) in record.unseen.sorted(by: { $0.key < $1.key }) {
      lines.append("warning: nothing can be done at \(name): \(reason)")
    }
    lines += record.problems.map { "error: \($0)" }
    for (name, one) in record.deployments.sorted(by: { $0.key < $1.key }) {
      var line = "\(name) \(one.version): \(one.status) since \(Timestamp(seconds: one.since))"
      if let error = one.error {
        line += one.failures > 0 ? "; \(one.failures) of \(Planner.maximumFailures) tries failed: " : "; it waits: "
        line += error
      }
      lines.append(line)
      if let drift = record.drift[name], drift.version == one.version {
        let score = drift.score.map { "\($0)" } ?? "unknown (\(drift.error ?? "not measured"))"
        var words = "  drift: \(score) at \(Timestamp(seconds: drift.measured))"
        if let measured = drift.score, let alert = drift.alert, let rollback = drift.rollback, measured > alert {
          words += "; above \(measured > rollback ? "\(rollback), where it is rolled back" : "\(alert)")"
          if drift.rolledBack.contains(drift.version) {
            words += ", which was done once: this version is left to people now"
          }
          if let refusal = drift.refusal { words += "; that was not taken: \(refusal)" }
        }
        lines.append(words)
      }
    }
    return lines
  }

  /// The status for programs.
  package var json: JSONValue {
    .object([
      ("schema", .number(1)), ("environment", .string(record.environment)),
      ("ref", record.ref.map { .string($0) } ?? .null), ("applied", record.applied.map { .string($0) } ?? .null),
      ("passed", record.passed.map { .string("\(Timestamp(seconds: $0))") } ?? .null),
      ("well", .bool(isWell)), ("error", Self.words(record.error)),
      (
        "refused",
        record.refused.map {
          .object([("commit", .string($0.commit)), ("problems", .array($0.problems.map { Self.words($0) }))])
        } ?? .null
      ),
      ("unseen", .object(record.unseen.sorted { $0.key < $1.key }.map { ($0.key, Self.words($0.value)) })),
      ("problems", .array(record.problems.map { Self.words($0) })),
      ("deployments", .array(record.deployments.sorted { $0.key < $1.key }.map(deployment))),
    ])
  }

  /// What a program or a server has said, in which strict readers of JSON find no control characters.
  private static func words(_ text: String?) -> JSONValue { .optional(text.map(Text.escape)) }

  private func deployment(_ name: String, _ one: ReconcileRecord.Deployment) -> JSONValue {
    let drift = record.drift[name]
    return .object([
      ("name", .string(name)), ("version", .string(one.version)), ("status", .string(one.status)),
      ("since", .string("\(Timestamp(seconds: one.since))")), ("failures", .number(one.failures)),
      ("error", Self.words(one.error)),
      (
        "drift",
        drift.map {
          .object([
            ("version", .string($0.version)), ("score", $0.score.map { .decimal("\($0)") } ?? .null),
            ("measured", .string("\(Timestamp(seconds: $0.measured))")),
            ("error", Self.words($0.error)),
          ])
        } ?? .null
      ),
    ])
  }
}
