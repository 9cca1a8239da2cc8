import GitObjects

extension OperatorClone {
  /// What should run in an environment at a commit, read in so many parts side by side.
  package func desired(
    _ environment: String, at commit: ObjectID, of ref: String, readers: Int
  ) async throws -> DesiredState {
    let parts = max(readers, 1)
    let read = try await withThrowingTaskGroup(of: (part: Int, state: DesiredState).self) { group in
      for part in 0..<parts {
        group.addTask { (part, try self.desired(environment, at: commit, of: ref, part: part, of: parts)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.part < $1.part }.map(\.state)
    }
    return DesiredState(
      environment: environment, commit: commit, deployments: read.flatMap(\.deployments),
      unreadable: read.flatMap(\.unreadable))
  }

  /// One part of what should run; each call opens the copy anew, as libgit2's handles belong to one thread.
  func desired(
    _ environment: String, at commit: ObjectID, of ref: String, part: Int, of parts: Int
  ) throws -> DesiredState {
    try judge(commit, ref) {
      try DesiredReader(context: $0, root: $1).read(environment, at: commit, part: part, of: parts)
    }
  }

  /// The environments that there are at a commit.
  package func environments(at commit: ObjectID, of ref: String) throws -> [String] {
    try judge(commit, ref) { try $0.snapshot($1).environments().map(Text.show) }
  }

  private func judge<Value>(_ commit: ObjectID, _ ref: String, _ body: (JudgeContext, ObjectID) throws -> Value) throws
    -> Value
  {
    let check = try LocalCheck(path: folder, policy: policy, context: context)
    var limits = Budget.Limits()
    limits.objects = Int.max
    limits.bytes = Int.max
    let store = ObjectStore(repository: check.repository, budget: Budget(limits: limits, seconds: nil))
    let name = bytes(ref)
    let refs = HostRefs(head: .branch(name), branches: [name: commit], lookUp: { _ in nil })
    let judge = try check.judgeContext(store, refs, hasPushBoundaries: false, asksApprovals: false)
    return try body(judge, store.links(commit).tree)
  }
}
