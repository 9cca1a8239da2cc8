import GitObjects

/// What runs, as reconcilers have pushed it: the part of the status that is beside what is declared.
struct StatusObserved {
  /// The folder of the refs that reconcilers push to, one for each environment.
  static let folder = "refs/mlops-observed/"
  /// The most environments that are told: anybody may push such a ref.
  private static let maximumShown = 100

  /// One environment.
  private struct Entry {
    var environment: [UInt8]
    /// What was read; nil where it could not be.
    var state: ObservedState?
    /// What runs, by name.
    var running: [String: ObservedState.Deployment] = [:]
    /// Why it could not be read.
    var problem: String?
    /// Whether the last pass is too long ago to tell of now.
    var isOld = false
  }

  private var entries: [Entry] = []
  private var left = 0

  /// Where a clone keeps what its remote has of them.
  static func tracking(_ remote: String) -> String { "refs/mlops-remote/\(remote)/observed/" }

  /// Reads what is there, in a clone as it was last fetched.
  static func read(_ past: PastLine, context: HookContext) throws -> StatusObserved {
    var folder = Self.folder
    if !past.repository.isBare {
      let files = HostSettings.files(context, gitDirectory: past.repository.commonDirectory)
      let branch = try HostRefs.of(past.repository).headBranch
      if let remote = try RemoteView.name(for: branch, Configuration(files: files)) { folder = tracking(remote) }
    }
    var observed = StatusObserved()
    let refs = try past.repository.references(below: folder).sorted { $0.name.lexicographicallyPrecedes($1.name) }
    for (name, value) in refs.prefix(maximumShown) {
      guard case .direct(let id) = value else { continue }
      observed.entries.append(entry(Array(name.dropFirst(folder.utf8.count)), id, past))
    }
    observed.left = max(0, refs.count - maximumShown)
    return observed
  }

  private static func entry(_ environment: [UInt8], _ id: ObjectID, _ past: PastLine) -> Entry {
    var entry = Entry(environment: environment)
    do {
      let state = try state(Text.show(environment), id, past)
      entry.state = state
      entry.running = Dictionary(state.deployments.map { ($0.name, $0) }) { first, _ in first }
      entry.isOld = state.passed.map { past.now - $0.seconds > ObservedState.maximumAge } ?? true
    } catch let error as ObservedState.Unreadable {
      entry.problem = error.message
    } catch {
      entry.problem = EmitOperation.words(error).message
    }
    return entry
  }

  private static func state(_ environment: String, _ id: ObjectID, _ past: PastLine) throws -> ObservedState {
    let (commit, kind) = try past.store.peel(id)
    guard kind == .commit else { throw ObservedState.Unreadable(message: "the ref leads to no commit") }
    let tree = try past.store.tree(past.store.links(commit).tree)
    guard let file = tree.entry(named: bytes(ObservedState.fileName)), file.mode == .file else {
      throw ObservedState.Unreadable(message: "the commit holds no file `\(ObservedState.fileName)`")
    }
    let read = try past.store.content(file.id, maximum: ObservedState.maximumBytes)
    guard let content = read.blob?.copy else {
      throw ObservedState.Unreadable(
        message: "`\(ObservedState.fileName)` has \(read.size) bytes, more than \(ObservedState.maximumBytes)")
    }
    return try ObservedState.read(content, environment: environment)
  }

  // MARK: Beside a deployment

  /// What runs of a deployment; nil where its environment has told nothing that can be read.
  private func running(_ state: DeployedState) -> (ObservedState.Deployment?, Entry)? {
    guard let entry = entries.first(where: { $0.environment == state.environment && $0.state != nil }) else {
      return nil
    }
    return (entry.running[Text.show(state.name)], entry)
  }

  /// The lines below a deployment's own.
  func lines(_ state: DeployedState) -> [String] {
    guard let (running, entry) = running(state) else { return [] }
    guard let running else { return [DeployedState.line("running", "nothing was observed")] }
    let old = entry.isOld ? " (seen more than an hour ago)" : ""
    var lines = [DeployedState.line("running", words(running) + old)]
    if let error = running.error { lines.append(DeployedState.line("", error)) }
    return lines
  }

  private func words(_ running: ObservedState.Deployment) -> String {
    let since = running.since.map { " since \($0)" } ?? ""
    let drift = running.drift.map { ", drift \($0)" } ?? ""
    return "\(running.version ?? "unknown") \(running.status)\(since)\(drift)"
  }

  /// What a deployment's object has besides.
  func json(_ state: DeployedState) -> [(String, JSONValue)] {
    guard let (running, _) = running(state) else { return [] }
    guard let running else { return [("running", .null)] }
    return [("running", json(running))]
  }

  private func json(_ running: ObservedState.Deployment) -> JSONValue {
    .object([
      ("version", .optional(running.version)), ("status", .string(running.status)),
      ("since", .optional(running.since.map { "\($0)" })), ("error", .optional(running.error)),
      ("drift", running.drift.map { .decimal($0) } ?? .null),
    ])
  }

  // MARK: Beside all of them

  /// What runs and is not declared.
  private func strays(_ entry: Entry, _ states: [DeployedState]) -> [ObservedState.Deployment] {
    let declared = Set(states.filter { $0.environment == entry.environment }.map { Text.show($0.name) })
    return (entry.state?.deployments ?? []).filter { !declared.contains($0.name) }
  }

  /// The lines behind all deployments: when each environment was seen, and what runs there besides.
  func lines(beside states: [DeployedState]) -> [String] {
    if entries.isEmpty { return [] }
    var lines = ["", "observed"]
    for entry in entries {
      let name = Text.show(entry.environment)
      guard let state = entry.state else {
        lines.append("  \(name): cannot be told: \(entry.problem ?? "")")
        continue
      }
      let applied = state.applied.map { ", at \(String($0.unicodeScalars.prefix(10)))" } ?? ""
      let passed = state.passed.map { "last pass \($0)" } ?? "no pass yet"
      let isOld = entry.isOld && state.passed != nil
      lines.append("  \(name): \(passed)\(isOld ? ", which is more than an hour ago" : "")\(applied)")
      if let error = state.error { lines.append("    \(error)") }
      for stray in strays(entry, states) { lines.append("    \(stray.name) runs undeclared: \(words(stray))") }
    }
    if left > 0 { lines.append("  and \(left) more") }
    return lines
  }

  /// The value of the key `observed`; nil leaves the key out.
  var json: JSONValue? {
    if entries.isEmpty { return nil }
    return .array(
      entries.map { entry in
        .object([
          ("environment", .string(Text.show(entry.environment))),
          ("passed", .optional(entry.state?.passed.map { "\($0)" })), ("old", .bool(entry.isOld)),
          ("applied", .optional(entry.state?.applied)),
          ("error", .optional(entry.state?.error)), ("problem", .optional(entry.problem)),
          (
            "deployments",
            .array(
              (entry.state?.deployments ?? []).map { running in
                .object([("name", .string(running.name)), ("running", json(running))])
              })
          ),
        ])
      })
  }
}
