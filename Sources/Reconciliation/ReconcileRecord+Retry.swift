import ManifestCore

extension ReconcileRecord {
  private static let folderName = "retry"

  /// Asks whoever makes the next pass to try again what failed: these deployments, or all; gives their names.
  ///
  /// Throws `TargetFailure` for a deployment that did not fail.
  package static func askAgain(_ names: [String], in folder: String, environment: String) throws -> [String] {
    let failed = load(folder, environment: environment).deployments.filter { $0.value.failures > 0 }.keys.sorted()
    for name in names where !failed.contains(name) {
      throw TargetFailure(
        "`\(Text.cut(name))` did not fail",
        fix: Suggestion.nearest(to: name, among: failed).map { "did you mean `\($0)`?" }
          ?? (failed.isEmpty ? "`mlops-reconciler status` shows how each fares" : "these did: \(Text.list(failed))"))
    }
    let asked = names.isEmpty ? failed : names
    guard !asked.isEmpty else { return [] }
    let place = try SafeFiles.makeFolder(folder, [folderName])
    for name in asked { try SafeFiles.write([], folder: place, name: name) }
    return asked
  }

  /// Forgets the failures of those that somebody wants to be tried again.
  mutating func tryAgain(_ folder: String) throws {
    let place = folder + "/" + Self.folderName
    let names = SafeFiles.names(in: place).filter { !$0.hasPrefix(".") }
    guard !names.isEmpty else { return }
    for name in names {
      deployments[name]?.failures = 0
      deployments[name]?.nextTry = 0
    }
    try save(folder)
    for name in names { SafeFiles.remove(place + "/" + name) }
  }
}
