import GitObjects

/// Writes the triggers that are missing: the refs themselves are the record of what must be emitted.
public struct TriggerEmitter {
  /// What an emission did.
  public struct Result: Sendable {
    /// The events that were written, by ref.
    public var events: [(ref: String, id: String)] = []
    /// What could not be done, and will be tried again.
    public var warnings: [String] = []
  }

  static let outboxName = "outbox"
  private static let lockName = "emit.lock"
  private static let records = "refs/mlops/emitted/"
  /// How long the lock is waited for, in milliseconds.
  private static let patience = 10_000
  /// How many refs are written together.
  private static let batch = 64
  private let host: HostRepository
  private let context: HookContext

  package init(host: HostRepository, context: HookContext) {
    self.host = host
    self.context = context
  }

  /// Compares every protected branch with its record, and writes what is missing.
  ///
  /// What moved since is recorded, too; `updates` is what the push moved that this runs for. Who finds nothing missing
  /// waits for nobody; who has to wait leaves as soon as another one has written what this push needs.
  package func emit(after updates: [RefUpdate]? = nil) throws -> Result {
    var result = Result()
    let recorder = MoveRecorder(host: host, context: context, updates: updates)
    let first = try look()
    try recorder.recordTags(first.judge.policies)
    if try !first.missing.isEmpty || !goneRefs(first).isEmpty {
      let own = first.missing.filter { move in recorder.isOwn(move.name, move.tip) }
      let folder = try SafeFiles.makeFolder(host.repository.gitDirectory, [AuditLog.folderName])
      let lock = SafeFiles.lock(folder + "/" + Self.lockName, patience: Self.patience) {
        !own.isEmpty && own.allSatisfy { move in (try? emitted(move.name)) == move.tip }
      }
      switch lock {
      case .needless: break
      case .taken: throw ReadError.limit("another process has been writing triggers for 10 seconds")
      case .failed(let words): throw SafeFiles.WriteError(message: words)
      case .held(let lock):
        defer { SafeFiles.unlock(lock) }
        // Whoever had the lock may have written it all.
        let now = try look()
        for gone in try goneRefs(now) {
          do { try forget(gone, recorder) } catch { result.warnings.append(warning(gone.ref, error)) }
        }
        var rest = now.missing[...]
        while !rest.isEmpty {
          emit(Array(rest.prefix(Self.batch)), now.judge, RisingClock(lock: lock), recorder, &result)
          rest = rest.dropFirst(Self.batch)
        }
      }
    }
    result.warnings += recorder.warnings
    return result
  }

  /// Records the tips that stand as emitted, without an event.
  ///
  /// Gives how many.
  func record() throws -> Int {
    let folder = try SafeFiles.makeFolder(host.repository.gitDirectory, [AuditLog.folderName])
    let asked = SafeFiles.lock(folder + "/" + Self.lockName, patience: Self.patience)
    if case .failed(let words) = asked { throw SafeFiles.WriteError(message: words) }
    guard case .held(let lock) = asked else {
      throw ReadError.limit("another process has been writing triggers for 10 seconds")
    }
    defer { SafeFiles.unlock(lock) }
    var count = 0
    for move in try look().missing where move.emitted == nil {
      if try host.repository.moveReference(Self.recordName(move.name), from: .zero, to: move.tip) { count += 1 }
    }
    return count
  }

  /// A protected ref that holds something else than its record says.
  private struct Move {
    var name: [UInt8]
    var tip: ObjectID
    /// What its record holds; nil where it has none.
    var emitted: ObjectID?
  }

  /// What the refs and their records say, each read once.
  private struct Look {
    var judge: JudgeContext
    var missing: [Move]
    var records: [[UInt8]: ObjectID]
  }

