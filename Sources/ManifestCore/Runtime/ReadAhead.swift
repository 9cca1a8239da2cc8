private import CRuntime
import GitObjects
private import Glibc
import Synchronization

/// Reads manifests and evidence of a long line on a second core, while the first one judges.
///
/// It decides nothing, and nothing waits for it: what it has not read yet, the judge reads by itself. Everything is kept
/// by the id of its object, so that whoever read it, it is the same.
final class ReadAhead: Sendable {
  /// What is read ahead of the judge, and where the judge is.
  private struct State {
    var manifests: [ObjectID: ManifestFile] = [:]
    var evidences: [ObjectID: VersionEvidence] = [:]
    var position = 0
    var hasEnded = false
  }

  /// A line shorter than this is judged before a second thread would pay.
  static let minimumSteps = 400
  /// How far ahead of the judge it may be, in steps: what it keeps is bounded.
  private static let maximumLead = 128
  /// How far ahead it goes on where the judge has caught up.
  private static let lead = 32

  private let state = Mutex(State())
  private let trees: [(before: ObjectID, after: ObjectID)]
  private let open: @Sendable () throws -> Repository

  /// Creates a reader of a line.
  ///
  /// `open` opens the repository once more: libgit2's handles belong to one thread.
  init(_ steps: [Step], open: @escaping @Sendable () throws -> Repository) {
    trees = steps.map { ($0.parentTree, $0.tree) }
    self.open = open
  }

  /// Starts the second thread.
  ///
  /// Where there can be none, the judge reads everything by itself.
  func start() {
    var thread = pthread_t()
    let this = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { argument in
        mlops_use_alternate_stack()
        if let argument { Unmanaged<ReadAhead>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, this.toOpaque())
    if status == 0 { pthread_detach(thread) } else { this.release() }
  }

  /// Tells it where the judge is.
  func advance(to position: Int) { state.withLock { $0.position = position } }

  /// Lets the second thread end.
  func end() {
    state.withLock {
      $0.hasEnded = true
      $0.manifests = [:]
      $0.evidences = [:]
    }
  }

  /// Hands over a manifest that was read.
  func takeManifest(_ id: ObjectID) -> ManifestFile? { state.withLock { $0.manifests.removeValue(forKey: id) } }

  /// Hands over the evidence of a version folder that was read.
  func takeEvidence(_ folder: ObjectID) -> VersionEvidence? {
    state.withLock { $0.evidences.removeValue(forKey: folder) }
  }

  private func run() {
    guard let repository = try? open() else { return }
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 3600), cacheBytes: 512 << 10)
    let refs = HostRefs(head: .detached, branches: [:], lookUp: { _ in nil })
    let context = JudgeContext(
      store: store, refs: refs, policies: PolicySet(), pusher: Pusher(identities: []), settings: JudgeSettings(),
      cacheBytes: 64 << 10)
    var next = Self.lead
    while next < trees.count {
      let (position, hasEnded) = state.withLock { ($0.position, $0.hasEnded) }
      if hasEnded { return }
      if next > position + Self.maximumLead {
        usleep(500)
        continue
      }
      next = max(next, min(position + Self.lead, trees.count - 1))
      // What cannot be read is the judge's to say.
      try? read(trees[next], context)
      next += 1
    }
  }

  private func read(_ step: (before: ObjectID, after: ObjectID), _ context: JudgeContext) throws {
    guard step.before != step.after else { return }
    let before = context.snapshot(step.before)
    let after = context.snapshot(step.after)
    let environments = Tree.changes(
      from: try before.folder(Snapshot.deploymentsRoot), to: try after.folder(Snapshot.deploymentsRoot))
    for environment in environments {
      let old = try before.environment(environment.name)
      for change in Tree.changes(from: old, to: try after.environment(environment.name)) {
        guard let entry = change.new, entry.mode == .file, Snapshot.stem(entry.name) != nil else { continue }
        try read(entry, after, context)
      }
    }
  }

  private func read(_ entry: TreeEntry, _ after: Snapshot, _ context: JudgeContext) throws {
    let file = try context.manifest(entry)
    var evidence: (folder: ObjectID, read: VersionEvidence)?
    if let model = file.deployment?.model, let name = model.name?.value, let version = model.version?.value,
      let folder = try after.versionFolder(name, version)
    {
      evidence = (folder, try context.evidence(folder))
    }
    state.withLock {
      guard !$0.hasEnded else { return }
      $0.manifests[entry.id] = file
      if let evidence { $0.evidences[evidence.folder] = evidence.read }
    }
  }
}
