private import Glibc

/// The folder of a new version, which comes to stand whole or not at all.
///
/// Everything is written beside its place first; the evidence, without which a version is not published, comes last.
struct VersionFolder {
  /// The root of the work tree.
  let root: String
  let name: String
  let version: String

  /// The folder's path from the root.
  var path: String { "models/\(name)/\(version)" }
  private var target: String { root + "/" + path }
  private var evidence: String { String(decoding: VersionEvidence.fileName, as: UTF8.self) }

  /// Whether the evidence of this version stands in the work tree.
  var isRegistered: Bool { SafeFiles.kind(target + "/" + evidence) != .nothing }

  /// Writes the folder.
  ///
  /// `describe` makes the evidence from what the artifacts are.
  func write(
    _ artifacts: [ArtifactFile], describe: ([(file: ArtifactFile, content: ArtifactFile.Content)]) throws -> [UInt8]
  ) throws {
    var made: [String] = []
    let scratch = "\(root)/models/\(name)/.\(version).\(getpid()).tmp"
    do {
      for folder in ["models", "models/\(name)"] { try makeFolder(root + "/" + folder, &made) }
      if let problem = Self.kindProblem(target, path) { throw problem }
      clearLeftovers()
      guard mkdir(scratch, 0o755) == 0 else { throw Refused.toWrite(scratch, SafeFiles.lastError) }
      // Should this program be killed, git must not take what lies here for the user's work.
      try SafeFiles.write(bytes("*\n"), folder: scratch, name: Self.ignoreName)
      let contents = try artifacts.map { (file: $0, content: try take($0, into: scratch)) }
      try SafeFiles.write(try describe(contents), folder: scratch, name: evidence)
      chmod(scratch + "/" + evidence, 0o644)
      unlink(scratch + "/" + Self.ignoreName)
      if SafeFiles.kind(target) == .nothing {
        try SafeFiles.syncFolder(scratch)
        guard rename(scratch, target) == 0 else { throw Refused.toWrite(path, SafeFiles.lastError) }
      } else {
        try fill(artifacts.map(\.name), from: scratch)
        rmdir(scratch)
      }
      try SafeFiles.syncFolder("\(root)/models/\(name)")
    } catch {
      Self.remove(scratch)
      for folder in made.reversed() + ["\(root)/models/\(name)"] { rmdir(folder) }
      if let error = error as? SafeFiles.WriteError { throw Refused(error.message, fix: "look for a full disk") }
      throw error
    }
  }

  private static let ignoreName = ".gitignore"

  private static func remove(_ scratch: String) {
    for file in SafeFiles.names(in: scratch) { unlink(scratch + "/" + file) }
    rmdir(scratch)
  }

  /// Removes what programs that were killed have left of this version.
  private func clearLeftovers() {
    let (folder, prefix, suffix) = ("\(root)/models/\(name)", ".\(version).", ".tmp")
    for entry in SafeFiles.names(in: folder) {
      guard entry.utf8.starts(with: prefix.utf8), entry.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8),
        let process = pid_t(String(decoding: entry.utf8.dropFirst(prefix.utf8.count).dropLast(4), as: UTF8.self)),
        process > 0, kill(process, 0) != 0, errno == ESRCH
      else { continue }
      Self.remove(folder + "/" + entry)
    }
  }

  /// Copies an artifact, unless it stands in the version's folder already.
  private func take(_ artifact: ArtifactFile, into scratch: String) throws -> ArtifactFile.Content {
    let standing = target + "/" + artifact.name
    guard SafeFiles.kind(standing) != .nothing else {
      return try artifact.content(copyingTo: scratch + "/" + artifact.name)
    }
    let content = try artifact.content()
    if SafeFiles.canonical(standing) == SafeFiles.canonical(artifact.path) { return content }
    guard try ArtifactFile(standing).content() == content else {
      throw Refused(
        "`\(Text.cut(path))/\(Text.cut(artifact.name))` is there already, with other content than `\(Text.cut(artifact.path))`",
        fix: "remove the one that is not meant, or register another version")
    }
    return content
  }

  /// Moves the new files into a folder that is there; on failure takes them out again.
  private func fill(_ names: [String], from scratch: String) throws {
    var moved: [String] = []
    for name in names + [evidence] where SafeFiles.kind(scratch + "/" + name) == .file {
      guard link(scratch + "/" + name, target + "/" + name) == 0 else {
        let words = SafeFiles.lastError
        for file in moved { unlink(target + "/" + file) }
        throw Refused.toWrite(path + "/" + name, words)
      }
      unlink(scratch + "/" + name)
      moved.append(name)
    }
    try SafeFiles.syncFolder(target)
  }

  private func makeFolder(_ folder: String, _ made: inout [String]) throws {
    if mkdir(folder, 0o755) == 0 {
      made.append(folder)
    } else if errno != EEXIST {
      throw Refused.toWrite(folder, SafeFiles.lastError)
    }
    let shown = String(decoding: folder.utf8.dropFirst(root.utf8.count + 1), as: UTF8.self)
    if let problem = Self.kindProblem(folder, shown) { throw problem }
  }

  private static func kindProblem(_ folder: String, _ shown: String) -> Refused? {
    switch SafeFiles.kind(folder) {
    case .folder, .nothing: nil
    case .link:
      Refused("`\(Text.cut(shown))` is a symbolic link", fix: "make it a folder: the gate takes no links there")
    case .file, .other: Refused("`\(Text.cut(shown))` is no folder", fix: "make it one")
    }
  }
}
