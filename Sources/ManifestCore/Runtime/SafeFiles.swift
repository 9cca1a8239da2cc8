internal import CRuntime
private import Glibc

/// Files that the gate reads and writes on the host, so that a crash leaves whole ones and a planted link is not followed.
package enum SafeFiles {
  /// What reading a file gives.
  package enum Reading {
    case content([UInt8])
    case notThere
    case failed(String)
  }

  /// A file that could not be written.
  package struct WriteError: Error { package var message: String }

  /// The words of the last system error.
  package static var lastError: String { String(cString: strerror(errno)) }

  /// Reads a regular file of at most `maximum` bytes.
  package static func read(_ path: String, maximum: Int) -> Reading {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT ? .notThere : .failed(lastError) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .failed("it is no regular file")
    }
    guard status.st_size <= maximum else { return .failed("it has \(status.st_size) bytes, more than \(maximum)") }
    var content: [UInt8] = []
    // Most files are small, and many are read.
    var buffer = [UInt8](repeating: 0, count: min(65_536, max(4096, Int(status.st_size))))
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failed(lastError) }
      if count == 0 { return .content(content) }
      content += buffer[..<count]
      guard content.count <= maximum else { return .failed("it has more than \(maximum) bytes") }
    }
  }

  /// Makes a folder and those above it below `base`, each for its owner alone.
  package static func makeFolder(_ base: String, _ names: [String]) throws -> String {
    var path = base.utf8.last == UInt8(ascii: "/") ? String(base.dropLast()) : base
    for name in names {
      path += "/" + name
      if mkdir(path, 0o700) != 0, errno != EEXIST { throw WriteError(message: "`\(path)`: \(lastError)") }
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw WriteError(message: "`\(path)` is not a folder")
      }
      guard status.st_uid == geteuid() || geteuid() == 0 else {
        throw WriteError(message: "`\(path)` belongs to another user")
      }
    }
    return path
  }

  /// Writes a file whole or not at all: temporary file, fsync, rename, fsync of the folder.
  package static func write(_ content: [UInt8], folder: String, name: String) throws {
    try write(content, folder: folder, name: name, isDurable: true)
  }

  /// Writes a file whole or not at all.
  ///
  /// One that is not durable may be gone, or empty, after the machine failed.
  static func write(_ content: [UInt8], folder: String, name: String, isDurable: Bool) throws {
    let file = try stage(content, folder: folder, name: name)
    try publish([file], isDurable: isDurable)
  }

  /// A file that is written, and not yet in its place.
  struct Staged {
    fileprivate var folder: String
    fileprivate var temporary: String
    fileprivate var target: String
  }

  /// Writes a file beside its place, with a time of its own.
  static func stage(_ content: [UInt8], folder: String, name: String, time: RisingClock.Time? = nil) throws -> Staged {
    let temporary = "\(folder)/.\(name).\(getpid()).tmp"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw WriteError(message: "`\(temporary)`: \(lastError)") }
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw fail(descriptor, temporary) }
      rest = rest.dropFirst(count)
    }
    time?.set(on: descriptor)
    guard close(descriptor) == 0 || errno == EINTR else { throw fail(-1, temporary) }
    return Staged(folder: folder, temporary: temporary, target: folder + "/" + name)
  }

  /// Puts files into their places, whole: each is on the disk before it has its name, and has its name for good after.
  ///
  /// Several cost the disk little more than one. Where one fails, those that have no name yet are forgotten.
  static func publish(_ files: [Staged], isDurable: Bool = true) throws {
    var rest = files[...]
    do {
      if isDurable { for file in files { try sync(file.temporary) } }
      for file in files {
        guard rename(file.temporary, file.target) == 0 else {
          throw WriteError(message: "`\(file.target)`: \(lastError)")
        }
        rest = rest.dropFirst()
      }
    } catch {
      forget(Array(rest))
      throw error
    }
    if isDurable { for folder in Set(files.map(\.folder)) { try syncFolder(folder) } }
  }

  /// Removes files that are not in their places.
  static func forget(_ files: [Staged]) {
    for file in files { unlink(file.temporary) }
  }

  /// Waits until a file's content is on the disk.
  private static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw WriteError(message: "`\(path)`: \(lastError)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw WriteError(message: "`\(path)`: \(lastError)") }
  }

  private static func fail(_ descriptor: Int32, _ path: String) -> WriteError {
    let words = lastError
    if descriptor >= 0 { close(descriptor) }
    unlink(path)
    return WriteError(message: "`\(path)`: \(words)")
  }

  /// Makes the entries of a folder durable.
  package static func syncFolder(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw WriteError(message: "`\(path)`: \(lastError)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw WriteError(message: "`\(path)`: \(lastError)") }
  }

  /// Removes a file.
  package static func remove(_ path: String) { unlink(path) }

  /// Removes a folder of our own with all that is in it; links are removed, not followed.
  package static func removeFolder(_ path: String) {
    for name in names(in: path) {
      let inner = path + "/" + name
      if kind(inner) == .folder { removeFolder(inner) } else { unlink(inner) }
    }
    rmdir(path)
  }

  /// Lets two paths of one file system have each other's content at once; false where the file system cannot do it.
  package static func exchange(_ one: String, _ other: String) -> Bool { mlops_exchange(one, other) == 0 }

  /// The names of the files in a folder, sorted; none where it cannot be read.
  package static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether the files of a folder can be named.
  package static func canList(_ folder: String) -> Bool {
    guard let handle = opendir(folder) else { return false }
    closedir(handle)
    return access(folder, X_OK) == 0
  }

  /// What asking for a lock gives.
  enum Lock {
    /// It is held until the descriptor is closed, by the end of the process at the latest.
    case held(Int32)
    /// Another one holds it.
    case taken
    /// Its file cannot be opened, and why.
    case failed(String)
    /// While it was waited for, what it was wanted for was done.
    case needless
  }

  /// Asks for a lock for so many milliseconds at most.
  ///
  /// It is asked for again at once, then ever later up to 16 ms: whoever waits long costs those who work little.
  static func lock(_ path: String, patience: Int, unless isNeedless: () -> Bool = { false }) -> Lock {
    let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return .failed("`\(path)` cannot be locked: \(lastError)") }
    var pause = 1
    var waited = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard waited < patience else {
        close(descriptor)
        return .taken
      }
      usleep(UInt32(pause) * 1000)
      waited += pause
      pause = min(16, pause * 2)
      if isNeedless() {
        close(descriptor)
        return .needless
      }
    }
    return .held(descriptor)
  }

  /// A lock that is held until the descriptor is closed; nil where it is taken after so many tries, each 20 ms apart.
  package static func lock(_ path: String, waiting tries: Int) -> Int32? {
    if case .held(let descriptor) = lock(path, patience: tries * 20) { descriptor } else { nil }
  }

  /// Gives a lock back.
  package static func unlock(_ descriptor: Int32) { close(descriptor) }
}

