import GitObjects

/// Finds the steps of a line that change a deployment or its routing.
struct DeploymentWalk {
  /// What one step changes of the deployment in one environment.
  struct Touch {
    var step: Step
    var environment: [UInt8]
    /// The files that changed: the deployment's own, and those of its routing.
    var files: [TreeChange]
    /// Where the step stands in the line.
    var position: Int
    /// Where the state before the step stands in the environment's past.
    var pastIndex: Int
    /// Whether the model or the routing is another than before.
    var changesMeaning: Bool
  }

  let name: [UInt8]
  /// The only environment to look at; nil: all.
  let environment: [UInt8]?
  let context: JudgeContext

  /// The newest first.
  private(set) var touches: [Touch] = []
  /// The states along the line, by environment.
  private(set) var pasts: [[UInt8]: DeploymentPast] = [:]

  init(name: [UInt8], environment: [UInt8]?, context: JudgeContext) {
    self.name = name
    self.environment = environment
    self.context = context
  }

  /// Walks a line once, from its newest step to its oldest.
  mutating func walk(_ line: Line) throws {
    for (position, step) in line.steps.enumerated().reversed() {
      for change in try EnvironmentChange.all(in: step, context.store) {
        if let environment, change.name != environment { continue }
        try look(at: step, position, change)
      }
    }
  }

  private mutating func look(at step: Step, _ position: Int, _ change: EnvironmentChange) throws {
    let before = context.snapshot(step.parentTree)
    let after = context.snapshot(step.tree)
    guard let files = try DeploymentFiles(name: name, context: context).changed(change, from: before, to: after) else {
      pasts[change.name]?.stillStood(in: before)
      return
    }
    var past = pasts[change.name] ?? DeploymentPast()
    if past.entries.isEmpty { try past.add(try after.deployment(change.name, name), in: after) }
    let known = past.entries.count
    try past.add(try before.deployment(change.name, name), in: before)
    pasts[change.name] = past
    touches.append(
      Touch(
        step: step, environment: change.name, files: files, position: position, pastIndex: past.entries.count - 1,
        changesMeaning: past.entries.count > known))
  }
}
