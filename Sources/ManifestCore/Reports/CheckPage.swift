/// The page of one check: as Markdown for `docs/checks/`, as plain text for `mlops-hook explain`.
public struct CheckPage: Sendable {
  /// What the page is about.
  public let info: CheckInfo

  /// Creates the page of a check.
  public init(_ name: CheckName) { info = name.info }

  /// Where the page stands below `docs/checks/`.
  public var path: String { "\(info.name.rawValue).md" }

  /// The folder below `Checks/` in which the check's file stands.
  var folder: String { Self.capitalised(info.name.family) }

  /// The page as Markdown.
  public var markdown: String {
    var page = "# \(info.name.rawValue)\n\nRefuses: \(info.title).\n"
    page += "\n## Why\n\n\(info.rationale)\n\n## What to do\n\n\(info.remedy)\n"
    page += "\n## When an exception is right\n\n\(info.exception)\n\n\(Self.breakGlass(info))\n"
    for outcome in [CheckExample.Outcome.refused, .accepted] {
      let examples = info.examples.filter { $0.outcome == outcome }
      if examples.isEmpty { continue }
      page += "\n## \(outcome == .refused ? "Refused" : "Accepted")\n"
      for example in examples { page += "\n### \(Self.capitalised(example.title))\n\n\(Self.markdown(example))" }
    }
    if hasMarks {
      page += "\n`\(CheckExample.mark)` stands before the place that the problem points at. "
    } else {
      page += "\n"
    }
    return page + "The examples play in [this repository](../README.md#the-repository-of-the-examples).\n"
  }

  /// The page as plain text, 100 columns at most where the texts themselves allow it.
  public var text: String {
    var page = "\(info.name.rawValue): \(info.title)\n"
    func add(_ heading: String, _ body: String) {
      page += "\n\(heading)\n\n\(Self.indented(body, by: 2))"
    }
    add("Why", info.rationale)
    add("What to do", info.remedy)
    add("When an exception is right", info.exception + "\n" + Self.breakGlass(info))
    for outcome in [CheckExample.Outcome.refused, .accepted] {
      for example in info.examples where example.outcome == outcome {
        add("\(Self.capitalised(outcome.rawValue)): \(example.title)", Self.plain(example))
      }
    }
    if hasMarks { page += "\n\(CheckExample.mark) stands before the place that the problem points at.\n" }
    return page
  }

  /// Whether a policy's `break_glass` may override the check, in a sentence.
  private static func breakGlass(_ info: CheckInfo) -> String {
    info.canBeOverridden
      ? "In an emergency, those whom the policy's `break_glass` names may override it, for the record."
      : "A break-glass does not override it."
  }

  private var hasMarks: Bool { info.examples.contains { $0.text.contains(CheckExample.mark) } }

  // MARK: Examples

  private static func markdown(_ example: CheckExample) -> String {
    var text = ""
    for section in example.sections {
      let body = shown(section.body)
      text += text.isEmpty ? "" : "\n"
      text += body.isEmpty ? "\(section.caption).\n" : "\(section.caption):\n\n```\(section.language)\n\(body)```\n"
    }
    return text
  }

  private static func plain(_ example: CheckExample) -> String {
    var text = ""
    for section in example.sections {
      let body = shown(section.body)
      text += text.isEmpty ? "" : "\n"
      text += body.isEmpty ? "\(section.caption)\n" : "\(section.caption):\n\(indented(body, by: 4))"
    }
    return text
  }

  /// Lines in which everything can be seen: what an example hides on purpose becomes `\u{…}`.
  private static func shown(_ body: String) -> String {
    body.split(separator: "\n", omittingEmptySubsequences: false).map { Text.escape(String($0)) }
      .joined(separator: "\n")
  }

  private static func indented(_ text: String, by columns: Int) -> String {
    let margin = String(repeating: " ", count: columns)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? "\n" : margin + $0 + "\n" }.joined()
  }

  private static func capitalised(_ text: String) -> String {
    guard let first = text.first, first != "`" else { return text }
    return first.uppercased() + text.dropFirst()
  }
}
