import Testing

@testable import ManifestCore

/// An example with the check that it belongs to.
struct NamedExample: Sendable, CustomTestStringConvertible {
  var check: CheckName
  var example: CheckExample

  var testDescription: String { "\(check.rawValue), \(example.outcome.rawValue): \(example.title)" }

  /// Every example of the catalogue.
  static let all = CheckName.allCases.flatMap { name in
    name.info.examples.map { NamedExample(check: name, example: $0) }
  }

  /// Where the example is written: what a failure points at.
  var location: SourceLocation {
    let file = example.fileID.split(separator: "/").last.map(String.init) ?? ""
    let folder = SourceTree.root + "/Sources/ManifestCore/Checks/\(CheckPage(check).folder)/"
    return SourceLocation(fileID: example.fileID, filePath: folder + file, line: example.line, column: 1)
  }
}

@Suite struct CheckExampleTests {
  @Test(arguments: NamedExample.all)
  func saysWhatThePageSays(_ named: NamedExample) throws {
    try judge(named)
  }

  private func judge(_ named: NamedExample) throws {
    func fail(_ words: String, _ verdict: Verdict) {
      let found = verdict.findings.map { finding in
        let path = Text.show(finding.place.path ?? finding.place.ref ?? [])
        let mark = finding.place.mark.map { ":\($0.line):\($0.column)" } ?? ""
        return "\n  \(finding.severity) \(path)\(mark): \(finding.message) [\(finding.check.rawValue)]"
      }
      let list = found.isEmpty ? "\n  nothing" : found.joined()
      Issue.record("\(named.testDescription): \(words); the gate says:\(list)", sourceLocation: named.location)
    }

    let push = try ExamplePush(named.example)
    let verdict = try ExampleJudge.judge(push)
    if named.example.outcome == .accepted {
      if verdict.updates.isEmpty { fail("something is judged", verdict) }
      if !verdict.isAccepted { fail("an accepted example passes the whole catalogue", verdict) }
      return
    }
    let companions = named.check.companions
    if verdict.errors.contains(where: { $0.check != named.check && !companions.contains($0.check) }) {
      fail("a refused example is refused by its own check alone", verdict)
    }
    let own = verdict.errors.filter { $0.check == named.check }
    if own.isEmpty { fail("a refused example is refused by its check", verdict) }
    let targets = Set(
      own.compactMap { finding in
        finding.place.mark.map {
          ExamplePush.Target(path: Text.show(finding.place.path ?? []), line: $0.line, column: $0.column)
        }
      })
    // What is typed shows no file to stand a mark in.
    if push.commands == nil, targets != push.targets {
      let wanted = push.targets.map(\.description).sorted().joined(separator: ", ")
      fail("the findings point at \(wanted.isEmpty ? "no line" : wanted), where the marks stand", verdict)
    }
    if own.contains(where: { $0.fix == nil }) { fail("every finding says what to do", verdict) }
  }
}

extension CheckName {
  /// Why an approval does not count is only said where one is missing.
  fileprivate var companions: Set<CheckName> {
    switch self {
    case .approvalSelf, .approvalUnknown, .approvalMalformed, .approvalUnsigned: [.approvalMissing]
    default: []
    }
  }
}
