private import Glibc

/// Writes files where there are none, and touches nothing that is there.
struct NewFiles {
  /// One file.
  struct File {
    var path: String
    var text: String
    var mode: UInt32 = 0o644
  }

  /// The folder that paths are meant from.
  let root: String

  /// Whether something stands at a path, be it a link to nothing.
  func holds(_ path: String) -> Bool { SafeFiles.kind(root + "/" + path) != .nothing }

  /// Why a file could not be made, before any is: something on its way is no folder.
  func obstacle(to path: String) -> Refused.Reason? {
    var parent = ""
    for name in path.utf8.split(separator: UInt8(ascii: "/")).dropLast() {
      parent += (parent.isEmpty ? "" : "/") + String(decoding: name, as: UTF8.self)
      switch SafeFiles.kind(root + "/" + parent) {
      case .folder: continue
      case .nothing: return nil
      case .link: return .init("`\(parent)` is a symbolic link", fix: "the gate takes no links there: make it a folder")
      case .file, .other: return .init("`\(parent)` is no folder", fix: "move it out of the way")
      }
    }
    return nil
  }

  /// Makes a file and the folders above it; false where something stands in its place.
  func make(_ file: File) throws -> Bool {
    var folder = root
    for name in file.path.utf8.split(separator: UInt8(ascii: "/")).dropLast() {
      folder += "/" + String(decoding: name, as: UTF8.self)
      if mkdir(folder, 0o755) != 0, errno != EEXIST { throw Refused.toWrite(folder, SafeFiles.lastError) }
    }
    let path = root + "/" + file.path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode)
    guard descriptor >= 0 else {
      if errno == EEXIST { return false }
      throw Refused.toWrite(file.path, SafeFiles.lastError)
    }
    defer { close(descriptor) }
    var rest = Array(file.text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let words = SafeFiles.lastError
        unlink(path)
        throw Refused.toWrite(file.path, words)
      }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
