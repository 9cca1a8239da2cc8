import ManifestCore

extension Reconciler {
  /// The event of a score that somebody should look at.
  static let alertType = "mlops.drift.detected.v1"
  /// The event of a rollback that was made by itself, or waits for approvals.
  static let rollbackType = "mlops.drift.rollback.v1"

  /// Measures what is due; gives whether a rollback was pushed, so that another pass is due at once.
  func watch(_ desired: DesiredState, _ pass: inout Pass) async throws -> Bool {
    guard let source = targets.drift else { return false }
    var pushed = false
    for deployment in desired.deployments {
      guard let rule = deployment.drift, isDue(deployment, rule) else { continue }
      pushed =
        try await measure(deployment, rule, DriftReader(source: source, environment: desired.environment), &pass)
        || pushed
    }
    return pushed
  }

  /// Only of what runs as git says: another version's score says nothing of this one.
  private func isDue(_ deployment: DesiredDeployment, _ rule: DesiredDeployment.DriftRule) -> Bool {
    guard let fares = record.deployments[deployment.name], fares.status == "ok", fares.version == deployment.version
    else { return false }
    guard let known = record.drift[deployment.name], known.version == deployment.version else { return true }
    let since = now - known.measured
    // Where the clock was set back, it is measured again.
    return since < 0 || Double(since) >= rule.intervalHours * 3600
  }

  private func measure(
    _ deployment: DesiredDeployment, _ rule: DesiredDeployment.DriftRule, _ reader: DriftReader, _ pass: inout Pass
  ) async throws -> Bool {
    let name = deployment.name
    var known = record.drift[name] ?? .init(version: deployment.version, measured: now)
    if known.version != deployment.version {
      known = .init(version: deployment.version, measured: now, rolledBack: known.rolledBack)
    }
    known.measured = now
    (known.score, known.error) = (nil, nil)
    do {
      known.score = try await reader.score(of: deployment)
    } catch {
      known.error = Self.failure(error).message
      logger.warning(
        "the drift of a deployment is unknown",
        metadata: ["deployment": "\(name)", "version": "\(deployment.version)", "error": "\(known.error ?? "")"])
    }
    // Kept first: after a crash in what follows, nothing is done twice.
    try remember { $0.drift[name] = known }
    guard let score = known.score, score > rule.alert else {
      try remember { $0.drift[name]?.isAlerted = false }
      return false
    }
    if !known.isAlerted {
      try emit(Self.alertType, deployment, score, rule.alert, [])
      try remember { $0.drift[name]?.isAlerted = true }
      logger.warning(
        "the drift of a deployment is above its threshold",
        metadata: ["deployment": "\(name)", "version": "\(deployment.version)", "score": "\(score)"])
    }
    guard score > rule.rollback, !known.rolledBack.contains(deployment.version) else { return false }
    return try rollBack(deployment, score, rule, &pass)
  }

  private func rollBack(
    _ deployment: DesiredDeployment, _ score: Double, _ rule: DesiredDeployment.DriftRule, _ pass: inout Pass
  ) throws -> Bool {
    guard let ref = record.ref else { return false }
    // Noted before it is done: at most one of a version, whatever happens in between.
    try remember { $0.drift[deployment.name]?.rolledBack.append(deployment.version) }
    func forget() throws {
      try remember { $0.drift[deployment.name]?.rolledBack.removeAll { $0 == deployment.version } }
    }
    let end: OperatorClone.RollbackEnd
    do {
      end = try clone.rollBack(
        deployment.name, in: options.environment, of: ref,
        reason: "drift score \(score) of \(deployment.version) is above \(rule.rollback)",
        trailers: [("Drift-Score", "\(score)")])
    } catch {
      // Nothing is known to stand: whether it does, the next fetch tells before the next measurement.
      try forget()
      throw error
    }
    let words: [(String, JSONValue)]
    switch end {
    case .pushed(let line):
      words = [("outcome", .string("rolled-back")), ("detail", .string(line))]
      logger.warning("rolled back", metadata: ["deployment": "\(deployment.name)", "detail": "\(line)"])
    case .proposed(let branch):
      words = [("outcome", .string("proposed")), ("branch", .string(branch))]
      logger.warning(
        "a rollback waits for approvals", metadata: ["deployment": "\(deployment.name)", "branch": "\(branch)"])
    case .refused(let reason):
      try forget()
      words = [("outcome", .string("refused")), ("detail", .string(reason))]
      pass.problems.append(
        (
          deployment.name, "its drift is above \(rule.rollback), and it could not be rolled back: \(reason)",
          "look at it: `mlops-hook rollback \(deployment.name) --env \(options.environment) --reason …`"
        ))
      logger.error(
        "a rollback was not taken", metadata: ["deployment": "\(deployment.name)", "reason": "\(reason)"])
    }
    try emit(Self.rollbackType, deployment, score, rule.rollback, words)
    if case .pushed = end { return true }
    return false
  }

  private func emit(
    _ type: String, _ deployment: DesiredDeployment, _ score: Double, _ threshold: Double,
    _ more: [(String, JSONValue)]
  ) throws {
    let data: [(String, JSONValue)] = [
      ("score", .decimal("\(score)")), ("threshold", .decimal("\(threshold)")),
    ]
    try clone.emit(
      OperatorEvent(
        type: type, environment: options.environment, deployment: deployment, ref: record.ref ?? "",
        commit: record.applied ?? "", time: now, occasion: now, data: data + more))
  }
}
