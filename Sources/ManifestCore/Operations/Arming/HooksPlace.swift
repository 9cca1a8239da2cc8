import GitObjects

/// Where git looks for the hooks of a repository, and who says so.
struct HooksPlace {
  /// The folder.
  var folder: String
  /// Who sends git away from the repository's own `hooks`, and how to end that; nil where nobody does.
  var diversion: (who: String, fix: String)?
  /// The value of `core.hooksPath`; nil where it is not set.
  var setting: String?

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
    return HooksPlace(folder: folder, diversion: isOwn ? nil : (who, fix), setting: value)
  }

  /// The value of `core.hooksPath` that git takes: the environment's before the repository's before the user's.
  private static func setting(
    gitDirectory: String, _ context: HookContext
  ) throws -> (value: String, who: String, fix: String)? {
    if let handed = HandedSetting.all(context).last(where: { $0.name == "core.hookspath" }) {
      return (handed.value, handed.who, handed.fix)
    }
    let own = gitDirectory + "config"
    for file in HostSettings.files(context, gitDirectory: gitDirectory).reversed() {
      guard let value = try Configuration(files: [file]).value("core.hooksPath") else { continue }
      let words = file.path == own ? "of the repository" : "of `\(Text.cut(file.path))`"
      return (value, words, "git config --file \(ShellWord.quoted(file.path)) --unset-all core.hooksPath")
    }
    return nil
  }
}
