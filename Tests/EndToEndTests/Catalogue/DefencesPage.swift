/// `docs/defences.md`, made from the table of cases.
enum DefencesPage {
  /// The whole page.
  static var text: String {
    var lines = [
      "# What is defended",
      "",
      "Every way around the gate that is known to its makers: what is defended, by which check or setting, and the test",
      "that shows it. A case with `AttackTests` is pushed by that suite, under its number. The table is made from the",
      "tests (`make docs`), and a test compares the two. Numbers stay; those with an `N` were found while building.",
      "What is not defended stands in the [threat model](threat-model.md).",
    ]
    for section in AttackCase.Section.allCases {
      let cases = AttackCase.all.filter { $0.section == section }
      lines += ["", "## \(section.rawValue)", "", "| No. | Defended | By | Test |", "| --- | --- | --- | --- |"]
      for one in cases {
        lines.append("| \(one.id) | \(one.title) | \(one.defences.map(link).joined(separator: ", ")) | \(tests(one)) |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether a defence is the name of a check.
  static func isCheck(_ defence: String) -> Bool {
    let parts = defence.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLowercase || $0 == "-" } }
  }

  private static func link(_ defence: String) -> String {
    isCheck(defence) ? "[`\(defence)`](checks/\(defence).md)" : defence
  }

  private static func tests(_ one: AttackCase) -> String {
    one.proofs.map {
      switch $0 {
      case .test(let name): "`\(name)`"
      case .push: "`AttackTests`"
      }
    }.joined(separator: ", ")
  }
}
