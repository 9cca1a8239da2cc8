import Testing

@testable import GitObjects

/// What commit objects say, and what readers of them could disagree about.
@Suite struct CommitParserTests {
  private static let tree = "tree " + String(repeating: "1", count: 40) + "\n"
  private static let one = "parent " + String(repeating: "2", count: 40) + "\n"
  private static let two = "parent " + String(repeating: "3", count: 40) + "\n"
  private static let author = "author A Name <a@example.com> 100 +0000\n"
  private static let committer = "committer C Name <c@example.com> 200 +0100\n"

  private static func parse(_ text: String) -> Commit? {
    Array(text.utf8).withUnsafeBytes { CommitParser.commit(.zero, $0) }
  }

  @Test func readsASoundCommit() throws {
    let commit = try #require(
      Self.parse(Self.tree + Self.one + Self.two + Self.author + Self.committer + "\nsubject\n\nbody\n"))
    #expect(commit.tree.hex == String(repeating: "1", count: 40))
    #expect(commit.parents.map(\.hex) == [String(repeating: "2", count: 40), String(repeating: "3", count: 40)])
    #expect(commit.author == CommitIdentity(name: Array("A Name".utf8), email: Array("a@example.com".utf8)))
    #expect(commit.committer.email == Array("c@example.com".utf8))
    #expect(commit.claimedTime == 200)
    #expect(commit.message == Array("subject\n\nbody\n".utf8))
    #expect(commit.anomalies.isEmpty)
  }

  @Test(
    arguments: [
      (tree + author + author + committer + "\nm", .severalPeople),
      (tree + author + committer + committer + "\nm", .severalPeople),
      (tree + committer + author + "\nm", .header),
      (tree + author + one + committer + "\nm", .header),
      (tree + committer + "\nm", .header),
      (tree + author + committer, .header),
      (tree + author + committer + "encoding latin1\n\nm", .encoding),
      (tree + author + committer + "gpgsig a\n b\ngpgsig c\n\nm", .severalSignatures),
      (tree + author + committer + "\nm\0n", .zeroByte),
      (tree + one + one + author + committer + "\nm", .repeatedParent),
      (tree + "author A <a@x> <b@x> 1 +0000\n" + committer + "\nm", .identity),
      (tree + "author A a@x 1 +0000\n" + committer + "\nm", .identity),
      (tree + "author A <a@x> soon +0000\n" + committer + "\nm", .identity),
      (
        tree + author + committer + "\n" + String(repeating: "m", count: Commit.maximumMessage + 1),
        .longMessage(Commit.maximumMessage + 1)
      ),
    ] as [(String, Commit.Anomaly)])
  func saysWhatIsOdd(_ text: String, _ anomaly: Commit.Anomaly) {
    #expect(Self.parse(text)?.anomalies.contains(anomaly) == true)
  }

  @Test func refusesWhatHasNoTree() {
    for text in [
      "", "tree 12\n\n", Self.author + Self.tree + "\n", "tree " + String(repeating: "G", count: 40) + "\n\n",
    ] {
      #expect(Self.parse(text) == nil)
    }
  }

  @Test func saysThatAMessageIsNotText() {
    let bytes = Array((Self.tree + Self.author + Self.committer + "\n").utf8) + [0xC3, 0x28]
    #expect(bytes.withUnsafeBytes { CommitParser.commit(.zero, $0) }?.anomalies == [.notUTF8])
  }
}
