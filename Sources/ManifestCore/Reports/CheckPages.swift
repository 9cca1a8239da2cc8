/// All pages below `docs/checks/`, made from the checks themselves.
public enum CheckPages {
  /// Every file with its path below `docs/checks/`, sorted by path.
  public static func files() -> [(path: String, content: String)] {
    var files = CheckName.allCases.sorted().map { name in
      let page = CheckPage(name)
      return (path: page.path, content: page.markdown)
    }
    files.insert((path: "README.md", content: index), at: 0)
    return files
  }

  /// The table of all checks, and the repository that the examples play in.
  public static var index: String {
    var page = """
      # The checks

      What the gate can refuse, each with its page. `mlops-hook explain <check>` prints the same.
      These pages are generated from `Sources/ManifestCore/Checks/`, whose examples are tests: `make docs` writes them.

      The last column says whether a policy's [`break_glass`](../break-glass.md) may override it.

      | check | refuses | break-glass |
      | --- | --- | --- |

      """
    for name in CheckName.allCases.sorted() {
      page +=
        "| [`\(name.rawValue)`](\(name.rawValue).md) | \(name.info.title) | \(name.info.canBeOverridden ? "yes" : "no") |\n"
    }
    page += """

      ## The repository of the examples

      Each example is a push to `refs/heads/main` of a repository that holds the files below. Of a file that is shown as
      an excerpt, the other fields are as they stand here. Where an example shows no message, its commits carry the
      approvals that they need. \(ExampleRepository.author) writes them, and pushes as `\(ExampleRepository.pusher)`.
      Where there is a policy, the directory below stands beside it.

      """
    for file in ExampleRepository.files { page += block(file.path, file.content) }
    page += block("policies/approvers.yaml", ExampleRepository.approvers)
    page += block("policies/policy.yaml", ExampleRepository.policy)
    return page
  }

  private static func block(_ path: String, _ content: String) -> String {
    "\n`\(path)`:\n\n```\(path.hasSuffix(".json") ? "json" : "yaml")\n\(content)```\n"
  }
}
