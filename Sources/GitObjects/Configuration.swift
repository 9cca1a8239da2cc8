internal import CGit2
private import Glibc

/// git's configuration: system, global and repository, as `git config` would read them.
public final class Configuration {
  private let handle: OpaquePointer

  /// Reads the configuration files that git itself would read, in its order; files that are not there are passed over.
  ///
  /// libgit2 1.5 does not know git's environment variables for them, so the files are named one by one. It also takes any
  /// failure to look at a file for a file that is not there, so that a machine without free descriptors would have the
  /// default settings: whatever a file holds must have been read, or this throws.
  public init(files: [File]) throws(GitError) {
    guard GitLibrary.started else { throw GitError(.other, operation: "start libgit2") }
    var new: OpaquePointer?
    try git("make a configuration") { git_config_new(&new) }
    guard let new else { throw GitError(.other, operation: "make a configuration") }
    handle = new
    var filled: [(level: git_config_level_t, path: String)] = []
    for file in files {
      let level: git_config_level_t
      switch file.level {
      case .system: level = GIT_CONFIG_LEVEL_SYSTEM
      case .xdg: level = GIT_CONFIG_LEVEL_XDG
      case .global: level = GIT_CONFIG_LEVEL_GLOBAL
      case .repository: level = GIT_CONFIG_LEVEL_LOCAL
      }
      guard let content = try Self.content(file) else { continue }
      let status = git_config_add_file_ondisk(new, file.path, level, nil, 0)
      if status < 0 { throw GitError.last(status, "read the configuration \(file.path)") }
      git_error_clear()
      if Self.holdsEntries(content) { filled.append((level, file.path)) }
    }
    guard !filled.isEmpty else { return }
    let levels = try levels()
    for file in filled where !levels.contains(file.level.rawValue) {
      throw GitError(.other, operation: "read the configuration \(file.path)")
    }
  }

  /// The bytes of a file; nil where it is not there or, as with git, where another's may not be read.
  private static func content(_ file: File) throws(GitError) -> [UInt8]? {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let isPassedOver = [ENOENT, ENOTDIR].contains(errno) || (errno == EACCES && file.level != .repository)
      if isPassedOver { return nil }
      throw unreadable(file)
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return content }
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(file)
      }
      content += buffer[..<count]
      // What follows the first lines says nothing new about whether there are any entries.
      if content.count > 1 << 20 { return content }
    }
  }

  private static func unreadable(_ file: File) -> GitError {
    GitError(.other, operation: "read the configuration \(file.path): \(String(cString: strerror(errno)))")
  }

  /// Whether a file holds more than comments and the heads of sections, git-config(1).
  static func holdsEntries(_ content: [UInt8]) -> Bool {
    content.split { $0 == 0x0a || $0 == 0x0d }.contains { line in
      guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return false }
      if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { return false }
      guard first == UInt8(ascii: "["), let end = line.lastIndex(of: UInt8(ascii: "]")) else { return first != 0x5b }
      // A key may stand behind the head of its section.
      let rest = line[(end + 1)...].first { $0 != 0x20 && $0 != 0x09 }
      return rest.map { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ";") } ?? false
    }
  }

  /// The levels of which there are entries.
  private func levels() throws(GitError) -> Set<git_config_level_t.RawValue> {
    var iterator: OpaquePointer?
    try git("read the configuration") { git_config_iterator_new(&iterator, handle) }
    defer { git_config_iterator_free(iterator) }
    var found: Set<git_config_level_t.RawValue> = []
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let status = git_config_next(&entry, iterator)
      if status == GIT_ITEROVER.rawValue { return found }
      guard status >= 0, let entry else { throw GitError.last(status, "read the configuration") }
      found.insert(entry.pointee.level.rawValue)
    }
  }

  deinit { git_config_free(handle) }

  /// One file of the configuration.
  public struct File: Sendable {
    /// How far a file reaches.
    public enum Level: Sendable {
      /// The whole machine.
      case system
      /// One user, below `XDG_CONFIG_HOME`.
      case xdg
      /// One user.
      case global
      /// One repository.
      case repository
    }

    /// Its level; a later level wins.
    public var level: Level
    /// Its path.
    public var path: String

    /// Creates a file of the configuration.
    public init(level: Level, path: String) {
      self.level = level
      self.path = path
    }
  }

  /// Every value of a key that may be repeated, in the order of the files.
  public func values(_ key: String) throws(GitError) -> [String] {
    let wanted = Configuration.normalised(key)
    return try entries(matching: ".").filter { $0.name == wanted }.map(\.value)
  }

  /// A key as libgit2 names it: section and variable in lower case, what stands between them as it is.
  static func normalised(_ key: String) -> String {
    guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: "."), first != last else {
      return key.lowercased()
    }
    return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
  }

  /// The value that is in force for a key: the last one.
  public func value(_ key: String) throws(GitError) -> String? { try values(key).last }

  /// Every entry whose normalised name matches a regular expression.
  public func entries(matching pattern: String) throws(GitError) -> [(name: String, value: String)] {
    var iterator: OpaquePointer?
    try git("read the configuration") { git_config_iterator_glob_new(&iterator, handle, pattern) }
    defer { git_config_iterator_free(iterator) }
    var found: [(name: String, value: String)] = []
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let status = git_config_next(&entry, iterator)
      if status == GIT_ITEROVER.rawValue { return found }
      guard status >= 0, let entry else { throw GitError.last(status, "read the configuration") }
      // A key without `=` has no value: to git that is true.
      let value = entry.pointee.value.map { String(cString: $0) } ?? "true"
      found.append((String(cString: entry.pointee.name), value))
    }
  }
}
