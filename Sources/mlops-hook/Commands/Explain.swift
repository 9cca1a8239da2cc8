import ArgumentParser
import ManifestCore

/// Tells all about one check.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell why a check exists, what passes it and what to do.",
    discussion: """
        mlops-hook explain metric/threshold
        mlops-hook explain
      """)

  @Option(help: .hidden)
  var pages: String?
  @Argument(
    help: "The name of a check, as it stands in brackets behind a problem. Without one: the list of all.",
    completion: .words(.checks))
  var check: String?

  func run() throws {
    if let pages { return try writePages(to: pages) }
    guard let check else {
      let width = CheckName.allCases.map(\.rawValue.count).max() ?? 0
      for name in CheckName.allCases {
        let gap = String(repeating: " ", count: width - name.rawValue.count + 2)
        StandardStreams.writeOutput(Terminal.line(name.rawValue + gap + name.info.title))
      }
      return
    }
    guard let name = CheckName(rawValue: check) else {
      let near = CheckName.nearest(to: check)
      throw cannotSay(
        "there is no check `\(check)`",
        fix: near.map { "did you mean `\($0.rawValue)`?" } ?? "`mlops-hook explain` lists them")
    }
    StandardStreams.writeOutput(CheckPage(name).text)
  }

  private func writePages(to folder: String) throws {
    do {
      for (path, content) in CheckPages.files() { try StandardStreams.write(content, below: folder, path: path) }
    } catch {
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
  }
}
