/// The repository that is to host what `init` makes, as it answers before anything is made.
struct InitRemote {
  /// Where it is.
  let url: String
  /// Why it cannot be reached; nil where it answers.
  let complaint: String?

  /// Asks the remote, and refuses one that holds something already.
  init(_ named: String, _ git: GitProgram) throws {
    // git takes a path from the root of the repository; whoever types it means it from here.
    url = SafeFiles.isFolder(named) ? SafeFiles.canonical(named) ?? named : named
    let answer = try git.run(["ls-remote", "--", url])
    complaint = answer.isSuccess ? nil : answer.complaint
    let names = answer.output.split(separator: 10).compactMap { $0.split(separator: 9).last.map(Array.init) }
    let held = names.filter { $0.starts(with: bytes("refs/heads/")) || $0.starts(with: bytes("refs/tags/")) }
    guard answer.isSuccess, !held.isEmpty else { return }
    let shown = held.prefix(3).map { Text.show($0.dropFirst(5)) } + (held.count > 3 ? ["\(held.count - 3) more"] : [])
    throw Refused(
      "`\(Text.cut(url))` is not empty, it holds \(Text.list(shown)): nothing was made",
      fix: "add to what is there: `git clone \(ShellWord.quoted(url))`, and `mlops-hook init` in the clone")
  }
}
