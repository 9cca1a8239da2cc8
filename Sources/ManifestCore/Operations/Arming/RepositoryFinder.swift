/// Finds bare repositories below folders, links not followed.
package struct RepositoryFinder: Sendable {
  /// How deep below a folder repositories are looked for, where nothing else is said.
  package static let usualDepth = 4
  /// The most repositories that are served.
  static let maximum = 10_000

  private let repositories: [String]
  private let folders: [String]
  private let depth: Int

  /// Looks for some repositories by their paths, and for what lies below some folders.
  package init(repositories: [String], folders: [String], depth: Int) {
    self.repositories = repositories
    self.folders = folders
    self.depth = depth
  }

  /// The repositories that are there now, each once.
  package func paths() -> [String] {
    var found: [String] = []
    var known: Set<String> = []
    for path in repositories {
      let whole = SafeFiles.canonical(path) ?? path
      // A log, and whoever reads it, knows nothing of the folder that a relative path is meant from.
      if known.insert(whole).inserted { found.append(path.utf8.first == UInt8(ascii: "/") ? path : whole) }
    }
    for folder in folders { look(folder, depth, &found, &known) }
    return found
  }

  private func look(_ folder: String, _ depth: Int, _ found: inout [String], _ known: inout Set<String>) {
    guard found.count < Self.maximum else { return }
    if Self.isRepository(folder) {
      if known.insert(SafeFiles.canonical(folder) ?? folder).inserted { found.append(folder) }
      return
    }
    guard depth > 0 else { return }
    for name in SafeFiles.names(in: folder) where name.utf8.first != UInt8(ascii: ".") {
      let path = folder + (folder.utf8.last == UInt8(ascii: "/") ? "" : "/") + name
      if SafeFiles.kind(path) == .folder { look(path, depth - 1, &found, &known) }
    }
  }

  /// What lies below the folders and cannot be looked into, or is a repository in part only: what `paths` passes over.
  package func doubtful() -> [String] {
    var found: [String] = []
    for folder in folders { doubt(folder, depth, &found) }
    return found
  }

  private func doubt(_ folder: String, _ depth: Int, _ found: inout [String]) {
    guard found.count < Self.maximum, !Self.isRepository(folder) else { return }
    let parts = ["objects", "refs", "HEAD"].filter { SafeFiles.kind(folder + "/" + $0) != .nothing }
    guard SafeFiles.canList(folder), parts.count < 2 else { return found.append(folder) }
    guard depth > 0 else { return }
    for name in SafeFiles.names(in: folder) where name.utf8.first != UInt8(ascii: ".") {
      let path = folder + (folder.utf8.last == UInt8(ascii: "/") ? "" : "/") + name
      if SafeFiles.kind(path) == .folder { doubt(path, depth - 1, &found) }
    }
  }

  /// What git itself takes for a bare repository.
  private static func isRepository(_ path: String) -> Bool {
    SafeFiles.kind(path + "/objects") == .folder && SafeFiles.kind(path + "/HEAD") == .file
      && SafeFiles.kind(path + "/refs") != .nothing && SafeFiles.kind(path + "/config") == .file
  }
}
