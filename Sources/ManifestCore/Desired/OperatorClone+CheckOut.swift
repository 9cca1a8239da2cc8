import GitObjects

/// How a version's files come out of the copy.
extension OperatorClone {
  /// The files of a tree, by their paths below it; throws where it holds a link or another repository.
  package func files(of tree: ObjectID) throws -> [(path: String, blob: ObjectID)] {
    try entries(of: tree).map { (Text.show($0.path), $0.id) }
  }

  /// The files of a tree by the bytes of their paths, with what git has to know of each.
  private func entries(of tree: ObjectID) throws -> [TreeIndex.File] {
    let repository = try Repository.open(at: folder, search: false)
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 600))
    var found: [TreeIndex.File] = []
    func walk(_ id: ObjectID, _ prefix: [UInt8], _ depth: Int) throws {
      guard depth < 16 else { throw LocalCheck.CannotSay("the version's folder is too deep", fix: "flatten it") }
      for entry in try store.tree(id).entries {
        let path = prefix + entry.name
        switch entry.mode {
        case .folder: try walk(entry.id, path + [UInt8(ascii: "/")], depth + 1)
        case .file, .executable: found.append(.init(path: path, mode: entry.mode, id: entry.id))
        default:
          throw LocalCheck.CannotSay(
            "`\(Text.show(path))` is \(entry.mode.name), not a file", fix: "put the file itself there")
        }
      }
    }
    try walk(tree, [], 0)
    return found
  }

  /// What git-lfs keeps, and could not be brought.
  package struct Lost: Error {
    /// What is wrong.
    package var message: String
    /// What to do.
    package var fix: String
  }

  /// Writes the files of a tree below a folder that is there.
  ///
  /// What git-lfs keeps comes by its content, or as its pointer where that is what is asked for. Throws `Lost` where the
  /// content cannot be brought. Nothing in the version's folder tells git or git-lfs what to do: what lies on the disk is
  /// what was judged, byte by byte, and comes from nobody but the remote.
  package func checkOut(_ tree: ObjectID, to target: String, asPointers: Bool = false) throws {
    let index = TreeIndex(files: try entries(of: tree))
    let repository = try Repository.open(at: folder, search: false)
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 600))
    let hasPointers =
      try !asPointers
      && index.files.contains { file in
        let read = try store.content(file.id, maximum: LFSPointer.maximumBytes)
        return read.blob?.withBytes { LFSPointer($0) != nil } ?? false
      }
    var options = ["-c", "core.bare=false", "-c", "core.autocrlf=false", "-c", "core.symlinks=true"]
    var attributes = "/dev/null"
    if hasPointers {
      attributes = folder + "/mlops-lfs-attributes"
      try SafeFiles.write(bytes("* filter=lfs -text\n"), folder: folder, name: "mlops-lfs-attributes")
      options += [
        "-c", "filter.lfs.process=git-lfs filter-process", "-c", "filter.lfs.smudge=git-lfs smudge -- %f",
        "-c", "filter.lfs.required=true", "-c", "remote.origin.url=\(remote)",
      ]
    }
    let indexFile = target + ".index"
    defer { SafeFiles.remove(indexFile) }
    let own = ["GIT_INDEX_FILE": bytes(indexFile), "GIT_ATTR_NOSYSTEM": bytes("1")]
    let more = environment.merging(own) { $1 }
    _ = try git.output(
      ["update-index", "-z", "--index-info"], input: index.text, environment: more, fix: "see that the disk has room")
    options += ["-c", "core.attributesFile=\(attributes)"]
    let command = options + ["--work-tree=\(target)", "checkout-index", "--all", "--force", "--quiet"]
    let result = try git.run(command, environment: more)
    guard !result.isSuccess else { return try index.nameBack(in: target) }
    guard hasPointers else {
      throw LocalCheck.CannotSay(
        "the version's files cannot be written: \(result.complaint)", fix: "see that the disk has room")
    }
    guard GitProgram.find("git-lfs", context) != nil else {
      throw Lost(
        message: "the version's files are kept by git-lfs, and there is no `git-lfs` on the PATH",
        fix: "install git-lfs")
    }
    throw Lost(
      message: "git-lfs cannot bring \(Self.missing(result.errors) ?? "the version's files: \(result.complaint)")",
      fix: "see that `\(shownRemote)` still has the content, and that this user may read it: `git lfs fetch --all`")
  }

  /// The file that git-lfs did not get, and why, out of its `Error downloading object: FILE (ID): …: REASON`.
  private static func missing(_ errors: [UInt8]) -> String? {
    let word = bytes("Error downloading object: ")
    guard let line = errors.split(separator: 10).first(where: { $0.starts(with: word) })?.dropFirst(word.count) else {
      return nil
    }
    let colon = UInt8(ascii: ":")
    guard let first = line.firstIndex(of: colon), let last = line.lastIndex(of: colon) else { return nil }
    // The reason begins with the number of the attempt.
    var reason = line[(last + 1)...].drop { $0 == 0x20 }
    if reason.first == UInt8(ascii: "["), let end = reason.firstIndex(of: UInt8(ascii: "]")) {
      reason = reason[(end + 1)...].drop { $0 == 0x20 }
    }
    return "`\(Text.cut(Text.show(line[..<first])))`: \(Text.cut(Text.show(reason)))"
  }
}
