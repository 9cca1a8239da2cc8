import ManifestCore

/// Which environment a deployment's folder belongs to, where several share a place.
struct PlaceOwner {
  /// The environment that we work for; empty: whatever there is belongs to us.
  let environment: String

  private static let fileName = ".mlops-environment"

  /// Whether another environment has put a deployment's folder there.
  func isForeign(_ folder: String) -> Bool { holder(of: folder) != nil }

  /// Takes a deployment's folder for our environment; throws where another one has it.
  func claim(_ folder: String) throws {
    if let holder = holder(of: folder) {
      throw TargetFailure(
        "`\(Text.cut(folder))` holds a deployment of the environment `\(Text.cut(holder))`",
        fix: "name another `path` for one of the two environments; if that one is gone, remove the folder")
    }
    guard !environment.isEmpty, known(folder) == nil else { return }
    try Disk.makeFolders(folder)
    try Disk.write(environment + "\n", to: folder + "/" + Self.fileName)
  }

  /// Gives a folder back that somebody else goes on with.
  func release(_ folder: String) { SafeFiles.remove(folder + "/" + Self.fileName) }

  private func holder(of folder: String) -> String? {
    guard !environment.isEmpty, let known = known(folder), known != environment else { return nil }
    return known
  }

  private func known(_ folder: String) -> String? {
    Disk.read(folder + "/" + Self.fileName, maximum: 4096).map {
      String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self)
    }
  }
}
