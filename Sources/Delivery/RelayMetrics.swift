internal import ManifestCore
package import Networking

/// What the relay counts, by repository and sink.
package struct RelayMetrics: Sendable {
  /// Where it is counted.
  package let registry = MetricsRegistry()

  /// Makes the metrics known.
  package init() {
    registry.declare("mlops_relay_delivered_total", .counter, "Events that a sink has taken.")
    registry.declare("mlops_relay_attempts_total", .counter, "Attempts to deliver an event.")
    registry.declare("mlops_relay_attempt_seconds_total", .counter, "The time that attempts took.")
    registry.declare("mlops_relay_dead_total", .counter, "Events that were put aside for good.")
    registry.declare("mlops_relay_pending", .gauge, "Events that wait for a sink.")
    registry.declare("mlops_relay_oldest_seconds", .gauge, "The age of the oldest event that waits.")
    registry.declare("mlops_relay_dead", .gauge, "Events that lie aside.")
    registry.declare("mlops_relay_failures", .gauge, "Failures of a sink since its last success.")
    registry.declare("mlops_relay_last_success_timestamp_seconds", .gauge, "When a sink last took an event.")
    registry.declare("mlops_relay_stopped", .gauge, "Whether a sink stands still: it said 410, or cannot be served.")
    registry.declare("mlops_relay_repositories", .gauge, "Repositories that are served.")
    registry.declare(
      "mlops_relay_sweep_timestamp_seconds", .gauge, "When the refs were last compared with their record.")
  }

  func attempt(_ plan: SinkPlan, seconds: Double, isDelivered: Bool) {
    let labels = labels(plan.gitDirectory, plan.sink.name)
    registry.add("mlops_relay_attempts_total", 1, labels)
    registry.add("mlops_relay_attempt_seconds_total", seconds, labels)
    if isDelivered { registry.add("mlops_relay_delivered_total", 1, labels) }
  }

  func dead(_ plan: SinkPlan) { registry.add("mlops_relay_dead_total", 1, labels(plan.gitDirectory, plan.sink.name)) }

  func set(_ report: SinkReport, now: Int64) {
    let labels = labels(report.repository, report.sink)
    registry.set("mlops_relay_pending", Double(report.pending), labels)
    registry.set("mlops_relay_oldest_seconds", Double(max(0, report.oldest.map { now - $0 } ?? 0)), labels)
    registry.set("mlops_relay_dead", Double(report.dead), labels)
    registry.set("mlops_relay_failures", Double(report.state.failures), labels)
    registry.set("mlops_relay_stopped", report.isStanding ? 1 : 0, labels)
    if let time = report.state.lastSuccess {
      registry.set("mlops_relay_last_success_timestamp_seconds", Double(time), labels)
    }
  }

  func swept(_ gitDirectory: String, now: Int64) {
    registry.set("mlops_relay_sweep_timestamp_seconds", Double(now), [("repository", Self.shown(gitDirectory))])
  }

  func forget(_ gitDirectory: String, _ sink: String) { registry.forget(labels(gitDirectory, sink)) }

  private func labels(_ gitDirectory: String, _ sink: String) -> [(String, String)] {
    [("repository", Self.shown(gitDirectory)), ("sink", sink)]
  }

  /// A git directory without the slash at its end.
  static func shown(_ gitDirectory: String) -> String {
    gitDirectory.utf8.last == UInt8(ascii: "/") ? String(gitDirectory.dropLast()) : gitDirectory
  }
}
