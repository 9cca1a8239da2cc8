import Foundation
import Testing

@testable import ManifestCore

/// What every check has in common, so that each page reads like the others.
@Suite struct CatalogueShapeTests {
  /// Checks whose refusal no small push can show, and where they are tested instead.
  static let withoutExamples: [CheckName: String] = [
    .hostInternal: "takes a broken repository: HostCheckTests",
    .hostTimeout: "takes a host that is too slow: HostCheckTests",
  ]

  /// Checks of what a push is, which files alone do not show.
  private static let byCommands: Set<CheckName> = [
    .pushMalformed, .commitMalformed, .treeMalformed, .historyDelete, .historyRewrite, .historyFoxtrot, .historyTag,
    .hostLimit,
  ]

  @Test(arguments: CheckName.allCases)
  func standsInAFileOfItsOwn(_ name: CheckName) throws {
    let info = name.info
    #expect(info.name == name)
    #expect(Self.isName(name.rawValue), "a name is `family/kebab-case`")
    let case_ = "\(name)"
    let stem = case_.prefix(1).uppercased() + case_.dropFirst()
    let path = "Sources/ManifestCore/Checks/\(CheckPage(name).folder)/\(stem).swift"
    let file = SourceTree.swiftFiles(below: "Sources/ManifestCore/Checks").first { $0.path == path }
    let text = try #require(file, "`\(name.rawValue)` is described in \(path)").text
    #expect(text.contains("static let \(case_) = CheckInfo("))
    for example in info.examples {
      // Where there are many, some stand in `Name+Topic.swift` beside it.
      #expect(["\(stem).swift", "\(stem)+"].contains { example.fileID.hasPrefix("ManifestCore/" + $0) })
    }
  }

  @Test func namesAreUnique() {
    let names = CheckName.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    let lower = Set(CheckName.allCases.map { CheckPage($0).path.lowercased() })
    #expect(lower.count == names.count, "a page per check, also where a file system folds case")
  }

  @Test(arguments: CheckName.allCases)
  func saysWhyAndWhatToDo(_ name: CheckName) throws {
    let info = name.info
    let first = try #require(info.title.unicodeScalars.first)
    #expect(first == "`" || first.properties.isLowercase, "a title is lower case: \(info.title)")
    #expect(!info.title.hasSuffix("."), "a title has no full stop: \(info.title)")
    #expect(!info.title.contains("\n") && info.title.count <= 100, "a title is one line: \(info.title)")
    for text in [info.rationale, info.remedy, info.exception] {
      #expect(text.count >= 6 && text.last == ".", "a text ends with a full stop: \(text)")
      #expect(!text.contains("TODO"))
    }
    #expect(info.rationale.count >= 100, "the reason takes more than a phrase")
    for text in [info.title, info.rationale, info.remedy, info.exception] {
      #expect(text.filter { $0 == "`" }.count.isMultiple(of: 2), "backticks come in pairs: \(text)")
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 }, "lines fit a terminal")
    }
  }

  @Test(arguments: CheckName.allCases)
  func hasExamplesOfBothKinds(_ name: CheckName) throws {
    let examples = name.info.examples
    if let reason = Self.withoutExamples[name] {
      #expect(examples.isEmpty && !reason.isEmpty)
      return
    }
    #expect(examples.contains { $0.outcome == .refused })
    #expect(examples.contains { $0.outcome == .accepted })
    #expect(Set(examples.map(\.title)).count == examples.count, "titles tell the examples apart")
    for example in examples {
      #expect(!example.title.hasSuffix(".") && !example.title.contains("\n"))
      let usesCommands = example.sections.contains { $0.kind == .commands }
      // Merges are typed as well: who merges and who wrote is what such an example is about.
      let mayUseCommands = Self.byCommands.contains(name) || name.family == "approval"
      #expect(!usesCommands || mayUseCommands, "\(name.rawValue): \(example.title)")
      let hasMark = example.text.contains(CheckExample.mark)
      #expect(example.outcome == .refused || !hasMark, "an accepted example points at nothing: \(example.title)")
    }
  }

  @Test func theExampleRepositoryItselfIsAccepted() throws {
    let example = CheckExample.accepted("a file that is not governed", "-- after/notes.md --\nNothing.\n")
    let verdict = try ExampleJudge.judge(try ExamplePush(example))
    #expect(verdict.isAccepted && verdict.findings.isEmpty, "\(verdict.findings.map(\.message))")
    let first = CheckExample.accepted(
      "the manifest of the examples, as it stands",
      "-- after/\(ExampleRepository.deployment) (excerpt) --\nkind: ModelDeployment\nmetadata:\n  labels: {a: b}\n")
    #expect(try ExampleJudge.judge(try ExamplePush(first)).isAccepted)
  }

  @Test func textsNameOnlyCommandsThatThereAre() throws {
    let verbs = SourceTree.swiftFiles(below: "Sources/mlops-hook").flatMap { file in
      file.text.components(separatedBy: "commandName: \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }
    let files = SourceTree.swiftFiles(below: "Sources/mlops-hook").map { $0.path.split(separator: "/").last ?? "" }
    let known = Set(verbs + files.map { $0.dropLast(".swift".count).lowercased() })
    for page in CheckPages.files() {
      for rest in page.content.components(separatedBy: "`mlops-hook ").dropFirst() {
        let verb = String(rest.prefix { $0.isLetter || $0 == "-" })
        #expect(known.contains(verb), "\(page.path) names `mlops-hook \(verb)`, which is not there")
      }
    }
  }

  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.first != "-" && part.last != "-"
          && part.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-") }
      }
  }
}
