private import Glibc

/// A file of secrets, as far as it can be told without reading them: regular, no link, and for its owner alone.
package enum SecretPlace {
  /// The largest file that is read, in bytes.
  package static let maximumBytes = 65_536

  /// Why a file cannot be used.
  package struct Refused: Error {
    /// What is wrong.
    package var message: String
    /// What to do.
    package var fix: String
  }

  /// Why a program of some user would not read a file; nil where it would.
  package static func problem(_ path: String, user: UInt32) -> Refused? {
    do {
      close(try open(path, user: user))
      return nil
    } catch {
      return error
    }
  }

  /// Opens a file that belongs to the user that the program runs as, or to root.
  package static func open(_ path: String) throws(Refused) -> Int32 { try open(path, user: geteuid()) }

  private static func open(_ path: String, user: UInt32) throws(Refused) -> Int32 {
    let shown = Text.cut(path)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ELOOP {
        throw Refused(message: "the secret file `\(shown)` is a link", fix: "name the file itself")
      }
      throw Refused(
        message: "the secret file `\(shown)` cannot be read: \(SafeFiles.lastError)",
        fix: "make it, owned by the user that the program runs as, with mode 0600")
    }
    do throws(Refused) {
      try check(descriptor, shown, user)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func check(_ descriptor: Int32, _ shown: String, _ user: UInt32) throws(Refused) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Refused(message: "the secret file `\(shown)` is no regular file", fix: "name a regular file")
    }
    guard status.st_uid == user || status.st_uid == 0 else {
      throw Refused(
        message: "the secret file `\(shown)` belongs to user \(status.st_uid), who could change it",
        fix: "chown \(user) \(shown)")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Refused(message: "others than its owner can use the secret file `\(shown)`", fix: "chmod 600 \(shown)")
    }
    guard status.st_size <= maximumBytes else {
      throw Refused(
        message: "the secret file `\(shown)` has \(status.st_size) bytes, more than \(maximumBytes)",
        fix: "keep one secret a line in it, and nothing else")
    }
  }
}

extension SafeFiles {
  /// The user that a path belongs to; our own where there is nothing.
  static func owner(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : geteuid()
  }
}
