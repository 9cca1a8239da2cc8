/// A setting that the environment hands to git, git-config(1): it counts more than those of any file.
struct HandedSetting {
  /// The key: section and variable in lower case, what stands between them as it is.
  var name: String
  /// Its value.
  var value: String
  /// The variable that it came in.
  var variable: String

  /// Where it came from, in words.
  var who: String { "of the environment (`\(variable)`)" }
  /// How to end that.
  var fix: String {
    "let nothing that starts git on this host set `\(variable == "GIT_CONFIG_COUNT" ? "GIT_CONFIG_*" : variable)`; "
      + "no `AcceptEnv GIT_*` in `sshd_config`"
  }

  /// All of them, in the order in which git reads them: the last one of a key counts.
  static func all(_ context: HookContext) -> [HandedSetting] { ofCount(context) + ofParameters(context) }

  /// What `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n` say.
  private static func ofCount(_ context: HookContext) -> [HandedSetting] {
    guard let count = context.variable("GIT_CONFIG_COUNT").flatMap({ Int($0) }), count > 0 else { return [] }
    return (0..<min(count, 1000)).compactMap { index in
      guard let key = context.variable("GIT_CONFIG_KEY_\(index)") else { return nil }
      let value = String(decoding: context.environment["GIT_CONFIG_VALUE_\(index)"] ?? [], as: UTF8.self)
      return HandedSetting(name: normalised(key), value: value, variable: "GIT_CONFIG_COUNT")
    }
  }

  /// What `git -c` hands on: `'key=value'`, or since git 2.31 `'key'='value'`, one after the other.
  private static func ofParameters(_ context: HookContext) -> [HandedSetting] {
    guard let text = context.variable("GIT_CONFIG_PARAMETERS") else { return [] }
    return words(text).map { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A key alone is true, to git.
      let value = parts.count == 2 ? String(parts[1]) : "true"
      return HandedSetting(name: normalised(String(parts[0])), value: value, variable: "GIT_CONFIG_PARAMETERS")
    }
  }

  private static func normalised(_ key: String) -> String {
    guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: "."), first != last else {
      return key.lowercased()
    }
    return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
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
