import Foundation

/// The package's own sources, for tests that read them.
enum SourceTree {
  /// The folder of the package.
  static let root: String = {
    var path = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { path.deleteLastPathComponent() }
    return path.path
  }()

  /// The Swift files below a folder of the package, with their paths from its root, sorted.
  static func swiftFiles(below folder: String) -> [(path: String, text: String)] { files(below: folder, ".swift") }

  /// The files of an ending below a folder of the package, with their paths from its root, sorted.
  static func files(below folder: String, _ ending: String) -> [(path: String, text: String)] {
    let base = root + "/" + folder
    let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
      (try? String(contentsOfFile: base + "/" + name, encoding: .utf8)).map { ("\(folder)/\(name)", $0) }
    }
  }
}
