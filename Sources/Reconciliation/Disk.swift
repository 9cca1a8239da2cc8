import Foundation
import ManifestCore

/// Files and folders, changed so that a crash leaves either the old or the new.
enum Disk {
  /// The SHA-256 of a file, in lower-case hexadecimal digits.
  static func digest(_ path: String) throws -> String {
    guard SafeFiles.kind(path) == .file, let handle = FileHandle(forReadingAtPath: path) else {
      throw TargetFailure("there is no file `\(Text.cut(path))`", fix: "see where the version's files come from")
    }
    defer { try? handle.close() }
    let hash = SHA256()
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      piece.withUnsafeBytes { hash.update($0) }
    }
    guard let digest = hash.finish() else { throw TargetFailure("no memory for a digest", fix: "free some") }
    return Hexadecimal.text(digest)
  }

  /// The files below a folder, by their paths below it, sorted.
  static func files(_ folder: String) throws -> [String] {
    var found: [String] = []
    func walk(_ prefix: String) throws {
      // What cannot be looked into would be left out without a word.
      guard access(folder + "/" + prefix, R_OK | X_OK) == 0 else { throw failed("read", folder + "/" + prefix) }
      for name in SafeFiles.names(in: folder + "/" + prefix).sorted() {
        let path = prefix + name
        switch SafeFiles.kind(folder + "/" + path) {
        case .folder: try walk(path + "/")
        case .file: found.append(path)
        default:
          throw TargetFailure(
            "`\(Text.cut(path))` is a link or a device, not a file", fix: "put the file itself into the registry")
        }
      }
    }
    try walk("")
    return found
  }

  /// Writes everything of a folder to the disk.
  static func sync(_ folder: String) throws {
    for name in SafeFiles.names(in: folder) {
      let path = folder + "/" + name
      switch SafeFiles.kind(path) {
      case .folder: try sync(path)
      case .file:
        guard let handle = FileHandle(forReadingAtPath: path) else { throw failed("read", path) }
        defer { try? handle.close() }
        guard fsync(handle.fileDescriptor) == 0 else { throw failed("write", path) }
      default: break
      }
    }
    try SafeFiles.syncFolder(folder)
  }

  /// A new empty folder beside what is there, whose name begins with a dot.
  static func newFolder(in parent: String, for name: String) throws -> String {
    try makeFolders(parent)
    let path = "\(parent)/.new-\(name)-\(UUID().uuidString.prefix(8).lowercased())"
    guard mkdir(path, 0o755) == 0 else { throw failed("make", path) }
    return path
  }

  /// Makes a folder and those on its way, which others may look into.
  static func makeFolders(_ path: String) throws {
    guard !SafeFiles.isFolder(path) else { return }
    let parent = (path as NSString).deletingLastPathComponent
    if !parent.isEmpty, parent != path { try makeFolders(parent) }
    guard mkdir(path, 0o755) == 0 || (errno == EEXIST && SafeFiles.isFolder(path)) else { throw failed("make", path) }
    try share(path)
  }

  /// Removes what a crash has left of `newFolder` and `takeAway`.
  ///
  /// - Parameter time: Only what was there before, in seconds since 1970: somebody may be at work on what is newer.
  static func clean(_ parent: String, before time: Int64 = .max) {
    for name in SafeFiles.names(in: parent) where name.hasPrefix(".new-") || name.hasPrefix(".old-") {
      var status = stat()
      guard lstat(parent + "/" + name, &status) == 0, Int64(status.st_mtim.tv_sec) < time else { continue }
      try? FileManager.default.removeItem(atPath: parent + "/" + name)
    }
  }

  /// Lets a folder have its final name; what had it before goes, and at no time is there nothing.
  static func place(_ folder: String, at path: String) throws {
    if SafeFiles.isFolder(path), SafeFiles.exchange(folder, path) {
      try SafeFiles.syncFolder((path as NSString).deletingLastPathComponent)
      try? FileManager.default.removeItem(atPath: folder)
      return
    }
    try takeAway(path)
    try move(folder, to: path)
  }

  /// Takes a folder away at once, then its content.
  static func takeAway(_ path: String) throws {
    guard SafeFiles.kind(path) != .nothing else { return }
    let parent = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let aside = "\(parent)/.old-\(name)-\(UUID().uuidString.prefix(8).lowercased())"
    try move(path, to: aside)
    try? FileManager.default.removeItem(atPath: aside)
  }

  /// Renames, and writes the folder to the disk.
  static func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else { throw failed("rename", path) }
    try SafeFiles.syncFolder((target as NSString).deletingLastPathComponent)
  }

  /// Lets a link lead to another place at once; nil: takes it away.
  static func link(_ path: String, to target: String?) throws {
    guard let target else {
      unlink(path)
      return try SafeFiles.syncFolder((path as NSString).deletingLastPathComponent)
    }
    let fresh = path + ".new"
    unlink(fresh)
    guard symlink(target, fresh) == 0 else { throw failed("make", fresh) }
    try move(fresh, to: path)
  }

  /// Where a link leads; nil where there is none.
  static func target(of path: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  /// Writes a small file whole or not at all.
  static func write(_ text: String, to path: String) throws {
    let url = path as NSString
    do {
      try SafeFiles.write(Array(text.utf8), folder: url.deletingLastPathComponent, name: url.lastPathComponent)
    } catch {
      throw TargetFailure(
        (error as? SafeFiles.WriteError)?.message ?? "`\(Text.cut(path))` cannot be written",
        fix: "see that the disk has room and that this user may write there")
    }
  }

  /// Lets a server that runs as another user read a file or a folder, as far as the `umask` of whoever started us lets.
  static func share(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw failed("read", path) }
    let isOpen = status.st_mode & S_IFMT == S_IFDIR || status.st_mode & S_IXUSR != 0
    guard chmod(path, (isOpen ? 0o777 : 0o666) & ~mode_t(LongRunner.callersMask)) == 0 else {
      throw failed("change", path)
    }
  }

  /// Lets others look into a folder and those below it.
  static func shareFolders(_ folder: String) throws {
    for name in SafeFiles.names(in: folder) where SafeFiles.kind(folder + "/" + name) == .folder {
      try shareFolders(folder + "/" + name)
    }
    try share(folder)
  }

  /// JSON as it is written into small files.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// The text of a small file; nil where it is not there.
  static func read(_ path: String, maximum: Int = 1 << 20) -> [UInt8]? {
    if case .content(let bytes) = SafeFiles.read(path, maximum: maximum) { return bytes }
    return nil
  }

  private static func failed(_ verb: String, _ path: String) -> TargetFailure {
    TargetFailure(
      "cannot \(verb) `\(Text.cut(path))`: \(SafeFiles.lastError)",
      fix: "see that the disk has room and that this user may write there")
  }
}
