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

  @Argument(help: "The name of a check, as it stands in brackets behind a problem. Without one: the list of all.")
  var check: String?

  func run() throws {
    guard let check else {
      for name in CheckName.allCases { StandardStreams.writeOutput(Terminal.line(name.rawValue)) }
      return
    }
    guard CheckName(rawValue: check) != nil else {
      throw cannotSay("there is no check `\(check)`", fix: "`mlops-hook explain` lists them")
    }
  }
}
