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
    // Changed in place: a copy of the past for each step would make the walk quadratic.
    if pasts[change.name] == nil {
      try pasts[change.name, default: DeploymentPast()].add(try after.deployment(change.name, name), in: after)
    }
    let known = pasts[change.name]?.entries.count ?? 0
    try pasts[change.name, default: DeploymentPast()].add(try before.deployment(change.name, name), in: before)
    let count = pasts[change.name]?.entries.count ?? 0
    touches.append(
      Touch(
        step: step, environment: change.name, files: files, position: position, pastIndex: count - 1,
        changesMeaning: count > known))
  }
}
