import GitObjects

/// Where the deployments of a line changed, found in one walk.
///
/// A judge of a whole line asks for the past at many of its steps; walking back from each would be quadratic.
final class LinePast {
  /// What changed in one environment.
  private struct Environment {
    /// The steps that change its folder, the oldest first.
    var steps: [Int] = []
    /// Those of them that change a file which may belong to a deployment of that name.
    var byName: [[UInt8]: [Int]] = [:]
  }

  private let steps: [Step]
  private var positions: [ObjectID: Int] = [:]
  private var environments: [[UInt8]: Environment] = [:]

  init(_ line: Line, store: ObjectStore) throws {
    steps = line.steps
    for (position, step) in steps.enumerated() {
      positions[step.commit] = position
      for change in try EnvironmentChange.all(in: step, store) {
        environments[change.name, default: Environment()].steps.append(position)
        for file in Tree.changes(from: change.old, to: change.new) {
          for name in Snapshot.stem(file.name).map(Snapshot.possibleOwners) ?? [] {
            environments[change.name]?.byName[name, default: []].append(position)
          }
        }
      }
    }
  }

  /// Adds the states before a step to a past that begins with the one right before it, until enough changes of version
  /// were seen.
  func collect(
    _ wanted: Int, _ current: DeploymentState, before step: Step, into past: inout DeploymentPast,
    _ context: JudgeContext
  ) throws {
    guard let end = positions[step.commit], let environment = environments[current.environment] else { return }
    for position in (environment.byName[current.name] ?? []).reversed().drop(while: { $0 >= end }) {
      // The state has stood since `position`: it was first seen right before the folder's next change.
      let next = Self.index(behind: position, in: environment.steps)
      if next < environment.steps.count, environment.steps[next] < end {
        past.stillStood(in: context.snapshot(steps[environment.steps[next]].parentTree))
      }
      let snapshot = context.snapshot(steps[position].parentTree)
      try past.add(try snapshot.deployment(current.environment, current.name), in: snapshot)
      if past.changes >= wanted || past.entries.count >= DeploymentPast.maximumStates { return }
    }
  }

  /// Where the first number above another stands in an ascending list.
  private static func index(behind position: Int, in positions: [Int]) -> Int {
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
