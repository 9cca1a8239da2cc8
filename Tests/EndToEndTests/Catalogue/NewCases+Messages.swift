extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")
  private static let aiko = "Approved-by: Aiko Tanaka <aiko@example.com>\n"
  private static let ken = "Approved-by: Ken Sato <ken@example.com>\n"

  private static func message(_ id: String, _ title: String, by defences: String, _ text: String) -> AttackCase {
    AttackCase(id, .trailers, title, by: defences, AttackChange(promoted, message: text))
  }

  /// Messages that the catalogue did not list.
  static let newMessages: [AttackCase] = [
    message(
      "N17", "trailers of other names", by: "approval/missing",
      "x\n\n\(aiko)Reviewed-by: Ken Sato <ken@example.com>\nAcked-by: Ken Sato <ken@example.com>\n"),
    message(
      "N18", "a key that begins like the approval's", by: "approval/missing",
      "x\n\n\(aiko)Approved-by-proxy: Ken Sato <ken@example.com>\nNot-Approved-by: Ken Sato <ken@example.com>\n"),
    message("N19", "a fullwidth colon", by: "approval/missing", "x\n\n\(aiko)Approved-by\u{ff1a} ken@example.com\n"),
    message(
      "N20", "an address in the place of the name", by: "approval/missing",
      "x\n\n\(aiko)Approved-by: ken@example.com <mallory@example.com>\n"),
    message(
      "N21", "two addresses in one approval", by: "approval/missing, approval/malformed",
      "x\n\nApproved-by: Aiko Tanaka <aiko@example.com> <ken@example.com>\n"),
    message(
      "N22", "two people in one approval", by: "approval/missing, approval/malformed",
      "x\n\nApproved-by: aiko@example.com, ken@example.com\n"),
    message(
      "N23", "an approval for a title", by: "approval/missing, approval/malformed",
      "Approved-by: Aiko Tanaka <aiko@example.com>\nApproved-by: Ken Sato <ken@example.com>\n"),
    message(
      "N24", "a co-author under an old address", by: "approval/self",
      "x\n\nCo-authored-by: A. Tanaka <aiko@old.example.com>\n\(aiko)\(ken)"),
    message(
      "N25", "a co-author in odd spelling", by: "approval/self",
      "x\n\nco-AUTHORED-by: Aiko Tanaka <AIKO@EXAMPLE.COM>\n\(aiko)\(ken)"),
    message(
      "N26", "a co-author who is named outside of the last paragraph", by: "approval/self",
      "x\n\nCo-authored-by: Aiko Tanaka <aiko@example.com>\n\n\(aiko)\(ken)"),
    message(
      "N27", "a role's name where people are asked", by: "approval/missing",
      "x\n\nApproved-by: ml-ops\u{30ea}\u{30fc}\u{30c9}\nApproved-by: \u{30d3}\u{30b8}\u{30cd}\u{30b9}\u{30e6}\u{30cb}\u{30c3}\u{30c8}LG\n"
    ),
    message(
      "N28", "a login or a name without its address", by: "approval/missing",
      "x\n\nApproved-by: Aiko Tanaka\nApproved-by: Ken Sato\n"),
    message(
      "N29", "a comment inside of an address", by: "approval/missing",
      "x\n\n\(aiko)Approved-by: Ken Sato <ken(@evil.com)@example.com>\n"),
    message(
      "N30", "a subdomain and a plus address", by: "approval/missing",
      "x\n\n\(aiko)Approved-by: Ken Sato <ken+x@example.com>\nApproved-by: Ken Sato <ken@example.com.evil.com>\n"),
    message(
      "N31", "a quotation of somebody else's approval", by: "approval/missing",
      "x\n\n> \(aiko)> \(ken)"),
    message(
      "N32", "an approval behind a sign-off of git's own grammar", by: "approval/missing, approval/malformed",
      "x\n\nSigned-off-by: D <d@example.com>\nnot a trailer at all\n\(aiko)\(ken)"),
  ]
}
