import ManifestCore

extension Reconciler {
  /// The event of a score that somebody should look at.
  static let alertType = "mlops.drift.detected.v1"
  /// The event of a rollback that was made by itself, or waits for approvals.
  static let rollbackType = "mlops.drift.rollback.v1"

  /// How many scores are asked for at once.
  private static let width = 8
  /// How soon a score that is unknown is asked for again, in seconds.
  private static let patience = 60.0

  /// Measures what is due; gives whether a rollback was pushed, so that another pass is due at once.
  func watch(_ desired: DesiredState, _ pass: inout Pass) async throws -> Bool {
    guard let source = targets.drift else { return false }
    let due = desired.deployments.filter { deployment in deployment.drift.map { isDue(deployment, $0) } ?? false }
    let scores = await Self.scores(of: due, DriftReader(source: source, environment: desired.environment))
    var pushed = false
    for (deployment, score) in zip(due, scores) {
      guard let rule = deployment.drift else { continue }
      pushed = try await judge(deployment, rule, score, &pass) || pushed
    }
    return pushed
  }

  /// How long some that have no score may have taken for their source to be well, in seconds.
  private static let quick = Duration.seconds(4)

  /// Asks for many scores at once; after some that nobody answered in time the rest is not asked for.
  ///
  /// Answers that there is no sample are answers: they must not keep the rest from being asked for, at each pass anew.
  private static func scores(of deployments: [DesiredDeployment], _ reader: DriftReader) async
    -> [Result<Double, TargetFailure>]
  {
    var found = [Result<Double, TargetFailure>](
      repeating: .failure(TargetFailure("it was not asked for: the ones before had no answer", fix: "see the log")),
      count: deployments.count)
    for begin in stride(from: 0, to: deployments.count, by: width) {
      let range = begin..<min(begin + width, deployments.count)
      let watch = ContinuousClock.now
      await withTaskGroup(of: (Int, Result<Double, TargetFailure>).self) { group in
        for index in range {
          group.addTask {
            do {
              return (index, .success(try await reader.score(of: deployments[index])))
            } catch {
              return (index, .failure(failure(error)))
            }
          }
        }
        for await (index, score) in group { found[index] = score }
      }
      let isSilent = range.allSatisfy { if case .failure = found[$0] { true } else { false } }
      if isSilent, range.count == width, ContinuousClock.now - watch > quick { break }
    }
    return found
  }

  /// Only of what runs as git says: another version's score says nothing of this one.
  private func isDue(_ deployment: DesiredDeployment, _ rule: DesiredDeployment.DriftRule) -> Bool {
    guard let fares = record.deployments[deployment.name], fares.status == "ok", fares.version == deployment.version
    else { return false }
    guard let known = record.drift[deployment.name], known.version == deployment.version else { return true }
    let since = now - known.measured
    let interval = rule.intervalHours * 3600
    // Where the clock was set back, it is measured again.
    return since < 0 || Double(since) >= (known.score == nil ? min(interval, Self.patience) : interval)
  }

  private func judge(
    _ deployment: DesiredDeployment, _ rule: DesiredDeployment.DriftRule, _ measured: Result<Double, TargetFailure>,
    _ pass: inout Pass
  ) async throws -> Bool {
    let name = deployment.name
    var known = record.drift[name] ?? .init(version: deployment.version, measured: now)
    if known.version != deployment.version {
      known = .init(version: deployment.version, measured: now, rolledBack: known.rolledBack)
    }
    known.measured = now
    (known.score, known.error, known.alert, known.rollback) = (nil, nil, rule.alert, rule.rollback)
    switch measured {
    case .success(let score): known.score = score
    case .failure(let failure):
      known.error = failure.message
      logger.warning(
        "the drift of a deployment is unknown",
        metadata: ["deployment": "\(name)", "version": "\(deployment.version)", "error": "\(failure.message)"])
    }
    try remember { $0.drift[name] = known }
    guard let score = known.score, score > rule.alert else {
      // What is unknown is no end of an alert.
      if known.score != nil {
        try remember {
          $0.drift[name]?.isAlerted = false
          $0.drift[name]?.refusal = nil
        }
      }
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

  /// Takes a version back through git, at most once: whether it was done is asked of git, which a crash does not change.
  private func rollBack(
    _ deployment: DesiredDeployment, _ score: Double, _ rule: DesiredDeployment.DriftRule, _ pass: inout Pass
  ) throws -> Bool {
    guard let ref = record.ref, let applied = record.applied else { return false }
    let name = deployment.name
    if let commit = try clone.rollback(
      of: deployment.version, deployment, in: options.environment, at: applied, of: ref)
    {
      logger.notice(
        "this version was rolled back before, and is left to people now",
        metadata: ["deployment": "\(name)", "commit": "\(commit)"])
      try remember { $0.drift[name]?.rolledBack.append(deployment.version) }
      return false
    }
    let end = try clone.rollBack(
      name, in: options.environment, of: ref,
      reason: "drift score \(score) of \(deployment.version) is above \(rule.rollback)",
      trailers: [("Drift-Score", "\(score)")])
    let words: [(String, JSONValue)]
    switch end {
    case .pushed(let line):
      words = [("outcome", .string("rolled-back")), ("detail", .string(line))]
      logger.warning("rolled back", metadata: ["deployment": "\(name)", "detail": "\(line)"])
    case .proposed(let branch):
      words = [("outcome", .string("proposed")), ("branch", .string(branch))]
      logger.warning("a rollback waits for approvals", metadata: ["deployment": "\(name)", "branch": "\(branch)"])
    case .refused(let reason):
      pass.problems.append(
        (
          name, "its drift is above \(rule.rollback), and it could not be rolled back: \(reason)",
          "look at it: `mlops-hook rollback \(name) --env \(options.environment) --reason …`"
        ))
      guard record.drift[name]?.refusal != reason else { return false }
      logger.error("a rollback was not taken", metadata: ["deployment": "\(name)", "reason": "\(reason)"])
      try emit(
        Self.rollbackType, deployment, score, rule.rollback,
        [("outcome", .string("refused")), ("detail", .string(reason))])
      try remember { $0.drift[name]?.refusal = reason }
      return false
    }
    // The event first: after a crash in between it comes twice rather than never.
    try emit(Self.rollbackType, deployment, score, rule.rollback, words)
    try remember { $0.drift[name]?.rolledBack.append(deployment.version) }
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
