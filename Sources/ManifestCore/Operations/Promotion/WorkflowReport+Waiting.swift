extension Verdict {
  /// The findings that only say that approvals are missing, or why some do not count.
  var approvalErrors: [Finding] { errors.filter(\.isAboutApprovals) }

  /// The findings that no approval would mend.
  var otherErrors: [Finding] { errors.filter { !$0.isAboutApprovals } }

  /// The roles and people that are waited for: one ledger for all files of which the same is to be said.
  var waiting: [String] {
    var lines: [String] = []
    for ledger in ledgers { lines += [ledger.line] + ledger.notes.map { "  " + $0 } }
    // What is said of one approval in two ledgers is said once.
    for finding in errors where finding.isAboutApprovals && finding.notes.isEmpty && !finding.isLedger {
      let line = finding.lookedUp(finding.message)
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  /// The approvals that are missing, in a few words; nil where none is.
  var needs: String? {
    var needs: [String] = []
    for ledger in ledgers where !ledger.changes.isEmpty && !needs.contains(ledger.need) { needs.append(ledger.need) }
    return needs.isEmpty ? nil : needs.joined(separator: ", and ")
  }

  /// What has to be mended first, with no more than a line about approvals, and without commits that nobody can look up.
  var withoutApprovals: Verdict {
    var shown = self
    shown.findings = findings.filter { !$0.isAboutApprovals }.map { finding in
      var finding = finding
      finding.message = finding.lookedUp(finding.message)
      return finding
    }
    if let needs { shown.notes.append("besides, it needs \(needs)") }
    return shown
  }

  /// What is missing, of all files of which it is the same.
  private struct Ledger {
    /// What is done to each file, as in "changing `deployments/production/churn.yaml`".
    var changes: [String]
    /// What that needs.
    var need: String
    var notes: [String]

    /// What is missing, in one line.
    var line: String {
      guard let last = changes.last else { return need }
      if changes.count == 1 { return "\(last) needs \(need)" }
      return changes.dropLast().joined(separator: ", ") + " and \(last) need \(need)"
    }
  }

  private var ledgers: [Ledger] {
    var ledgers: [Ledger] = []
    for finding in errors where finding.isLedger {
      let notes = finding.notes.map(finding.lookedUp)
      guard let (change, need) = finding.need else {
        ledgers.append(Ledger(changes: [], need: finding.lookedUp(finding.message), notes: notes))
        continue
      }
      if let same = ledgers.firstIndex(where: { $0.need == need && $0.notes == notes }) {
        if !ledgers[same].changes.contains(change) { ledgers[same].changes.append(change) }
      } else {
        ledgers.append(Ledger(changes: [change], need: need, notes: notes))
      }
    }
    return ledgers
  }
}

extension Finding {
  /// Whether somebody's approval would mend it.
  var isAboutApprovals: Bool {
    switch check {
    case .approvalMissing, .approvalSelf, .approvalUnknown, .approvalMalformed, .approvalUnsigned, .policyGuard: true
    default: false
    }
  }

  /// Whether it says which approvals are missing.
  fileprivate var isLedger: Bool { check == .approvalMissing || check == .policyGuard }

  /// What is done, and what that needs; nil where it is not said so.
  fileprivate var need: (change: String, need: String)? {
    let middle = bytes("` needs ")
    let text = Array(message.utf8)
    guard let start = text.indices.first(where: { text[$0...].starts(with: middle) }) else { return nil }
    return (
      String(decoding: text[...start], as: UTF8.self), String(decoding: text[(start + middle.count)...], as: UTF8.self)
    )
  }

  /// Words without the commit that was judged: it was made to be judged, and nobody can look it up.
  func lookedUp(_ words: String) -> String {
    guard let commit = place.commit else { return words }
    let id = commit.short
    var text = Text.without(" (\(id))", in: words)
    text = Text.without(" in \(id)", in: text)
    let start = bytes("commit \(id), message line ")
    let own = Array(text.utf8)
    guard own.starts(with: start), let end = own[start.count...].firstIndex(of: UInt8(ascii: ":")) else { return text }
    return String(decoding: own[(end + 1)...].drop { $0 == 0x20 }, as: UTF8.self)
  }
}
