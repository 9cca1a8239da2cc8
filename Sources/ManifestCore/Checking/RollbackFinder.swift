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
  private var answers: [Int: Bool] = [:]

  /// The most commits of the past that are looked at.
  private static let maximumCommits = 20_000

  init(context: JudgeContext, judged: CommittedChange, old: DeploymentState?, new: DeploymentState?) {
    self.context = context
    self.judged = judged
    self.old = old
    self.new = new
  }

  /// One state of the deployment in the past, the newest first.
  private struct Past {
    var state: DeploymentState?
    var snapshot: Snapshot
  }

  /// Whether the step is a rollback to before one of the last `depth` changes of the version.
  func isRollback(depth: Int) throws -> Bool {
    if let answer = answers[depth] { return answer }
    let answer = try find(depth: depth)
    answers[depth] = answer
    return answer
  }

  private func find(depth: Int) throws -> Bool {
    guard let old, let new, old.isReadable, new.isReadable, old.deployment != nil, new.deployment != nil,
      try hasSameOtherFields(old, new), try !isSame(old, new)
    else { return false }
    let past = try collect(changes: 2 * depth + 4, old)
    var changes = 0
    for index in past.indices.dropLast() {
      let isChange = bringsVersion(past[index].state, over: past[index + 1].state)
      if isChange { changes += 1 }
      let differs = past[index].state?.deployment?.model.version?.value != past[index + 1].state?.deployment?.model.version?.value
      if isChange || differs, let target = past[index + 1].state, try isSame(target, new) {
        let undone = 0...index
        return try hasSameVersionFolders(target, past[index + 1].snapshot) && !undone.contains { try goesBack(past, $0) }
      }
      if changes >= depth { return false }
    }
    return false
  }

  /// Whether the change that made `past[index]` was itself a rollback: it took back to an older state, and did not
  /// itself undo a rollback.
  private func goesBack(_ past: [Past], _ index: Int) throws -> Bool {
    guard let state = past[index].state, index + 2 < past.count else { return false }
    for older in (index + 2)..<past.count {
      guard let target = past[older].state, try isSame(target, state) else { continue }
      return try !((index + 1)..<older).contains { try goesBack(past, $0) }
    }
    return false
  }

  /// The distinct states of the deployment along the first-parent line, until enough changes of version were seen.
  private func collect(changes wanted: Int, _ current: DeploymentState) throws -> [Past] {
    var past = [Past(state: current, snapshot: judged.before)]
    var changes = 0
    var commit = judged.change.step.parent
    var lastEnvironment = try judged.before.environment(current.environment).id
    for _ in 0..<Self.maximumCommits {
      guard !commit.isZero else { break }
      let links = try context.store.links(commit)
      let snapshot = context.snapshot(links.tree)
      let environment = try snapshot.environment(current.environment)
      if environment.id != lastEnvironment {
        lastEnvironment = environment.id
        let state = try snapshot.deployment(current.environment, current.name)
        if let last = past.indices.last {
          if let known = past[last].state, let state, try isSame(known, state) {
            past[last].snapshot = snapshot
          } else {
            if bringsVersion(past[last].state, over: state) { changes += 1 }
            past.append(Past(state: state, snapshot: snapshot))
            if changes >= wanted || past.count > 256 { break }
          }
        }
      }
      commit = links.parents.first ?? .zero
    }
    return past
  }

  /// Whether a state names a version, or a model, that the older one does not.
  private func bringsVersion(_ newer: DeploymentState?, over older: DeploymentState?) -> Bool {
    guard let newer else { return older != nil }
    guard let older else { return true }
    let left = newer.deployment?.model
    let right = older.deployment?.model
    if left?.registry?.value.text != right?.registry?.value.text || left?.name?.value != right?.name?.value { return true }
    let known = Set(older.versions.map(\.version.value))
    return newer.versions.contains { !known.contains($0.version.value) }
      || left?.version?.value == right?.version?.value && left?.digest?.value != right?.digest?.value
  }

  /// Whether two states have the same `spec.model` and routing.
  private func isSame(_ left: DeploymentState, _ right: DeploymentState) throws -> Bool {
    guard let one = try document(left)?["spec"]?["model"], let other = try document(right)?["spec"]?["model"] else {
      return false
    }
    guard one.hasSameValue(as: other), left.routings.count == right.routings.count else { return false }
    return try zip(left.routings, right.routings).allSatisfy { before, after in
      guard let one = try document(before), let other = try document(after) else { return false }
      return one.hasSameValue(as: other)
    }
  }

  private func document(_ state: DeploymentState) throws -> Node? {
    state.deployment == nil ? nil : try context.documents(state.blob).deployment
  }

  private func document(_ state: RoutingState) throws -> Node? {
    let routings = try context.documents(state.blob).routings
    return state.index < routings.count ? routings[state.index] : nil
  }

  /// Whether all fields but `spec.model` are the same.
  private func hasSameOtherFields(_ left: DeploymentState, _ right: DeploymentState) throws -> Bool {
    guard let one = try document(left), let other = try document(right) else { return false }
    return one.without("spec", "model").hasSameValue(as: other.without("spec", "model"))
  }

  private func hasSameVersionFolders(_ target: DeploymentState, _ then: Snapshot) throws -> Bool {
    guard let model = target.deployment?.model.name?.value else { return false }
    for use in target.versions {
      guard let folder = try then.versionFolder(model, use.version.value),
        try judged.after.versionFolder(model, use.version.value) == folder
      else { return false }
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
