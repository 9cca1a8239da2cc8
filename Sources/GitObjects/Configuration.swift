internal import CGit2

/// git's configuration: system, global and repository, as `git config` would read them.
public final class Configuration {
  private let handle: OpaquePointer

  /// Reads the configuration files that git itself would read, in its order; files that are not there are passed over.
  ///
  /// libgit2 1.5 does not know git's environment variables for them, so the files are named one by one.
  public init(files: [File]) throws(GitError) {
    guard GitLibrary.started else { throw GitError(.other, operation: "start libgit2") }
    var new: OpaquePointer?
    try git("make a configuration") { git_config_new(&new) }
    guard let new else { throw GitError(.other, operation: "make a configuration") }
    handle = new
    for file in files {
      let level: git_config_level_t
      switch file.level {
      case .system: level = GIT_CONFIG_LEVEL_SYSTEM
      case .xdg: level = GIT_CONFIG_LEVEL_XDG
      case .global: level = GIT_CONFIG_LEVEL_GLOBAL
      case .repository: level = GIT_CONFIG_LEVEL_LOCAL
      }
      let status = git_config_add_file_ondisk(new, file.path, level, nil, 0)
      if status < 0, status != GIT_ENOTFOUND.rawValue {
        throw GitError.last(status, "read the configuration \(file.path)")
      }
      git_error_clear()
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
