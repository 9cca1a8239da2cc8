private import Glibc

/// How a hook wakes a relay that runs: a named pipe in the git directory, of which the relay holds the other end.
///
/// The kernel knows whether somebody does, also after a relay was killed; nothing has to be kept or cleaned up.
package enum RelayBell {
  private static let name = "relay.bell"

  /// Rings; false where no relay listens.
  package static func ring(_ gitDirectory: String) -> Bool {
    let descriptor = open(path(gitDirectory), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard isPipe(descriptor) else { return false }
    // A full pipe has rung already.
    return write(descriptor, "!", 1) == 1 || errno == EAGAIN
  }

  /// The lock of the one relay that listens; nil where another one does.
  package static func lock(_ gitDirectory: String) throws -> Int32? {
    let folder = try SafeFiles.makeFolder(gitDirectory, [AuditLog.folderName])
    let path = folder + "/relay.lock"
    if let lock = SafeFiles.lock(path, waiting: 0) { return lock }
    // A file that cannot be opened is held by nobody.
    let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw SafeFiles.WriteError(message: "`\(path)`: \(SafeFiles.lastError)") }
    close(descriptor)
    return nil
  }

  /// Makes the pipe, where it is not there, and begins to listen.
  package static func listen(_ gitDirectory: String) throws -> Int32 {
    _ = try SafeFiles.makeFolder(gitDirectory, [AuditLog.folderName])
    let path = path(gitDirectory)
    if mkfifo(path, 0o600) != 0, errno != EEXIST {
      throw SafeFiles.WriteError(message: "`\(path)`: \(SafeFiles.lastError)")
    }
    // Open for writing too, so that it does not end whenever a hook closes its end.
    let descriptor = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw SafeFiles.WriteError(message: "`\(path)`: \(SafeFiles.lastError)") }
    guard isPipe(descriptor) else {
      close(descriptor)
      throw SafeFiles.WriteError(message: "`\(path)` is not a pipe of ours")
    }
    return descriptor
  }

  /// Takes what has rung so far.
  package static func take(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while read(descriptor, &buffer, buffer.count) == buffer.count {}
  }

  private static func path(_ gitDirectory: String) -> String { gitDirectory + AuditLog.folderName + "/" + name }

  private static func isPipe(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
      && (status.st_uid == geteuid() || geteuid() == 0 || status.st_uid == 0)
  }
}
