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
  private let host: HostRepository
  private let context: HookContext

  package init(host: HostRepository, context: HookContext) {
    self.host = host
    self.context = context
  }

  /// Compares every protected branch with its record, and writes what is missing.
  ///
  /// What moved since is recorded, too; `updates` is what the push moved that this runs for.
  package func emit(after updates: [RefUpdate]? = nil) throws -> Result {
    var result = Result()
    try withLock { judge, clock in
      let recorder = MoveRecorder(host: host, context: context, updates: updates)
      defer { result.warnings += recorder.warnings }
      try forgetGoneRefs(judge, recorder)
      for (name, tip) in try protectedRefs(judge) {
        do {
          if let id = try emit(name, tip, judge, clock, recorder) { result.events.append((Text.show(name), id)) }
        } catch {
          // A pusher reads this: libgit2's own words would name the host's paths.
          let words =
            (error as? SafeFiles.WriteError)?.message ?? (error as? GitError)?.operation
            ?? HostFinding.of(error, ref: name, limit: 0).message
          let shown = Text.without(host.repository.gitDirectory, in: words)
          result.warnings.append(
            "the trigger of \(Text.show(name)) was not written: \(shown); it is tried again with the next push")
        }
      }
      try recorder.recordTags(judge.policies)
    }
    return result
  }

  /// Records the tips that stand as emitted, without an event.
  ///
  /// Gives how many.
  func record() throws -> Int {
    var count = 0
    try withLock { judge, _ in
      for (name, tip) in try protectedRefs(judge) {
        let recordName = Self.recordName(name)
        let known = try host.repository.reference(bytes(recordName))
        if known == nil, try host.repository.moveReference(recordName, from: .zero, to: tip) { count += 1 }
      }
    }
    return count
  }

  private func withLock(_ body: (JudgeContext, RisingClock) throws -> Void) throws {
    let folder = try SafeFiles.makeFolder(host.repository.gitDirectory, [AuditLog.folderName])
    guard let lock = SafeFiles.lock(folder + "/emit.lock", waiting: 500) else {
      throw ReadError.limit("another process has been writing triggers for 10 seconds")
    }
    defer { SafeFiles.unlock(lock) }
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: 50))
    let refs = try HostRefs.of(host.repository)
    let policies = try PolicyLoader(store: store).load(host: host.settings.hostPolicyFiles(), refs: refs)
    var settings = JudgeSettings(now: host.now)
    // What was good at the push is told as such, however late the event is written.
    settings.hasPushBoundaries = false
    settings.verify = OpenSSH(program: host.settings.sshKeygen).verify
    let judge = JudgeContext(
      store: store, refs: refs, policies: policies, pusher: host.pusher, settings: settings)
    try body(judge, RisingClock(lock: lock))
  }

  /// Removes the records of refs that are gone: one of them could stand where another's folder has to.
  private func forgetGoneRefs(_ judge: JudgeContext, _ recorder: MoveRecorder) throws {
    let prefix = "refs/mlops/emitted/"
    for (name, value) in try host.repository.references(below: prefix) {
      let ref = bytes("refs/") + name.dropFirst(prefix.utf8.count)
      guard try host.repository.reference(ref) == nil else { continue }
      if case .direct(let last) = value { recorder.record(ref, from: last, to: .zero, isJudged: false) }
      try host.repository.deleteReference(String(decoding: name, as: UTF8.self))
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
    "refs/mlops/emitted/" + String(decoding: ref.dropFirst("refs/".utf8.count), as: UTF8.self)
  }

  private func emit(
    _ name: [UInt8], _ tip: ObjectID, _ judge: JudgeContext, _ clock: RisingClock,
    _ recorder: MoveRecorder
  ) throws -> String? {
    let recordName = Self.recordName(name)
    var emitted = ObjectID.zero
    if case .direct(let id) = try host.repository.reference(bytes(recordName)) { emitted = id }
    guard emitted != tip else { return nil }
    // A record of a commit that is gone is compared with nothing: better an event too many.
    let before = emitted.isZero || !host.repository.contains(emitted) ? ObjectID.zero : emitted
    let changes = try TriggerBuilder(context: judge, ref: name).changes(from: before, to: tip)
    var written: String?
    let ref = Text.show(name)
    let way = host.auditLog.way(of: ref, from: before, to: tip)
    if !changes.isEmpty {
      let id = try host.repository.hash(blob: bytes("\(host.source)\n\(ref)\n\(before)\n\(tip)\n"))
      let event = TriggerEvent(
        id: id.hex, source: host.source, ref: ref, before: before, after: tip, time: context.now,
        pusher: Text.cut(host.pusher.shown),
        isJudged: way.isJudged, brokenGlass: way.brokenGlass, changes: changes)
      try write(event, clock)
      written = id.hex
    }
    // Before the ref of record: a crash in between repeats the line, and loses none.
    recorder.record(name, from: emitted, to: tip, isJudged: way.isJudged)
    if try !host.repository.moveReference(recordName, from: emitted, to: tip) {
      // Nobody else moves records while the lock is held: a lock file that is left there is a dead process's.
      SafeFiles.remove(host.repository.gitDirectory + recordName + ".lock")
      _ = try host.repository.moveReference(recordName, from: emitted, to: tip)
    }
    return written
  }

  /// Puts an event into the outboxes: the time of its file is its place in the queue.
  private func write(_ event: TriggerEvent, _ clock: RisingClock) throws {
    let time = clock.next()
    for sink in host.settings.sinks.isEmpty ? [Sink.local] : host.settings.sinks {
      guard let own = event.filtered(sink) else { continue }
      let folder = try SafeFiles.makeFolder(
        host.repository.gitDirectory, [AuditLog.folderName, Self.outboxName, sink.name])
      try SafeFiles.write(
        bytes(own.json.text + "\n"), folder: folder, name: own.id + ".json", time: time, isDurable: true)
    }
  }
}
