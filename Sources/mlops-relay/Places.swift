import ArgumentParser
import Delivery
import ManifestCore

/// Which repositories a verb is about.
struct Places: ParsableArguments {
  @Option(help: ArgumentHelp("A repository; may be repeated.", valueName: "path"))
  var repo: [String] = []
  @Option(
    help: ArgumentHelp("A folder below which bare repositories are looked for; may be repeated.", valueName: "dir"))
  var scan: [String] = []
  @Option(help: ArgumentHelp("How many folders deep --scan looks.", valueName: "n"))
  var depth = RepositoryFinder.usualDepth

  func validate() throws {
    guard (0...16).contains(depth) else { throw ValidationError("--depth is a number from 0 to 16.") }
  }

  /// The finder; the current folder where nothing is named.
  var finder: RepositoryFinder {
    RepositoryFinder(repositories: repo.isEmpty && scan.isEmpty ? ["."] : repo, folders: scan, depth: depth)
  }

  /// The repositories that are there now; none at all cannot be what was meant.
  func paths() throws -> [String] {
    let paths = finder.paths()
    guard !paths.isEmpty else {
      throw LocalCheck.CannotSay(
        "there is no bare repository below \(scan.joined(separator: ", "))",
        fix: "name one by --repo, or look deeper by --depth")
    }
    return paths
  }
}
