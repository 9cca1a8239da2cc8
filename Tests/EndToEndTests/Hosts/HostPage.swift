import Foundation

/// A page of `docs/install/`, whose files tests put in force.
struct HostPage {
  /// The page's name.
  let name: String
  private let lines: [Substring]

  /// Reads a page.
  init(_ name: String) throws {
    self.name = name
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let text = try String(contentsOf: root.appendingPathComponent("docs/install/" + name), encoding: .utf8)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The first block of a language, with words of the page replaced, each of which has to be there.
  func block(_ language: String, replacing words: [(String, String)] = []) throws -> String {
    guard let start = lines.firstIndex(of: "```" + language),
      let end = lines[(start + 1)...].firstIndex(of: "```")
    else { throw SceneError("\(name) has no block of \(language)") }
    var text = lines[(start + 1)..<end].joined(separator: "\n") + "\n"
    for (old, new) in words {
      guard text.contains(old) else { throw SceneError("`\(old)` is not in the block \(language) of \(name)") }
      text = text.replacingOccurrences(of: old, with: new)
    }
    return text
  }
}
