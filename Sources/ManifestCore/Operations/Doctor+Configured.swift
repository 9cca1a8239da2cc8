import GitObjects

extension Doctor {
  /// The hooks that a gate consists of, by the names of git's events.
  private static let events = ["pre-receive", "update", "post-receive", "reference-transaction"]

  /// A hook that git 2.54 and later takes from its configuration: `hook.<name>.…`.
  private struct ConfiguredHook {
    var name: String
    var command: String?
    var events: [String] = []
    var isEnabled = true

    var shown: String { "hook.\(Text.cut(name))" }
  }

  /// Looks at hooks that are configured, which git runs before the one in the folder, and at switches.
  ///
  /// They can refuse beside the gate, and never accept in its place. What counts as the gate are hooks in files: git
  /// before 2.54 reads no others, and any repository's configuration turns those off.
  mutating func examineConfiguredHooks(_ configuration: Configuration) throws {
    for hook in try configuredHooks(configuration) {
      // A name of an event is a switch for all of its hooks.
      if Self.events.contains(hook.name) {
        if !hook.isEnabled {
          fail(
            "`\(hook.shown).enabled` is false, by which git may run no hook `\(hook.name)`",
            "git config --unset-all \(ShellWord.quoted("hook.\(hook.name).enabled")), or the same in the environment")
        }
        continue
      }
      let events = hook.events.filter(Self.events.contains)
      guard !events.isEmpty else { continue }
      let list = Text.list(events)
      guard let command = hook.command else {
        warn(
          "`\(hook.shown)` is for \(list), and has no command: git 2.54 and later then takes no push",
          "git config --unset-all \(ShellWord.quoted("hook.\(hook.name).event"))")
        continue
      }
      let program = command.split(separator: " ").first.map(String.init) ?? ""
      let isOurs = events.contains { HookFile.isOurs(program, $0) }
      if !hook.isEnabled {
        guard isOurs else { continue }
        warn("`\(hook.shown)` is the gate for \(list), and is not enabled", "the hooks in the folder are what counts")
      } else if isOurs {
        note(
          "`\(hook.shown)` is the gate for \(list), which git before 2.54 does not read and any repository can turn off",
          "let the hooks in the folder be the gate: docs/install/newer-git.md")
      } else {
        note(
          "git 2.54 and later runs `\(Text.cut(command))` (`\(hook.shown)`) before the hook \(list)",
          "it can refuse, and never accept in the place of the gate")
      }
    }
  }

  /// All that files and environment configure, in the order of their first mention.
  private func configuredHooks(_ configuration: Configuration) throws -> [ConfiguredHook] {
    let entries =
      try configuration.entries(matching: "^hook\\.")
      + HandedSetting.all(context).filter { $0.name.utf8.starts(with: "hook.".utf8) }.map { ($0.name, $0.value) }
    var hooks: [ConfiguredHook] = []
    for (key, value) in entries {
      // What stands between the first point and the last one is the hook's name.
      let rest = key.utf8.dropFirst("hook.".utf8.count)
      guard let point = rest.lastIndex(of: UInt8(ascii: ".")) else { continue }
      let name = String(decoding: rest[..<point], as: UTF8.self)
      if !hooks.contains(where: { $0.name == name }) { hooks.append(ConfiguredHook(name: name)) }
      guard let index = hooks.firstIndex(where: { $0.name == name }) else { continue }
      switch String(decoding: rest[rest.index(after: point)...], as: UTF8.self) {
      case "command": hooks[index].command = value
      case "event": hooks[index].events = value.isEmpty ? [] : hooks[index].events + [value]
      case "enabled": hooks[index].isEnabled = !["false", "no", "off", "0", ""].contains(value.lowercased())
      default: break
      }
    }
    return hooks
  }
}
