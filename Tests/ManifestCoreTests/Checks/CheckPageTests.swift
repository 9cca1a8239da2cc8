import Foundation
import Testing

@testable import ManifestCore

@Suite struct CheckPageTests {
  /// Compares `docs/checks/` with what the checks say, or writes it where `MLOPS_UPDATE_DOCS` is 1.
  @Test func theDocumentationIsUpToDate() throws {
    let root = SourceTree.root + "/docs/checks/"
    let files = CheckPages.files()
    let manager = FileManager.default
    let standing = Set(
      (manager.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") })
    let stray = standing.subtracting(files.map(\.path))
    if ProcessInfo.processInfo.environment["MLOPS_UPDATE_DOCS"] == "1" {
      for file in files {
        let url = URL(fileURLWithPath: root + file.path)
        try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.content.utf8).write(to: url)
      }
      for path in stray { try manager.removeItem(atPath: root + path) }
      return
    }
    let outdated = files.filter {
      (try? Data(contentsOf: URL(fileURLWithPath: root + $0.path))) != Data($0.content.utf8)
    }
    let paths = (outdated.map(\.path) + stray).sorted().joined(separator: ", ")
    #expect(outdated.isEmpty && stray.isEmpty, "docs/checks is not what the checks say (\(paths)): run `make docs`")
  }

  @Test func theIndexListsEveryCheck() {
    for name in CheckName.allCases {
      #expect(CheckPages.index.contains("| [`\(name.rawValue)`](\(name.rawValue).md) | \(name.info.title) |"))
    }
  }

  @Test(arguments: CheckName.allCases)
  func pagesSayEverything(_ name: CheckName) {
    let page = CheckPage(name)
    for text in [page.markdown, page.text] {
      #expect(text.contains(name.rawValue) && text.contains(name.info.title))
      #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
      #expect(!text.contains("\n\n\n"), "no two blank lines behind each other")
      let harmful = text.unicodeScalars.filter { $0 != "\n" && Text.isHarmful($0) }
      #expect(harmful.isEmpty, "nothing on a page is invisible")
    }
    let fences = page.markdown.split(separator: "\n").filter { $0.hasPrefix("```") }
    #expect(fences.count.isMultiple(of: 2))
    for example in name.info.examples {
      #expect(page.text.contains("\(example.outcome == .refused ? "Refused" : "Accepted"): \(example.title)"))
      for section in example.sections { if case .unknown(let header) = section.kind { Issue.record("\(header)") } }
    }
  }

  @Test func rendersSections() throws {
    let sections = ExampleSection.parse(
      """
      passed over
      -- before/policies/policy.yaml (excerpt) --
      spec: {}
      -- after/a.json (executable) --
      {}
      -- delete/b --
      -- and then --
      -- after/x.yaml (excerpt, without spec.a.b) --
      a: 1
      """)
    #expect(
      sections.map(\.caption) == [
        "`policies/policy.yaml` before the push (excerpt)", "`a.json` as pushed, executable", "`b` is removed",
        "And then, in a further commit", "`x.yaml` as pushed (excerpt), without `spec.a.b`",
      ])
    #expect(sections.map(\.body) == ["spec: {}\n", "{}\n", "", "", "a: 1\n"])
    #expect(sections.map(\.language) == ["yaml", "json", "text", "text", "yaml"])
  }
}
