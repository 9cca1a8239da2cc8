/// What git would do to artifacts when they are added: hand them to git-lfs, or change their line ends.
struct ArtifactAttributes {
  let context: HookContext
  let root: String
  /// The version's folder, from the root.
  let folder: String

  /// The size from which on the gate asks for git-lfs, where no policy says otherwise.
  private static let largeSize: Int64 = 1 << 20

  /// What should be known before the files are committed.
  func warnings(_ artifacts: [(file: ArtifactFile, content: ArtifactFile.Content)]) throws -> [String] {
    guard !artifacts.isEmpty else { return [] }
    let git = try GitProgram(in: root, context: context)
    let paths = artifacts.map { folder + "/" + $0.file.name }
    let answer = try git.run(["check-attr", "-z", "filter", "--"] + paths)
    // The answer is `path NUL attribute NUL value NUL`, over and over.
    let words = answer.output.split(separator: 0, omittingEmptySubsequences: false)
    let hasLFS = try git.run(["config", "--get-regexp", "^filter\\.lfs\\.(clean|process)$"]).isSuccess
    var lines: [String] = []
    for (index, path) in paths.enumerated() {
      let filter = words.count > index * 3 + 2 ? Array(words[index * 3 + 2]) : []
      let usesLFS = filter == bytes("lfs")
      let (file, content) = artifacts[index]
      if usesLFS, !hasLFS, file.pointer == nil {
        lines.append("warning: `\(path)` is meant for git-lfs, which is not set up here: `git lfs install` first")
      } else if !usesLFS, file.pointer == nil, content.size > Self.largeSize {
        lines.append(
          "warning: `\(path)` has \(content.size) bytes, and no pattern of `.gitattributes` gives it to git-lfs, as the gate may ask"
        )
      }
      if !usesLFS, try isChanged(path, git) {
        lines.append(
          "warning: git would change the bytes of `\(path)`, and its size would not be the evidence's: add `models/** -text` to `.gitattributes`"
        )
      }
    }
    return lines
  }

  /// Whether git's line ends or filters make other bytes of a file that is small enough to be read twice.
  private func isChanged(_ path: String, _ git: GitProgram) throws -> Bool {
    guard case .content = SafeFiles.read(root + "/" + path, maximum: 16 << 20) else { return false }
    let stored = try git.run(["hash-object", "--", path])
    let plain = try git.run(["hash-object", "--no-filters", "--", path])
    return stored.isSuccess && plain.isSuccess && stored.output != plain.output
  }
}
