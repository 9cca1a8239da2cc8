/// The messages, authors and approvals of random commits.
struct Messages {
  let dice: Dice
  let setting: Setting

  /// The message of a good commit: approved by whoever it may need.
  func good(_ draft: Draft) -> String {
    if let message = draft.message { return message }
    var lines = ["\(draft.subject)", ""]
    let people = Person.approvers.filter { $0 != draft.author && $0 != draft.committer }
    let literal = draft.base.policy == nil && setting.host == nil
    if literal || dice.chance(5) || draft.base.policy == nil && setting.host?.directoryOfRepository == true {
      lines += ["Approved-by: ml-opsリード", "Approved-by: ビジネスユニットLG"]
    }
    if !literal {
      lines += people.map { "Approved-by: \($0.ident)" }
    } else if draft.world.policy != nil {
      lines += ["Approved-by: \(Person.root.ident)"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A message that may or may not carry what is needed.
  func wild(_ draft: inout Draft) -> String {
    let label: String
    let text: String
    if dice.chance(25) { draft.author = dice.pick(Person.all) }
    if dice.chance(15) { draft.committer = dice.pick(Person.all) }
    let one = "Approved-by: \(dice.pick(Person.approvers).ident)"
    let two = Fixtures.approvals
    switch dice.below(40) {
    case 0...5: (label, text) = ("no approval", "Change\n")
    case 6: (label, text) = ("one approval", "Change\n\n\(one)\n")
    case 7: (label, text) = ("self", "Change\n\nApproved-by: \(draft.author.ident)\n\(two)")
    case 8: (label, text) = ("unknown", "Change\n\n\(one)\nApproved-by: X <x@example.com>\n")
    case 9: (label, text) = ("co-author", "Change\n\nCo-authored-by: Aiko <AIKO@example.com>\n\(two)")
    case 10: (label, text) = ("twice", "Change\n\n\(one)\n\(one)\n")
    case 11: (label, text) = ("wrong name", "Change\n\nApproved-by: Ken Sato <aiko@example.com>\n\(one)\n")
    case 12: (label, text) = ("middle paragraph", "Change\n\n\(two)\nLast words.\n")
    case 13: (label, text) = ("prose beside", "Change\n\nprose here\nSigned-off-by: Dev <dev@example.com>\n\(two)")
    case 14: (label, text) = ("divider", "Change\n\n\(one)\n\n---\n\nMore\n\n\(two)")
    case 15: (label, text) = ("scissors", "Change\n\n\(two)# ------------------------ >8 ------------------------\nx\n")
    case 16:
      (label, text) = (
        "folded", "Change\n\nApproved-by: Aiko Tanaka\n  <aiko@example.com>\nApproved-by: \(Person.ken.ident)\n"
      )
    case 17:
      (label, text) = ("near miss", "Change\n\nApproved by: \(Person.aiko.ident)\nApproved-By: \(Person.ken.ident)\n")
    case 18:
      (label, text) = ("other key", "Change\n\nReviewed-by: \(Person.aiko.ident)\nAcked-by: \(Person.ken.ident)\n")
    case 19: (label, text) = ("no brackets", "Change\n\nApproved-by: aiko@example.com\nApproved-by: Ken Sato\n")
    case 20:
      (label, text) = (
        "CRLF", "Change\r\n\r\nApproved-by: \(Person.aiko.ident)\r\nApproved-by: \(Person.ken.ident)\r\n"
      )
    case 21:
      (label, text) = ("lone CR", "Change\n\nApproved-by: \(Person.aiko.ident)\rApproved-by: \(Person.ken.ident)\n")
    case 22:
      (label, text) = ("alias", "Change\n\nApproved-by: A <aiko@old.example.com>\nApproved-by: <ken@example.com>\n")
    case 23: (label, text) = ("seed form", "Promotion: v1.1.0\n\nModel: x\nApproved by: ml-opsリード, ビジネスユニットLG\n")
    case 24:
      (label, text) = (
        "cherry pick", "Change\n\n\(two)(cherry picked from commit \(String(repeating: "a1", count: 20)))\n"
      )
    case 25: (label, text) = ("literal roles", "Change\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n")
    case 26: (label, text) = ("indented", "Change\n\n Approved-by: \(Person.aiko.ident)\n\(one)\n")
    case 27:
      (label, text) = ("no separator", "Change\nApproved-by: \(Person.aiko.ident)\nApproved-by: \(Person.ken.ident)\n")
    case 28:
      (label, text) = ("odd values", "Change\n\nApproved-by:\nApproved-by: <>\nApproved-by: a@b <c@d> e\n\(one)\n")
    case 29 where dice.chance(40):
      (label, text) = ("long", "Change\n\n\(String(repeating: "words and words\n", count: 4200))\n\(two)")
    case 29: (label, text) = ("NUL", "Change\u{0}\n\n\(two)")
    case 30:
      (label, text) = (
        "escapes", "Change \u{1b}[31m\u{202e}\n\nApproved-by: \u{1b}[31mAiko <aiko@example.com>\n\(one)\n"
      )
    case 31: (label, text) = ("blank", "\n")
    case 32:
      (label, text) = ("colon space", "Change\n\nApproved-by : \(Person.aiko.ident)\nApproved-by:\(Person.ken.ident)\n")
    case 33:
      let people = dice.some(Person.all)
      (label, text) = ("some people", "Change\n\n" + people.map { "Approved-by: \($0.ident)\n" }.joined())
    default: (label, text) = ("good message", good(draft))
    }
    draft.labels.append("message: \(label) by \(draft.author.name)")
    return text
  }
}
