import Testing

@testable import ManifestCore

/// Who is named by an approval, by a co-author's line and by the seed's own form.
@Suite struct PeopleTests {
  @Test(arguments: [
    ("Aiko Tanaka <aiko@example.com>", "Aiko Tanaka", "aiko@example.com"),
    (" <a@b>\t", nil, "a@b"), ("a@b", nil, "a@b"), ("ml-opsリード", nil, nil), ("a b@c", nil, nil),
    ("Kenji\u{3000}Mori <k@m>", "Kenji\u{3000}Mori", "k@m"), ("a@b@c", nil, nil),
  ]) func readsPeople(_ value: String, _ name: String?, _ email: String?) {
    let person = PersonIdentity(value.utf8)
    #expect(person.problem == nil)
    #expect(person.name == name.map { [UInt8]($0.utf8) })
    #expect(person.email == email.map { [UInt8]($0.utf8) })
  }

  @Test(arguments: [
    ("", PersonProblem.empty), ("A <a@b> <c@d>", .twoAddresses), ("A <<a@b>", .twoAddresses),
    ("A <a@b", .unbalanced), ("A a@b>", .unbalanced), ("A> <a@b>", .unbalanced), ("A <a@b> x", .textBehind),
    ("A <a@b>>", .textBehind), ("A <>", .emptyEmail), ("A <a b>", .blankInEmail),
    ("ali\u{200B}ce", .invisible("\u{200B}")), ("\u{202E}ecila", .invisible("\u{202E}")),
    ("\u{A0}x", .invisible("\u{A0}")), ("a\u{C}b", .invisible("\u{C}")), ("a\u{7F}", .invisible("\u{7F}")),
    ("a\u{2028}b", .invisible("\u{2028}")), ("a\tb", .invisible("\t")),
  ]) func refusesMalformedPeople(_ value: String, _ problem: PersonProblem) {
    let person = PersonIdentity(value.utf8)
    #expect(person.problem == problem)
    #expect(person.email == nil && person.name == nil)
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(PersonIdentity([0x61, 0xFF]).problem == .encoding)
  }

  @Test func comparesAddressesByASCIIAndNamesByUnicode() {
    let person = PersonIdentity("Zoe\u{308} K <Kim@X.org>".utf8)
    #expect(person.hasEmail("kIM@x.ORG".utf8))
    #expect(!PersonIdentity("\u{212A}im@x.org".utf8).hasEmail("kim@x.org".utf8))
    #expect(person.hasName("Zo\u{EB} K".utf8))
    #expect(!person.hasName("zo\u{EB} k".utf8))
    #expect(!PersonIdentity.sameName([0xFF], [0xFE]))
  }

  @Test(arguments: [
    ("Co-authored-by: A <a@b>\n", ["a@b"]), ("s\n\nco-AUTHORED-by \t: A <a@b>\nx\n", ["a@b"]),
    ("s\n\n  Co-authored-by:a@b\n\nApproved-by: x\n", ["a@b"]), ("s\n\nCo-authored-by: A\n <a@b>\n", ["a@b"]),
    ("s\rCo-authored-by: A <a@b>\r\n", ["a@b"]), ("Co-authored-by: A <a@b>, B <c@d>\n", ["a@b", "c@d"]),
    ("Co-authored-by: A <a@b>\nCo-authored-by: C <c@d>", ["a@b", "c@d"]), ("Co-authored-by A <a@b>\n", []),
    ("with Co-authored-by: A <a@b>\n", []),
  ]) func readsCoAuthors(_ message: String, _ emails: [String]) {
    let found = MessageTrailers.parse([UInt8](message.utf8)).coAuthors()
    #expect(found.compactMap(\.email).map { String(decoding: $0, as: UTF8.self) } == emails)
  }

  @Test(arguments: [
    ("Promotion: m\n\nFrom: a\nApproved by: A, B \nPromotion ID: 1\n", ["A", "B"]),
    ("Promotion: m\r\n\r\nApproved by: A,,ml-ops\r\n", ["A", "ml-ops"]),
    ("Promotion: m\nApproved by: A\n", ["A"]),
    ("Promotion: m\n\nApproved by: A\nprose\n", nil), ("Promotion: m\n\nApproved by: A\n\nFrom: b\n", nil),
    ("promotion: m\n\nApproved by: A\n", nil), ("Promotion: m\n\nApproved-by: A\n", nil),
    ("Promotion: m\n\nApproved by:A\n", nil), ("Promotion: m\n\nApproved by: A\rB\n", nil), ("", nil),
  ]) func readsTheSeedsOwnForm(_ message: String, _ approvers: [String]?) {
    let found = MessageTrailers.parse([UInt8](message.utf8)).seedApprovals()
    #expect(found?.map { String(decoding: $0.value, as: UTF8.self) } == approvers)
  }
}
