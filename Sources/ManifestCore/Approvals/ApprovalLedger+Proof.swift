extension ApprovalLedger {
  /// Whether approvals need signatures.
  var needsSignatures: Bool { policy.policy.approvals.signed }

  /// Looks for the signature that proves an approval.
  ///
  /// Where the policy asks for none, one that is good is told as such, and one that is not changes nothing. `count` is how
  /// many lines the message has, though only the first are read.
  func prove(_ entry: inout Entry, _ lines: [SignatureLine], of count: Int) throws {
    guard needsSignatures || !lines.isEmpty && policy.policy.repository != nil else { return }
    let address = entry.address
    var keys: [SSHPublicKey] = []
    for directory in directories { keys += directory.person(email: address)?.publicKeys ?? [] }
    guard needsSignatures else {
      // Nothing depends on it: what cannot be looked at, or is not good, is a claim like any other.
      if case .good(let keys)? = signatures.claim(of: lines, keys: keys, isTheirs: { isOnePerson($0, address) }) {
        entry.keys = keys
      }
      return
    }
    switch try signatures.outcome(of: lines, keys: keys, over: folder, isTheirs: { isOnePerson($0, address) }) {
    case .good(let keys): entry.keys = keys
    case .refused(let reason, let fix): entry.refusal = Refusal(check: .approvalUnsigned, reason: reason, fix: fix)
    case nil where count > SignatureLine.maximum:
      entry.refusal = Refusal(
        check: .approvalUnsigned,
        reason:
          "of the \(count) `\(SignatureLine.key)` lines of the message only the first \(SignatureLine.maximum) are read, and none of those is theirs",
        fix: "leave out the lines that nobody needs, at most \(SignatureLine.maximum) in all")
    case nil:
      entry.refusal = Refusal(
        check: .approvalUnsigned, reason: "it is not signed, and the policy says `proof: signed`",
        fix: "let them sign it by `mlops-hook approve`, and `mlops-hook promote` adds the `\(SignatureLine.key)` line")
    }
    if entry.refusal == nil, !roles.contains(where: { mayFill(entry, $0) }) {
      entry.refusal = Refusal(
        check: .approvalUnsigned, reason: "it is signed by a key that another directory lists than the one of the role",
        fix: "sign with a key that the directory of the role lists")
    }
  }

  /// Whether an approval may fill a role.
  func mayFill(_ entry: Entry, _ role: RequiredRole) -> Bool {
    guard mayFill(entry.address, role) else { return false }
    guard needsSignatures else { return true }
    // A directory vouches for its own roles: a key that only another one lists proves nothing here.
    guard let person = role.directory?.person(email: entry.address) else { return false }
    return person.publicKeys.contains(where: entry.keys.contains)
  }
}
