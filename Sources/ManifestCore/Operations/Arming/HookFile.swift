internal import CRuntime
private import Glibc

/// One hook as git finds it: whether git would run it, and whether it is ours.
struct HookFile {
  /// Why a hook is not in force.
  struct Fault: Error {
    var message: String
    var fix: String
  }

  /// What stands behind a hook that is in force.
  struct Program {
    /// Our executable: the hook itself, or the one that the chain runs.
    var path: String
    /// Whether others than the owner may write it.
    var isOpen: Bool
    /// Who owns the hook.
    var owner: UInt32
    /// Whether it is another version than the one that was installed beside this program.
    var isOther: Bool
    /// Whose hook it is that git itself runs.
    var front = Front.own
  }

  /// What git runs.
  enum Front: Equatable {
    /// Our executable, or the chain.
    case own
    /// Gitolite's driver, which runs ours; whether others come behind it.
    case driver(isLast: Bool)
    /// Gitolite's own `update`, which runs ours only as a VREF.
    case gitoliteUpdate
  }

  /// Looks at a hook in the folder in which git looks for it.
  static func look(_ name: String, in folder: String, install: String) throws(Fault) -> Program {
    let path = folder + "/" + name
    let silence = "git runs nothing, and accepts every push"
    var link = stat()
    guard lstat(path, &link) == 0 else {
      throw Fault(message: "the hook `\(name)` is missing in `\(folder)`: \(silence)", fix: install)
    }
    let isLink = link.st_mode & S_IFMT == S_IFLNK
    let what = isLink ? "`\(name)` is a link" : "`\(name)`"
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Fault(message: "the hook \(what) that leads nowhere: \(silence)", fix: install)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Fault(message: "the hook `\(name)` is no regular file", fix: install)
    }
    // Root may run what anybody may; git asks as whoever receives.
    guard status.st_mode & 0o111 != 0, access(path, X_OK) == 0 else {
      throw Fault(
        message: isLink
          ? "the hook \(what) to a file that is not executable: \(silence)"
          : "the hook `\(name)` is not executable: \(silence)",
        fix: "chmod +x \(ShellWord.quoted(SafeFiles.canonical(path) ?? path))")
    }
    guard status.st_size > 0 else { throw Fault(message: "the hook `\(name)` is empty: \(silence)", fix: install) }
    let open = status.st_mode & 0o022 != 0
    switch kind(path, name) {
    case .ours: return Program(path: path, isOpen: open, owner: status.st_uid, isOther: InstalledHooks.has(name))
    case .installed: return Program(path: path, isOpen: open, owner: status.st_uid, isOther: false)
    case .zeros:
      throw Fault(
        message: "the hook `\(name)` holds nothing but zeros, as a write that was cut off leaves it: \(silence)",
        fix: install)
    case .unreadable: throw Fault(message: "the hook `\(name)` cannot be read", fix: install)
    case .chain:
      // A shim that runs the repository's own hooks first, then ours.
      let program = folder + "/mlops-hook/" + name
      let inner = kind(program, name)
      guard inner == .ours || inner == .installed, access(program, X_OK) == 0 else { break }
      return Program(
        path: program, isOpen: open, owner: status.st_uid, isOther: inner == .ours && InstalledHooks.has(name))
    case .driver:
      let driven = GitoliteHooks.driven(name, in: folder)
      guard let index = driven.firstIndex(where: { isOurs($0, name) }) else {
        throw Fault(
          message: "gitolite's driver is the hook `\(name)`, and runs no gate: what is missing or not executable, it "
            + "passes over, and takes the push",
          fix: "put the program in its place, and name it by `option hook.\(name)`: docs/install/gitolite.md")
      }
      let isOther = kind(driven[index], name) == .ours && InstalledHooks.has(name)
      return Program(
        path: driven[index], isOpen: open, owner: status.st_uid, isOther: isOther,
        front: .driver(isLast: index == driven.count - 1))
    case .gitolite:
      if name == "update" {
        return Program(path: path, isOpen: open, owner: status.st_uid, isOther: false, front: .gitoliteUpdate)
      }
    case .other: break
    }
    throw Fault(message: "the hook `\(name)` is not mlops-hook's", fix: install)
  }

  private enum Kind { case ours, installed, chain, driver, gitolite, zeros, other, unreadable }

  /// Whether a file is an executable of ours.
  static func isOurs(_ path: String, _ name: String) -> Bool { [.ours, .installed].contains(kind(path, name)) }

  /// What a file is by its bytes, which are looked at where they lie.
  ///
  /// To compare them with what was installed is the quickest: a host may have many repositories.
  private static func kind(_ path: String, _ name: String) -> Kind {
    InstalledHooks.withContent(path) { content in
      let isProgram = content.starts(with: [0x7f, 0x45, 0x4c, 0x46])
      if isProgram, InstalledHooks.isSame(content, name) { return .installed }
      return kind(content)
    } ?? .unreadable
  }

  private static func kind(_ content: UnsafeRawBufferPointer) -> Kind {
    guard let start = content.baseAddress else { return .zeros }
    func holds(_ text: String) -> Bool {
      let wanted = Array(text.utf8)
      return mlops_contains(start, UInt(content.count), wanted, UInt(wanted.count)) != 0
    }
    if content.starts(with: [0x7f, 0x45, 0x4c, 0x46]) { return holds("mlops-hook failed") ? .ours : .other }
    if content.starts(with: "#!".utf8) {
      if holds(GitoliteHooks.driver) { return .driver }
      if holds(GitoliteHooks.update) { return .gitolite }
      return holds("mlops-hook") ? .chain : .other
    }
    return content.prefix(1 << 16).allSatisfy { $0 == 0 } ? .zeros : .other
  }
}
