import Testing

@testable import ManifestCore

/// What counts as an approval, what git reads, and what is said where they differ.
@Suite struct MessageTrailersTests {
  @Test(arguments: Tail.all) func countsTheStrictPart(_ tail: Tail) {
    #expect(tail.parsed.trailers.approvals == tail.ours)
  }

  @Test(arguments: Tail.all, GitTrailerReader.Reading.allCases)
  func readsAsGitDoes(_ tail: Tail, _ reading: GitTrailerReader.Reading) {
    let read = GitTrailerReader([UInt8](tail.message.utf8), as: reading)
    #expect(read.trailers.approvals == tail.expected(reading))
  }

  @Test(arguments: Tail.all) func refusesWhatReadsDifferently(_ tail: Tail) {
    let found = tail.parsed.gitReadsDifferently(forKeys: approvalKeys)
    #expect(found?.line == tail.ambiguousAt, "\(String(describing: found))")
    #expect((found == nil) == (tail.interpret == tail.ours && tail.log == tail.ours))
  }

  @Test(arguments: Tail.all) func namesWhatOnlyLooksLikeAnApproval(_ tail: Tail) {
    #expect(tail.parsed.nearMisses(forKeys: approvalKeys).map(\.line) == tail.nearMisses)
  }

  @Test(arguments: [
    ("s\n\nApproved-by: x\n\nmore\n", "it stands before the last paragraph: line 5, `more`, comes behind it"),
    ("s\nApproved-by: x\n", "it stands in the first paragraph, which is the title"),
    ("s\n\nprose\nApproved-by: x\n", "line 3 of its paragraph, `prose`, is no `Key: value` line"),
    ("s\n\nApproved\u{2010}by: x\n", "its key holds <U+2010>, where `Approved-by` has none"),
    ("s\n\nApproved-\u{200B}by: x\n", "its key holds <U+200B>, where `Approved-by` has none"),
    ("s\n\nApproved by: x\n", "its key is not `Approved-by`"),
    ("s\n\nApproved-by : x\n", "a blank stands before its colon"),
    ("s\n\nApproved-by:x\n", "no space follows its colon"),
    ("s\n\nApproved-by= x\n", "it has `=` where the colon belongs"),
    ("s\n\nApproved-by\u{FF1A} x\n", "it has `\u{FF1A}` (<U+FF1A>) where the colon belongs"),
    ("s\n\nApproved-by x\n", "it has no colon"),
    ("s\n\nApproved-by: \n", "it has no value"),
    ("s\n\nApproved-by: x\n y\n", "its value goes on in the next line"),
    ("s\n\n  Approved-by: x\n", "it is indented"),
    ("s\n\n* Approved-by: x\n", "something stands before `Approved-by`"),
  ]) func saysWhyALineDoesNotCount(_ message: String, _ reason: String) {
    let found = MessageTrailers.parse([UInt8](message.utf8)).nearMisses(forKeys: approvalKeys)
    #expect(found.map(\.reason) == [reason])
    #expect(found.allSatisfy { !$0.fix.isEmpty })
  }

  @Test func givesLinesAndTheParagraph() {
    let parsed = MessageTrailers.parse([UInt8]("s\n\nb\n\nApproved-by: x\nBug: 1\n\n".utf8))
    #expect(parsed.paragraph == 5..<7)
    #expect(parsed.trailers.map(\.line) == [5, 6])
    #expect(parsed.values(forKeys: ["bug", "Reviewed-by"]).map(\.line) == [6])
  }

  @Test(arguments: ["s\n\nApproved-by: a\n\0hidden", "\0s\n\nApproved-by: a\n"])
  func countsNothingBesideANUL(_ message: String) {
    #expect(MessageTrailers.parse([UInt8](message.utf8)).trailers.isEmpty)
  }

  @Test(arguments: [
    "Approved-by: x\n", "Approved-by:\n", " \n", "\r", "#\n", "---\n", "\u{200B}", "Co-authored-by: x\n ",
  ])
  func staysLinear(_ piece: String) {
    let bytes = [UInt8](("s\n\n" + String(repeating: piece, count: 65536 / piece.utf8.count)).utf8)
    let clock = ContinuousClock()
    let time = clock.measure {
      let parsed = MessageTrailers.parse(bytes)
      _ = parsed.gitReadsDifferently(forKeys: approvalKeys)
      _ = parsed.nearMisses(forKeys: approvalKeys)
      _ = parsed.coAuthors()
      _ = parsed.seedApprovals()
    }
    #expect(time < .seconds(20), "\(time)")
  }
}
