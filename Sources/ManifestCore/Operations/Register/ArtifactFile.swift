private import Glibc

/// A file that belongs to a version, read piece by piece: it may be larger than memory.
struct ArtifactFile {
  /// What an artifact's content is.
  struct Content: Equatable {
    var sha256: String
    var size: Int64
  }

  /// Where it lies now.
  let path: String
  /// Its name in the version's folder.
  let name: String
  /// What git-lfs keeps for it, where the file is only a pointer that was never replaced by its content.
  let pointer: LFSPointer?

  private static let pieceSize = 1 << 20

  /// Looks at a file, and refuses what is none.
  init(_ path: String) throws {
    let shown = Text.cut(path)
    switch SafeFiles.kind(path) {
    case .nothing: throw Refused("there is no artifact `\(shown)`", fix: "name the file that was trained")
    case .link:
      throw Refused("the artifact `\(shown)` is a symbolic link", fix: "name the file that it leads to")
    case .folder:
      throw Refused("the artifact `\(shown)` is a folder", fix: "name each file in it, or pack it into one")
    case .other: throw Refused("the artifact `\(shown)` is no regular file", fix: "name a file")
    case .file: break
    }
    self.path = path
    let name = String(decoding: path.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    let reserved = [String(decoding: VersionEvidence.fileName, as: UTF8.self), ".git", ".gitattributes", ".gitignore"]
    if reserved.contains(where: { $0.utf8.elementsEqual(name.utf8.map { $0 | 0x20 }) || $0 == name }) {
      throw Refused("an artifact cannot be called `\(name)`", fix: "rename the file")
    }
    if name.unicodeScalars.contains(where: { Text.isHarmful($0) || $0 == "\u{FFFD}" }) || name.utf8.count > 255 {
      throw Refused(
        "the name of the artifact `\(shown)` holds a character that cannot be seen, or is too long",
        fix: "rename the file")
    }
    self.name = name
    if case .content(let bytes) = SafeFiles.read(path, maximum: LFSPointer.maximumBytes) {
      pointer = bytes.withUnsafeBytes { LFSPointer($0) }
    } else {
      pointer = nil
    }
  }

  /// What the evidence says of the file; with `target`, the file is copied there on the way.
  func content(copyingTo target: String? = nil) throws -> Content {
    let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard source >= 0 else { throw unreadable(SafeFiles.lastError) }
    defer { close(source) }
    var copy: Int32 = -1
    if let target {
      copy = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
      guard copy >= 0 else { throw Refused.toWrite(target, SafeFiles.lastError) }
    }
    defer { if copy >= 0 { close(copy) } }
    let hash = SHA256()
    var size: Int64 = 0
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    while true {
      let count = Glibc.read(source, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(SafeFiles.lastError) }
      if count == 0 { break }
      size += Int64(count)
      try piece.withUnsafeBytes { bytes in
        let part = UnsafeRawBufferPointer(rebasing: bytes[..<count])
        hash.update(part)
        if let target { try Self.write(part, to: copy, target) }
      }
    }
    if let target, fsync(copy) != 0 { throw Refused.toWrite(target, SafeFiles.lastError) }
    guard let digest = hash.finish() else { throw unreadable("its digest could not be computed") }
    if let pointer { return Content(sha256: pointer.sha256, size: pointer.size) }
    return Content(sha256: Hexadecimal.text(digest), size: size)
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Refused.toWrite(path, SafeFiles.lastError) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  private func unreadable(_ words: String) -> Refused {
    Refused("the artifact `\(Text.cut(path))` cannot be read: \(words)", fix: "look at the file, and register again")
  }
}
