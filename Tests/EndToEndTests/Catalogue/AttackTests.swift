import Foundation
import Testing

/// The catalogue of ways around the gate, pushed; and the page that is made of it.
@Suite("Catalogue of attacks") struct AttackTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let pushed = AttackCase.all.filter { $0.pushes.count > 0 }

  @Test("a push that must not land is refused, as check says, and no ref moves", arguments: pushed)
  func refused(_ attack: AttackCase) throws {
    for push in attack.pushes { try push() }
  }

  @Test("every test that a case names is there") func named() throws {
    var texts: [String] = []
    let tests = Self.root.appendingPathComponent("Tests")
    for case let path as String in FileManager.default.enumerator(atPath: tests.path) ?? .init()
    where path.hasSuffix(".swift") {
      texts.append(try String(contentsOf: tests.appendingPathComponent(path), encoding: .utf8))
    }
    #expect(texts.count > 100)
    let names = Set(AttackCase.all.flatMap(\.tests))
    #expect(names.count > 50)
    for name in names {
      let parts = name.split(separator: ".").map(String.init)
      let isThere =
        parts.count == 2
        && texts.contains {
          ($0.contains("struct \(parts[0]) ") || $0.contains("extension \(parts[0]) "))
            && $0.contains("func \(parts[1])(")
        }
      #expect(isThere, "there is no test \(name)")
    }
  }

  @Test("every check that a case names has its page, and no number comes twice") func wellFormed() {
    let checks = Set(AttackCase.all.flatMap(\.defences).filter(DefencesPage.isCheck))
    #expect(checks.count > 20)
    for check in checks {
      let page = Self.root.appendingPathComponent("docs/checks/\(check).md").path
      #expect(FileManager.default.fileExists(atPath: page), "\(check) is no check")
    }
    #expect(Set(AttackCase.all.map(\.id)).count == AttackCase.all.count)
    #expect(AttackCase.all.allSatisfy { !$0.proofs.isEmpty && !$0.defences.isEmpty && !$0.title.contains("|") })
  }

  @Test("docs/defences.md is what the cases say") func page() throws {
    let file = Self.root.appendingPathComponent("docs/defences.md")
    if ProcessInfo.processInfo.environment["MLOPS_UPDATE_DOCS"] == "1" {
      try Data(DefencesPage.text.utf8).write(to: file)
      return
    }
    let standing = try? String(contentsOf: file, encoding: .utf8)
    #expect(standing == DefencesPage.text, "docs/defences.md is not what the cases say: run `make docs`")
  }
}

extension AttackCase {
  /// The pushes that the case makes itself.
  var pushes: [@Sendable () throws -> Void] {
    proofs.compactMap {
      if case .push(let run) = $0 { run } else { nil }
    }
  }

  /// The tests of other suites that it names.
  var tests: [String] {
    proofs.compactMap {
      if case .test(let name) = $0 { name } else { nil }
    }
  }
}
