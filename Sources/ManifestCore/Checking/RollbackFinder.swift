import GitObjects
import YAMLTree

/// Tells whether a step takes a deployment back to what stood before the last change of its version.
///
/// Looks into the past only when it is asked: when a check would refuse, or an approval is missing.
final class RollbackFinder {
  private let context: JudgeContext
  private let judged: CommittedChange
  private let old: DeploymentState?
  private let new: DeploymentState?
  /// The states from `old` on, where whoever asks has walked the line already.
  private let known: ArraySlice<DeploymentPast.Entry>?
  private var answers: [Int: Bool] = [:]
  private var isReturnKnown: Bool?

  /// The most commits of the past that are looked at.
  private static let maximumCommits = 20_000

  init(
    context: JudgeContext, judged: CommittedChange, old: DeploymentState?, new: DeploymentState?,
    past known: ArraySlice<DeploymentPast.Entry>? = nil
  ) {
    self.context = context
    self.judged = judged
    self.old = old
    self.new = new
    self.known = known
  }

  /// Whether the step is a rollback to before one of the last `depth` changes of the version.
  func isRollback(depth: Int) throws -> Bool {
    if let answer = answers[depth] { return answer }
    let answer = try find(depth: depth)
    answers[depth] = answer
    return answer
  }

  /// Whether the step takes model and routing back to anything that stood here before, however long ago.
  ///
  /// Such a state has run in its own environment: its order is not asked for again, all else is.
  func isReturn() throws -> Bool {
    if let isReturnKnown { return isReturnKnown }
    let answer = try findReturn()
    isReturnKnown = answer
    return answer
  }

  private func findReturn() throws -> Bool {
    guard let (old, wanted) = try changedMeaning() else { return false }
    let past = try known?.prefix(DeploymentPast.maximumStates) ?? collect(.max, old)
    guard let index = past.indices.dropFirst().first(where: { past[$0].meaning == wanted }),
      let target = past[index].state
    else { return false }
    // What somebody went back from has not proven itself: to go there again is no return.
    return try hasSameVersionFolders(target, past[index].snapshot)
      && !DeploymentPast.goesBack(past)[..<(index - past.startIndex)].contains(true)
  }

  /// What model and routing come to say, and the state that it is compared with, where nothing else of the deployment
  /// changes.
  private func changedMeaning() throws -> (old: DeploymentState, wanted: String)? {
    guard let old, let new, old.isReadable, new.isReadable, old.deployment != nil, new.deployment != nil,
      try hasSameOtherFields(old, new), let wanted = try DeploymentPast.meaning(of: new, context),
      try DeploymentPast.meaning(of: old, context) != wanted
    else { return nil }
    return (old, wanted)
  }

  private func find(depth: Int) throws -> Bool {
    // Where the past is known, a version that never stood before needs no reading of what was written.
    let version = new?.deployment?.model.version?.value
    if let known, !known.prefix(DeploymentPast.maximumStates).contains(where: { $0.version == version }) {
      return false
    }
    guard let (old, wanted) = try changedMeaning() else { return false }
    let past = try known.map { DeploymentPast.recent($0, changes: 2 * depth + 4) } ?? collect(2 * depth + 4, old)
    var changes = 0
    for (offset, index) in past.indices.dropLast().enumerated() {
      let newer = past[index]
      if newer.bringsVersion { changes += 1 }
      let older = past[index + 1]
      if newer.bringsVersion || newer.changesVersion, let target = older.state, older.meaning == wanted {
        return try hasSameVersionFolders(target, older.snapshot)
          && !DeploymentPast.goesBack(past)[0...offset].contains(true)
      }
      if changes >= depth { return false }
    }
    return false
  }

  /// The distinct states of the deployment along the first-parent line, until enough changes of version were seen.
  private func collect(_ wanted: Int, _ current: DeploymentState) throws -> ArraySlice<DeploymentPast.Entry> {
    var past = DeploymentPast()
    try past.add(current, in: judged.before)
    if let line = context.linePast {
      try line.collect(wanted, current, before: judged.change.step, into: &past, context)
      return past.entries[...]
    }
    var commit = judged.change.step.parent
    var lastEnvironment = try judged.before.environment(current.environment).id
    for _ in 0..<Self.maximumCommits {
      guard !commit.isZero else { break }
      let links = try context.store.links(commit)
      let snapshot = context.snapshot(links.tree)
      let environment = try snapshot.environment(current.environment)
      if environment.id != lastEnvironment {
        lastEnvironment = environment.id
        try past.add(try snapshot.deployment(current.environment, current.name), in: snapshot)
        if past.changes >= wanted || past.entries.count >= DeploymentPast.maximumStates { break }
      }
      commit = links.parents.first ?? .zero
    }
    return past.entries[...]
  }

  private func document(_ state: DeploymentState) throws -> Node? {
    state.deployment == nil ? nil : try context.documents(state.blob).deployment
  }

  /// Whether all fields but `spec.model` are the same.
  private func hasSameOtherFields(_ left: DeploymentState, _ right: DeploymentState) throws -> Bool {
    guard let one = try document(left), let other = try document(right) else { return false }
    return one.without("spec", "model").hasSameValue(as: other.without("spec", "model"))
  }

  private func hasSameVersionFolders(_ target: DeploymentState, _ then: Snapshot) throws -> Bool {
    guard let model = target.deployment?.model.name?.value else { return false }
    let used = Set(target.versions.map(\.version.value))
    for version in target.namedVersions {
      let folder = try then.versionFolder(model, version)
      guard folder != nil || !used.contains(version), try judged.after.versionFolder(model, version) == folder else {
        return false
      }
    }
    return true
  }
}

extension Node {
  /// The node without one field, named by its path.
  func without(_ path: String...) -> Node { removing(path[...]) }

  private func removing(_ path: ArraySlice<String>) -> Node {
    guard let key = path.first, case .mapping(let pairs) = content else { return self }
    var kept: [Pair] = []
    for pair in pairs {
      if pair.key != key {
        kept.append(pair)
      } else if path.count > 1 {
        kept.append(Pair(key: pair.key, keyMark: pair.keyMark, value: pair.value.removing(path.dropFirst())))
      }
    }
    return Node(content: .mapping(kept), mark: mark, end: end)
  }
}