  private func look() throws -> Look {
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: 50))
    // A record is read before its ref: one that is written in between is found too old, and looked at once more.
    var records: [[UInt8]: ObjectID] = [:]
    for (name, value) in try host.repository.references(below: Self.records) {
      guard case .direct(let id) = value else { continue }
      records[bytes("refs/") + name.dropFirst(Self.records.utf8.count)] = id
    }
    let refs = try HostRefs.of(host.repository)
    let policies = try PolicyLoader(store: store).load(host: host.settings.hostPolicyFiles(), refs: refs)
    var settings = JudgeSettings(now: host.now)
    // What was good at the push is told as such, however late the event is written.
    settings.hasPushBoundaries = false
    settings.verify = OpenSSH(program: host.settings.sshKeygen).verify
    let judge = JudgeContext(
      store: store, refs: refs, policies: policies, pusher: host.pusher, settings: settings)
    let missing = try protectedRefs(judge).filter { records[$0.name] != $0.tip }
    return Look(
      judge: judge, missing: missing.map { Move(name: $0.name, tip: $0.tip, emitted: records[$0.name]) },
      records: records)
  }

  /// The refs that have a record and are gone.
  private func goneRefs(_ look: Look) throws -> [(ref: [UInt8], last: ObjectID)] {
    try look.records.filter { try look.judge.refs.branches[$0.key] == nil && host.repository.reference($0.key) == nil }
      .map { ($0.key, $0.value) }
  }

  /// Removes the record of a ref that is gone: it could stand where another's folder has to.
  private func forget(_ gone: (ref: [UInt8], last: ObjectID), _ recorder: MoveRecorder) throws {
    let move = MoveRecorder.Move(name: gone.ref, old: gone.last, new: .zero, way: nil)
    // Where the record cannot be removed, the next sweep is here again, and has nothing to add.
    if !host.auditLog.endsWith(moveOf: Text.show(gone.ref), from: gone.last, to: .zero) { recorder.record([move]) }
    let record = Self.recordName(gone.ref)
    do {
      try host.repository.deleteReference(record)
    } catch {
      // Nobody else moves records while the lock is held: a lock file that is left there is a dead process's.
      SafeFiles.remove(host.repository.gitDirectory + record + ".lock")
      try host.repository.deleteReference(record)
    }
  }

  /// Every protected ref that has steps: branches, and what else a policy names, but not tags.
  private func protectedRefs(_ judge: JudgeContext) throws -> [(name: [UInt8], tip: ObjectID)] {
    var found = judge.policies.protectedBranches(judge.refs)
    var known = Set(found.map(\.name))
    for pattern in judge.policies.all.flatMap({ $0.policy.protectedRefs ?? [] }) {
      let prefix = String(pattern.text.prefix { $0 != "*" })
      guard !["refs/heads/", "refs/tags/"].contains(where: { prefix.utf8.starts(with: $0.utf8) }) else { continue }
      for (name, value) in try host.repository.references(below: prefix) {
        let isElsewhere = ["refs/heads/", "refs/tags/", "refs/mlops/"].allSatisfy { !name.starts(with: bytes($0)) }
        guard isElsewhere, case .direct(let tip) = value, pattern.matches(name), known.insert(name).inserted else {
          continue
        }
        found.append((name, tip))
      }
    }
    return found.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// `refs/mlops/emitted/<ref without refs/>`.
  static func recordName(_ ref: [UInt8]) -> String {
    records + String(decoding: ref.dropFirst("refs/".utf8.count), as: UTF8.self)
  }

  /// What a ref's record holds.
  private func emitted(_ name: [UInt8]) throws -> ObjectID? {
    guard case .direct(let id) = try host.repository.reference(bytes(Self.recordName(name))) else { return nil }
    return id
  }

  /// Writes the triggers of some refs: all files reach the disk together, and before any record says so.
  private func emit(
    _ moves: [Move], _ judge: JudgeContext, _ clock: RisingClock, _ recorder: MoveRecorder, _ result: inout Result
  ) {
    var done: [(move: Move, id: String?)] = []
    var recorded: [MoveRecorder.Move] = []
    var files: [SafeFiles.Staged] = []
    func warn(_ name: [UInt8], _ error: any Error) { result.warnings.append(warning(name, error)) }
    for move in moves {
      do {
        let prepared = try prepare(move, judge, clock, recorder)
        files += prepared.files
        recorded.append(prepared.recorded)
        done.append((move, prepared.id))
      } catch {
        warn(move.name, error)
      }
    }
    do {
      try SafeFiles.publish(files)
    } catch {
      for (move, _) in done { warn(move.name, error) }
      return
    }
    // Before the refs of record: a crash in between repeats the lines, and loses none.
    recorder.record(recorded)
    for (move, id) in done {
      do {
        try moveRecord(move)
        if let id { result.events.append((Text.show(move.name), id)) }
      } catch {
        warn(move.name, error)
      }
    }
  }

  /// What is said where one ref's trigger was not written.
  private func warning(_ name: [UInt8], _ error: any Error) -> String {
    // A pusher reads this: libgit2's own words would name the host's paths.
    let words =
      (error as? SafeFiles.WriteError)?.message ?? (error as? GitError)?.operation
      ?? HostFinding.of(error, ref: name, limit: 0).message
    let shown = Text.without(host.repository.gitDirectory, in: words)
    return "the trigger of \(Text.show(name)) was not written: \(shown); it is tried again with the next push"
  }

  /// Writes the event of one ref, for every sink, where none looks for it yet.
  private func prepare(_ move: Move, _ judge: JudgeContext, _ clock: RisingClock, _ recorder: MoveRecorder) throws -> (
    id: String?, files: [SafeFiles.Staged], recorded: MoveRecorder.Move
  ) {
    // A record of a commit that is gone is compared with nothing: better an event too many.
    let before = move.emitted.map { host.repository.contains($0) ? $0 : .zero } ?? .zero
    let changes = try TriggerBuilder(context: judge, ref: move.name).changes(from: before, to: move.tip)
    let ref = Text.show(move.name)
    let way = host.auditLog.way(of: ref, from: before, to: move.tip)
    let recorded = MoveRecorder.Move(name: move.name, old: move.emitted ?? .zero, new: move.tip, way: way)
    guard !changes.isEmpty else { return (nil, [], recorded) }
    let id = try host.repository.hash(blob: bytes("\(host.source)\n\(ref)\n\(before)\n\(move.tip)\n"))
    let event = TriggerEvent(
      id: id.hex, source: host.source, ref: ref, before: before, after: move.tip, time: context.now,
      pusher: recorder.pusher(of: recorded).map { Text.cut($0) },
      isJudged: way.isJudged, brokenGlass: way.brokenGlass, changes: changes)
    return (id.hex, try stage(event, clock), recorded)
  }

  private func moveRecord(_ move: Move) throws {
    let record = Self.recordName(move.name)
    let emitted = move.emitted ?? .zero
    if try !host.repository.moveReference(record, from: emitted, to: move.tip) {
      // Nobody else moves records while the lock is held: a lock file that is left there is a dead process's.
      SafeFiles.remove(host.repository.gitDirectory + record + ".lock")
      _ = try host.repository.moveReference(record, from: emitted, to: move.tip)
    }
  }

  /// Writes an event beside its place in each outbox: the time of its file is its place in the queue.
  private func stage(_ event: TriggerEvent, _ clock: RisingClock) throws -> [SafeFiles.Staged] {
    let time = clock.next()
    var files: [SafeFiles.Staged] = []
    for sink in host.settings.sinks.isEmpty ? [Sink.local] : host.settings.sinks {
      guard let own = event.filtered(sink) else { continue }
      do {
        let folder = try SafeFiles.makeFolder(
          host.repository.gitDirectory, [AuditLog.folderName, Self.outboxName, sink.name])
        files.append(
          try SafeFiles.stage(bytes(own.json.text + "\n"), folder: folder, name: own.id + ".json", time: time))
      } catch {
        SafeFiles.forget(files)
        throw error
      }
    }
    return files
  }
}
