import GitObjects
import Testing

@testable import ManifestCore

/// The text that approvers sign.
@Suite struct ApprovalStatementTests {
  private func id(_ digit: Character) throws -> ObjectID {
    try #require(ObjectID(hex: Array(String(repeating: digit, count: 40).utf8)))
  }

  private func statement() throws -> ApprovalStatement {
    ApprovalStatement(
      repository: "ml-platform/models", ref: bytes("refs/heads/main"),
      changes: [
        .init(path: bytes("deployments/production/churn.yaml"), old: try id("1"), new: try id("2"), since: try id("3"))
      ], evidence: [.init(path: bytes("models/churn/v2.5.0"), tree: try id("4"))], expires: "2026-12-31T00:00:00Z")
  }

  @Test func isTheTextOfTheContract() throws {
    let expected = """
      mlops approval v1
      repository: ml-platform/models
      ref: refs/heads/main
      change: deployments/production/churn.yaml \(try id("1")) \(try id("2")) \(try id("3"))
      evidence: models/churn/v2.5.0 \(try id("4"))
      expires: 2026-12-31T00:00:00Z

      """
    #expect(String(decoding: try statement().text, as: UTF8.self) == expected)
  }

  @Test func readsBackWhatItWritesAndNothingElse() throws {
    let statement = try statement()
    let lines = statement.text.split(separator: 10).map(Array.init)
    #expect(ApprovalStatement(lines: lines) == statement)
    for index in lines.indices {
      var fewer = lines
      fewer.remove(at: index)
      if index != 3, index != 4 { #expect(ApprovalStatement(lines: fewer) == nil, "without line \(index)") }
      var odd = lines
      odd[index] += bytes(" ")
      #expect(ApprovalStatement(lines: odd) != statement)
    }
    #expect(ApprovalStatement(lines: []) == nil)
  }

  @Test func oddPathsCannotForgeLines() throws {
    var statement = try statement()
    statement.changes[0].path = bytes("deployments/x\nexpires: 2099-01-01T00:00:00Z/README.md")
    let text = String(decoding: statement.text, as: UTF8.self)
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("expires: ") }.count == 1)
    #expect(text.contains("\"deployments/x\\012expires: 2099-01-01T00:00:00Z/README.md\""))
  }

  @Test func namesTheFieldThatDiffers() throws {
    let statement = try statement()
    func words(_ change: (inout ApprovalStatement) -> Void) -> String {
      var other = statement
      change(&other)
      return statement.differences(from: other).joined(separator: "; ")
    }
    let five = try id("5")
    #expect(words { _ in } == "")
    #expect(words { $0.ref = bytes("refs/heads/x") } == "the ref was `refs/heads/main`")
    #expect(words { $0.repository = "x" } == "the repository was `ml-platform/models`")
    #expect(words { $0.changes[0].new = five }.contains("was to become 2222222222, not 5555555555"))
    #expect(words { $0.changes[0].old = five }.contains("was 1111111111, and is 5555555555 now"))
    #expect(words { $0.changes[0].since = five }.contains("was changed since, by 5555555555"))
    #expect(words { $0.changes = [] }.contains("was changed, and is not now"))
    #expect(words { $0.evidence[0].tree = five }.contains("`models/churn/v2.5.0` was other"))
    #expect(words { $0.evidence.append(.init(path: bytes("models/x/v1"), tree: five)) }.contains("is now"))
    #expect(words { $0.expires = "2027-01-01T00:00:00Z" } == "the expiry was 2026-12-31T00:00:00Z")
  }
}
