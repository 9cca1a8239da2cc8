import GitObjects

extension LineJudge {
  /// Who approved a step's change of one file below `deployments/`, by the policies that judge here.
  ///
  /// None where that cannot be told. Nothing is reported.
  func approvals(of path: [UInt8], _ environment: [UInt8], _ step: CommittedChange) -> [CountedApproval] {
    guard let stem = path.split(separator: UInt8(ascii: "/")).last.flatMap({ Snapshot.stem(Array($0)) }) else {
      return []
    }
    let names = [step.before, step.after].flatMap { snapshot -> [[UInt8]] in
      guard let tree = try? snapshot.environment(environment), let owner = try? snapshot.owner(of: stem, in: tree)
      else { return [] }
      return [owner]
    }
    onlyCounts = true
    try? judgeApprovals(of: path, environment, concerning: Set(names), step)
    return takeApprovals()
  }
}
