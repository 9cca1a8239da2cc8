import ManifestCore
import Networking

/// What a reconciler counts, for Prometheus.
final class ReconcilerMetrics: Sendable {
  private let registry = MetricsRegistry()

  init() {
    registry.declare("mlops_reconciler_passes_total", .counter, "Passes that ended, by how.")
    registry.declare("mlops_reconciler_pass_seconds", .gauge, "How long the last pass took.")
    registry.declare("mlops_reconciler_last_pass_timestamp_seconds", .gauge, "When the last pass ended.")
    registry.declare("mlops_reconciler_deployments", .gauge, "Deployments, by how they fare.")
    registry.declare("mlops_reconciler_actions_total", .counter, "What was done, by kind.")
    registry.declare("mlops_reconciler_held", .gauge, "Deployments that are held back.")
    registry.declare("mlops_reconciler_refused", .gauge, "1 while a commit got past the gate and is not applied.")
    registry.declare("mlops_reconciler_drift_score", .gauge, "The last score of drift, where it is known.")
  }

  /// Counts a pass.
  func passed(_ pass: Reconciler.Pass, _ record: ReconcileRecord, seconds: Double) {
    registry.add("mlops_reconciler_passes_total", 1, [("result", pass.isSettled ? "settled" : "unsettled")])
    registry.set("mlops_reconciler_pass_seconds", seconds)
    registry.set("mlops_reconciler_last_pass_timestamp_seconds", Double(record.passed ?? 0))
    for status in ["ok", "progressing", "failed"] {
      let count = record.deployments.values.count { $0.status == status }
      registry.set("mlops_reconciler_deployments", Double(count), [("status", status)])
    }
    for action in pass.done {
      registry.add("mlops_reconciler_actions_total", 1, [("action", action.kind.rawValue)])
    }
    registry.set("mlops_reconciler_held", Double(pass.plan?.held.count ?? 0))
    registry.set("mlops_reconciler_refused", record.refused == nil ? 0 : 1)
    registry.clear("mlops_reconciler_drift_score")
    for (name, drift) in record.drift {
      guard let score = drift.score else { continue }
      registry.set("mlops_reconciler_drift_score", score, [("deployment", name), ("version", drift.version)])
    }
  }

  /// Counts a pass that could not be made.
  func failed() { registry.add("mlops_reconciler_passes_total", 1, [("result", "failed")]) }

  /// Everything in Prometheus' text format.
  var text: String { registry.text }
}
