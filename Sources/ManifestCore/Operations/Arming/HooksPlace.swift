import GitObjects

/// Where git looks for the hooks of a repository, and who says so.
struct HooksPlace {
  /// The folder.
  var folder: String
  /// Who sends git away from the repository's own `hooks`, and how to end that; nil where nobody does.
  var diversion: (who: String, fix: String)?

  /// The place that holds for a repository with this environment and these files of configuration.
  static func find(gitDirectory: String, context: HookContext) throws -> HooksPlace {
    let own = gitDirectory + "hooks"
    guard let (value, who, fix) = try setting(gitDirectory: gitDirectory, context) else {
      return HooksPlace(folder: own, diversion: nil)
    }
    var path = value
    if path.utf8.starts(with: "~/".utf8), let home = context.variable("HOME") {
      path = home + String(decoding: path.utf8.dropFirst(), as: UTF8.self)
    }
    let folder = HostSettings.absolute(path, gitDirectory)
    let isOwn = SafeFiles.canonical(folder).map { $0 == SafeFiles.canonical(own) } ?? false
    return HooksPlace(folder: folder, diversion: isOwn ? nil : (who, fix))
  }

  /// The value of `core.hooksPath` that git takes: the environment's before the repository's before the user's.
  private static func setting(
    gitDirectory: String, _ context: HookContext
  ) throws -> (value: String, who: String, fix: String)? {
    if let value = ofParameters(context) {
      return (
        value, "of the environment (`GIT_CONFIG_PARAMETERS`)",
        "let nothing that starts git on this host set `GIT_CONFIG_PARAMETERS`; no `AcceptEnv GIT_*` in `sshd_config`"
      )
    }
    if let value = ofCount(context) {
      return (
        value, "of the environment (`GIT_CONFIG_COUNT`)",
        "let nothing that starts git on this host set `GIT_CONFIG_*`; no `AcceptEnv GIT_*` in `sshd_config`"
      )
    }
    let own = gitDirectory + "config"
    for file in HostSettings.files(context, gitDirectory: gitDirectory).reversed() {
      guard let value = try Configuration(files: [file]).value("core.hooksPath") else { continue }
      let words = file.path == own ? "of the repository" : "of `\(Text.cut(file.path))`"
      return (value, words, "git config --file \(ShellWord.quoted(file.path)) --unset-all core.hooksPath")
    }
    return nil
  }

  /// What `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n` say, git-config(1); the last one counts.
  private static func ofCount(_ context: HookContext) -> String? {
    guard let count = context.variable("GIT_CONFIG_COUNT").flatMap({ Int($0) }), count > 0 else { return nil }
    var found: String?
    for index in 0..<min(count, 1000)
    where context.variable("GIT_CONFIG_KEY_\(index)")?.lowercased() == "core.hookspath" {
      found = String(decoding: context.environment["GIT_CONFIG_VALUE_\(index)"] ?? [], as: UTF8.self)
    }
    return found
  }

  /// What `git -c` hands on: `'key=value'`, or since git 2.31 `'key'='value'`, one after the other.
  private static func ofParameters(_ context: HookContext) -> String? {
    guard let text = context.variable("GIT_CONFIG_PARAMETERS") else { return nil }
    var found: String?
    for word in words(text) {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, parts[0].lowercased() == "core.hookspath" { found = String(parts[1]) }
    }
    return found
  }

  /// The words of a text as git quotes it for a shell.
  private static func words(_ text: String) -> [String] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped:
        word.append(byte)
        isEscaped = false
      case UInt8(ascii: "'"): isQuoted.toggle()
      case UInt8(ascii: "\\") where !isQuoted: isEscaped = true
      case 0x20 where !isQuoted:
        words.append(word)
        word = []
      default: word.append(byte)
      }
    }
    return (words + [word]).filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }
}
