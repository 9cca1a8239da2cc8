import GitObjects
import YAMLTree

/// The distinct states that one deployment had along a first-parent line, the newest first.
struct DeploymentPast {
  /// One state of the deployment.
  struct Entry {
    var state: DeploymentState?
    /// What `spec.model` and the routing say; nil where nothing stood, or it cannot be read.
    var meaning: String?
    /// The oldest state of the repository in which it was seen.
    var snapshot: Snapshot
    /// Whether it names a version, or a model, that the next older state does not.
    var bringsVersion = false
    /// Whether `spec.model.version` is another than in the next older state.
    var changesVersion = false

    /// The version of `spec.model`.
    var version: String? { state?.deployment?.model.version?.value }
  }

  /// The most states that are looked at for one step.
  static let maximumStates = 257

  private(set) var entries: [Entry] = []
  /// How many of the states bring a version.
  private(set) var changes = 0

  /// Adds what stood in an older state of the repository.
  mutating func add(_ state: DeploymentState?, in snapshot: Snapshot) throws {
    let meaning = try state.flatMap { try Self.meaning(of: $0, snapshot.context) }
    if let last = entries.indices.last {
      if meaning != nil ? entries[last].meaning == meaning : state == nil && entries[last].state == nil {
        return stillStood(in: snapshot)
      }
      let newer = entries[last].state
      entries[last].bringsVersion = Self.bringsVersion(newer, over: state)
      entries[last].changesVersion = entries[last].version != state?.deployment?.model.version?.value
      if entries[last].bringsVersion { changes += 1 }
    }
    entries.append(Entry(state: state, meaning: meaning, snapshot: snapshot))
  }

  /// Takes note that the oldest state that is known stood in a still older state of the repository too.
  mutating func stillStood(in snapshot: Snapshot) {
    guard let last = entries.indices.last, entries[last].meaning != nil else { return }
    entries[last].snapshot = snapshot
  }

  /// As many of the newest states as hold some changes of version, with the state before the last of them.
  static func recent(_ entries: ArraySlice<Entry>, changes wanted: Int) -> ArraySlice<Entry> {
    var changes = 0
    for index in entries.indices.prefix(maximumStates) {
      if entries[index].bringsVersion { changes += 1 }
      if changes >= wanted { return entries[..<min(index + 2, entries.endIndex)] }
    }
    return entries.prefix(maximumStates)
  }

  /// For each state, whether the change that made it was itself a rollback: it took back to an older state, and did
  /// not itself undo a rollback.
  ///
  /// Filled from the oldest state on, so that each is asked once.
  static func goesBack(_ entries: ArraySlice<Entry>) -> [Bool] {
    let past = Array(entries)
    var answers = [Bool](repeating: false, count: past.count)
    for index in past.indices.reversed() {
      // Steps of a canary's weight, back and forth, are one change.
      guard let meaning = past[index].meaning, index + 2 < past.count,
        !hasSameVersions(past[index].state, past[index + 1].state),
        let older = ((index + 2)..<past.count).first(where: { past[$0].meaning == meaning })
      else { continue }
      answers[index] = !answers[(index + 1)..<older].contains(true)
    }
    return answers
  }

  /// Whether two states name the same model and the same versions, whatever share each gets.
  private static func hasSameVersions(_ left: DeploymentState?, _ right: DeploymentState?) -> Bool {
    guard let left, let right, let one = left.deployment?.model, let other = right.deployment?.model else {
      return false
    }
    return one.registry?.value.text == other.registry?.value.text && one.name?.value == other.name?.value
      && one.version?.value == other.version?.value && one.digest?.value == other.digest?.value
      && Set(left.versions.map(\.version.value)) == Set(right.versions.map(\.version.value))
  }

  /// Whether a state names a version, or a model, that the older one does not.
  private static func bringsVersion(_ newer: DeploymentState?, over older: DeploymentState?) -> Bool {
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
  static func meaning(of state: DeploymentState, _ context: JudgeContext) throws -> String? {
    guard state.deployment != nil, let model = try context.documents(state.blob).deployment?["spec"]?["model"] else {
      return nil
    }
    var text = model.canonicalText
    for routing in state.routings {
      let routings = try context.documents(routing.blob).routings
      guard routing.index < routings.count else { return nil }
      text += "\n" + routings[routing.index].canonicalText
    }
    return text
  }
}
