import GitObjects
import YAMLTree

/// Everything that one push is judged by and with.
///
/// Nothing below it reads the clock, the environment or a file.
final class JudgeContext {
  let store: ObjectStore
  let refs: HostRefs
  let policies: PolicySet
  let pusher: Pusher
  let settings: JudgeSettings
  /// What a second thread has read of the line that is judged.
  var ahead: ReadAhead?
  /// Where the deployments of the line changed, for whoever judges all of it and would look back at every step.
  var linePast: LinePast?
  /// Whether the documents of each manifest are kept when it is read, for whoever asks for them of every one.
  var keepsDocuments = false
  private var manifests: GenerationCache<ObjectID, ManifestFile>
  private var documents: GenerationCache<ObjectID, ManifestDocuments>
  private var evidences: GenerationCache<ObjectID, VersionEvidence>

  init(
    store: ObjectStore, refs: HostRefs, policies: PolicySet, pusher: Pusher, settings: JudgeSettings,
    cacheBytes: Int = 12 << 20
  ) {
    manifests = GenerationCache(limit: cacheBytes)
    documents = GenerationCache(limit: cacheBytes / 3)
    evidences = GenerationCache(limit: cacheBytes / 2)
    self.store = store
    self.refs = refs
    self.policies = policies
    self.pusher = pusher
    self.settings = settings
  }

  /// What a file below `deployments/` holds.
  ///
  /// A blob is parsed once, however many commits carry it.
  func manifest(_ entry: TreeEntry) throws -> ManifestFile {
    guard entry.mode == .file else {
      return .unreadable(
        .manifestLocation, "it is \(entry.mode.name), not a regular file", fix: "make it a regular file")
    }
    if let known = manifests.value(entry.id, cost: { $0.cost }) { return known }
    if let read = ahead?.takeManifest(entry.id) {
      manifests.insert(read, entry.id, cost: read.cost)
      return read
    }
    let file: ManifestFile
    let read = try store.content(entry.id, maximum: ManifestFile.maximumBytes)
    if let blob = read.blob {
      var found = ManifestDocuments()
      file = blob.withBytes { .read($0, documents: &found) }
      if keepsDocuments { documents.insert(found, entry.id, cost: found.cost) }
    } else if read.kind != .blob {
      file = .unreadable(.manifestSyntax, "it is no file", fix: "remove it")
    } else {
      file = .unreadable(
        .manifestSyntax, "the file has \(read.size) bytes, more than \(ManifestFile.maximumBytes)",
        fix: "a manifest is small: keep data out of it")
    }
    manifests.insert(file, entry.id, cost: file.cost)
    return file
  }

  /// The documents of a manifest that was read, as they were written.
  func documents(_ blob: ObjectID) throws -> ManifestDocuments {
    if let known = documents.value(blob, cost: { $0.cost }) { return known }
    let read = try store.content(blob, maximum: ManifestFile.maximumBytes)
    let found = read.blob?.withBytes { ManifestDocuments.read($0) } ?? ManifestDocuments()
    documents.insert(found, blob, cost: found.cost)
    return found
  }

  /// What a version folder proves, by the id of its tree.
  func evidence(_ folder: ObjectID) throws -> VersionEvidence {
    if let known = evidences.value(folder, cost: { $0.cost }) { return known }
    let evidence = try ahead?.takeEvidence(folder) ?? VersionEvidence.read(folder, store: store)
    evidences.insert(evidence, folder, cost: evidence.cost)
    return evidence
  }

  /// One state of the repository.
  func snapshot(_ tree: ObjectID) -> Snapshot { Snapshot(root: tree, context: self) }
}

/// What the judgement needs to know besides the repository.
struct JudgeSettings {
  /// The server's clock, in seconds since 1970.
  var now: Int64 = 0
  /// Whether the request is one push with a known beginning; false for a range of history.
  var hasPushBoundaries = true
  /// In a range of history: the policy that judges every step in place of those that were in force.
  var triedPolicy: TriedPolicy?
  var maximumCommits = 100_000
  var baselines: Set<ObjectID> = []
  /// Whether approvals are asked: not of a state that is no commit yet.
  var asksApprovals = true
  /// Opens the repository once more, for a thread that reads ahead; nil: there is no such thread.
  var open: (@Sendable () throws -> Repository)?
  /// Verifies signatures of approvals; nil: nobody can here, and what needs one is refused.
  var verify: SignatureVerifier?
  /// Whether a rewrite is taken though it is reported (`mlops.mode = audit`), so that the policy in it must be guarded.
  var guardsRewrites = false
  /// Only the manifests' form is judged: pre-receive under `mlops.gate = ref`.
  var formOnly = false
}
