import GitObjects
import YAMLTree

/// What one version folder holds: its evidence, and whether the artifacts that it lists are there.
final class VersionEvidence: Sendable {
  static let fileName = bytes("metadata.json")

  /// Nil where there is no `metadata.json`.
  let evidence: Evidence?
  /// What is wrong with the evidence, whatever its folder is called.
  let problems: [SourceProblem]

  init(evidence: Evidence?, problems: [SourceProblem]) {
    self.evidence = evidence
    self.problems = problems
  }

  /// What keeping it costs in memory, in bytes, about.
  var cost: Int {
    500 + 300 * (evidence?.metrics.count ?? 0) + 200 * (evidence?.artifacts.count ?? 0) + 400 * problems.count
  }

  /// Reads the evidence of a version folder.
  static func read(_ folder: ObjectID, store: ObjectStore) throws -> VersionEvidence {
    let tree = try store.tree(folder)
    guard let entry = tree.entry(named: fileName) else { return VersionEvidence(evidence: nil, problems: []) }
    let evidence = try read(entry, store)
    var problems = evidence.problems
    if tree.problem == nil {
      for (index, artifact) in evidence.artifacts.enumerated() {
        if let problem = try check(artifact, index, tree, store) { problems.append(problem) }
      }
    }
    return VersionEvidence(evidence: evidence, problems: problems)
  }

  private static func read(_ entry: TreeEntry, _ store: ObjectStore) throws -> Evidence {
    guard entry.mode == .file || entry.mode == .executable else {
      return .unreadable("it is \(entry.mode.name), not a regular file", fix: "make it a regular file")
    }
    let read = try store.content(entry.id, maximum: ManifestFile.maximumBytes)
    guard let blob = read.blob else {
      return .unreadable(
        "the file has \(read.size) bytes, more than \(ManifestFile.maximumBytes)",
        fix: "keep data out of `metadata.json`")
    }
    return blob.withBytes { .read($0) }
  }

  /// An artifact must stand in the folder with its size; where it is a git-lfs pointer, that must carry the digest.
  private static func check(
    _ artifact: Evidence.Artifact, _ index: Int, _ folder: Tree, _ store: ObjectStore
  ) throws -> SourceProblem? {
    let path = artifact.path.value
    func problem(_ message: String, _ fix: String) -> SourceProblem {
      SourceProblem(
        check: .modelInvalid, mark: artifact.path.mark, field: "artifacts[\(index)]",
        message: "the artifact `\(Text.cut(path))` \(message)", fix: fix)
    }
    let names = Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
    guard names.count <= 16, names.allSatisfy({ !$0.isEmpty && $0 != bytes(".") && $0 != bytes("..") }) else {
      return problem("is not a path inside of the version's folder", "write it relative to the folder, without `..`")
    }
    var tree = folder
    for name in names.dropLast() {
      guard let entry = tree.entry(named: name), entry.mode == .folder else {
        return problem("does not stand in the version's folder", "add the file, or take it off the list")
      }
      tree = try store.tree(entry.id)
    }
    guard let name = names.last, let entry = tree.entry(named: name), entry.mode == .file || entry.mode == .executable
    else {
      return problem("does not stand in the version's folder", "add the file, or take it off the list")
    }
    let size = try store.header(entry.id).size
    if size < LFSPointer.maximumBytes {
      let content = try store.blob(entry.id, maximum: LFSPointer.maximumBytes)
      if content.withBytes({ LFSPointer.looksLikeOne($0) }) {
        guard let pointer = content.withBytes({ LFSPointer($0) }) else {
          return problem("is a malformed git-lfs pointer", "add the file again with git-lfs")
        }
        if pointer.sha256 != artifact.sha256 {
          return problem(
            "is a git-lfs pointer to sha256 \(pointer.sha256.prefix(12))…, not \(artifact.sha256.prefix(12))…",
            "register the version again from the artifact that it was evaluated with")
        }
        if pointer.size != artifact.size {
          return problem(
            "is a git-lfs pointer to \(pointer.size) bytes, not \(artifact.size)", "register the version again")
        }
        return nil
      }
    }
    if Int64(size) != artifact.size {
      return problem("has \(size) bytes, not \(artifact.size)", "register the version again")
    }
    return nil
  }
}