extension SafeFiles {
  /// The last bytes of a file; none where it cannot be read.
  static func tail(_ path: String, maximum: Int) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, off_t(max(0, size - maximum)), SEEK_SET)
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while content.count < maximum {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      content += buffer[..<count]
    }
    return content
  }
}

extension SafeFiles {
  /// What a path itself is, links not followed.
  package enum Kind { case nothing, file, folder, link, other }

  /// Looks at a path without following a link.
  package static func kind(_ path: String) -> Kind {
    var status = stat()
    guard lstat(path, &status) == 0 else { return errno == ENOENT || errno == ENOTDIR ? .nothing : .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Whether a path leads to a folder.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// A path without links and dots; nil where there is nothing.
  package static func canonical(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension StandardStreams {
  /// Writes a file that others read, whole or not at all.
  public static func write(_ content: String, to path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty else { throw SafeFiles.WriteError(message: "`\(path)` names no file") }
    let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
    try SafeFiles.write(Array(content.utf8), folder: folder.isEmpty ? "/" : folder, name: String(name))
    chmod(path, 0o644)
  }

  /// Writes a generated file below a folder, making the folders on its way.
  public static func write(_ content: String, below folder: String, path: String) throws {
    var parts = path.split(separator: "/").map(String.init)
    guard let name = parts.popLast() else { return }
    var target = folder
    for part in [""] + parts {
      if !part.isEmpty { target += "/" + part }
      mkdir(target, 0o755)
    }
    try SafeFiles.write(Array(content.utf8), folder: target, name: name)
    chmod(target + "/" + name, 0o644)
  }
}
