import ArgumentParser
import ManifestCore

/// Where a verb reads: the same two spellings for all of them.
struct RepositoryOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("repo")],
    help: ArgumentHelp("The repository; the one around the current folder otherwise.", valueName: "dir"),
    completion: .directory)
  var repo = "."
  /// What `register` called it once.
  @Option(name: .customLong("repo-dir"), help: .hidden)
  var repoDir: String?

  /// The folder that is meant.
  var path: String { repoDir ?? repo }
}
