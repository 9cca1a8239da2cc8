extension ApprovalLedger {
  /// Why an approval by a person does not count; nil where nothing is against it.
  func refusal(
    of person: Directory.Person, _ identity: PersonIdentity, _ source: ApprovalSource, _ directory: Directory
  ) -> Refusal? {
    if let name = identity.name, let text = String(validating: name, as: UTF8.self), text != person.name,
      let other = directory.person(name: text), other.email != person.email
    {
      return Refusal(
        check: .approvalMalformed, reason: "the address is \(person.email)'s, the name beside it \(other.email)'s",
        fix: "write the name that belongs to the address")
    }
    return exclusion(of: person, source, directory).map {
      Refusal(check: .approvalSelf, reason: $0, fix: "let somebody else approve")
    }
  }

  /// Why a person may not approve here; nil where nothing is against it.
  private func exclusion(of person: Directory.Person, _ source: ApprovalSource, _ directory: Directory) -> String? {
    let excluded = policy.policy.approvals.exclude
    for writer in source.writers where excluded.contains(writer.part) {
      let isThem = addresses(of: person.email.utf8).contains(Directory.key(writer.email))
      let isNamesake = person.name.map { PersonIdentity.sameName(writer.name, $0.utf8) } == true
      if isThem || isNamesake {
        return "\(person.email) is \(Self.article(writer.part)) of the change (\(writer.commit.short))"
      }
    }
    let pushers = directories.flatMap { pusher.people(in: $0) }
    if excluded.contains(.pusher),
      pushers.contains(where: { isOnePerson(Array($0.email.utf8), Array(person.email.utf8)) })
    {
      return "\(person.email) pushes the change"
    }
    return nil
  }

  static func article(_ part: Policy.ApprovalRules.Exclusion) -> String {
    switch part {
    case .author: "the author"
    case .committer: "the committer"
    case .coAuthor: "a co-author"
    case .pusher: "the pusher"
    }
  }

  /// Without a directory an approver's entry itself counts, unless it names who wrote the change.
  func literal(_ identity: PersonIdentity, _ source: ApprovalSource, _ entry: inout Entry) {
    let excluded = policy.policy.approvals.exclude
    for writer in source.writers where excluded.contains(writer.part) {
      let isTheirs =
        identity.isText(writer.name) || identity.hasName(writer.name) || identity.hasEmail(writer.email)
        || ASCII.equalIgnoringCase(identity.text, writer.email)
      if isTheirs {
        entry.refusal = Refusal(
          check: .approvalSelf, reason: "it is \(Self.article(writer.part)) of the change (\(writer.commit.short))",
          fix: "let somebody else approve")
        return
      }
    }
    if excluded.contains(.pusher), pusher.identities.contains(where: { identity.isText($0.name.utf8) }) {
      entry.refusal = Refusal(check: .approvalSelf, reason: "it pushes the change", fix: "let somebody else approve")
      return
    }
    guard let role = roles.first(where: { identity.isText($0.name.utf8) }) else {
      let near = Suggestion.nearest(to: Text.show(identity.text), among: roles.map(\.name))
      entry.refusal = Refusal(
        check: .approvalUnknown, reason: "it is none of the approvers that are needed",
        fix: near.map { "did you mean `\($0)`?" } ?? "write the approver as the manifest does")
      return
    }
    entry.address = Array(role.name.utf8)
  }
}
