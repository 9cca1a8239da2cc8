import GitObjects

/// Why a repository cannot be looked at, in words for whoever runs a service on its host.
package enum OpeningWords {
  /// The words for what was thrown when a path was opened.
  package static func of(_ error: any Error, path: String) -> LocalCheck.CannotSay {
    let shown = Text.cut(path)
    switch error {
    case let error as LocalCheck.CannotSay: return error
    case let error as GitError where error.code == .notFound:
      return LocalCheck.CannotSay(
        "`\(shown)` is no git repository",
        fix: "name one by `--repo PATH`; `run`, `once` and `status` also take a folder of them, `--scan DIR`")
    case let error as GitError where error.code == .owner:
      return LocalCheck.CannotSay(
        "`\(shown)` belongs to another user than the one that asks, so git's rules forbid to read it",
        fix: "run it as the user that owns the repository")
    case let error as HostSettings.Invalid:
      return LocalCheck.CannotSay(
        error.message, fix: "`git -C \(ShellWord.quoted(path)) config --show-origin --get-regexp '^mlops'` shows where")
    case let error as GitError:
      return LocalCheck.CannotSay(
        "`\(shown)` cannot be opened: \(error.description)", fix: "look at its `config`, and at who may read it")
    default:
      let words = EmitOperation.words(error)
      return LocalCheck.CannotSay(words.message, fix: words.fix)
    }
  }
}
