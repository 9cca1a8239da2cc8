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
    /// What `spec.model` and the routing say; nil where nothing stood.
    var meaning: String?
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
      try hasSameOtherFields(old, new), let wanted = try meaning(new), try meaning(old) != wanted
    else { return false }
    let past = try collect(changes: 2 * depth + 4, old)
    let wentBack = Self.goesBack(past)
    var changes = 0
    for index in past.indices.dropLast() {
      let isChange = bringsVersion(past[index].state, over: past[index + 1].state)
      if isChange { changes += 1 }
      let differs =
        past[index].state?.deployment?.model.version?.value != past[index + 1].state?.deployment?.model.version?.value
      if isChange || differs, let target = past[index + 1].state, past[index + 1].meaning == wanted {
        return try hasSameVersionFolders(target, past[index + 1].snapshot) && !wentBack[0...index].contains(true)
      }
      if changes >= depth { return false }
    }
    return false
  }

  /// For each state, whether the change that made it was itself a rollback: it took back to an older state, and did
  /// not itself undo a rollback.
  ///
  /// Filled from the oldest state on, so that each is asked once.
  private static func goesBack(_ past: [Past]) -> [Bool] {
    var answers = [Bool](repeating: false, count: past.count)
    for index in past.indices.reversed() {
      guard let meaning = past[index].meaning, index + 2 < past.count,
        let older = ((index + 2)..<past.count).first(where: { past[$0].meaning == meaning })
      else { continue }
      answers[index] = !answers[(index + 1)..<older].contains(true)
    }
    return answers
  }

  /// The distinct states of the deployment along the first-parent line, until enough changes of version were seen.
  private func collect(changes wanted: Int, _ current: DeploymentState) throws -> [Past] {
    var past = [Past(state: current, meaning: try meaning(current), snapshot: judged.before)]
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
          let meaning = try state.flatMap { try self.meaning($0) }
          if meaning != nil, past[last].meaning == meaning {
            past[last].snapshot = snapshot
          } else {
            if bringsVersion(past[last].state, over: state) { changes += 1 }
            past.append(Past(state: state, meaning: meaning, snapshot: snapshot))
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
    if left?.registry?.value.text != right?.registry?.value.text || left?.name?.value != right?.name?.value {
      return true
    }
    let known = Set(older.versions.map(\.version.value))
    return newer.versions.contains { !known.contains($0.version.value) }
      || left?.version?.value == right?.version?.value && left?.digest?.value != right?.digest?.value
  }

  /// What `spec.model` and the routing of a state say, whatever their style and order; nil where they cannot be read.
  private func meaning(_ state: DeploymentState) throws -> String? {
    guard let model = try document(state)?["spec"]?["model"] else { return nil }
    var text = model.canonicalText
    for routing in state.routings {
      guard let node = try document(routing) else { return nil }
      text += "\n" + node.canonicalText
    }
    return text
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
