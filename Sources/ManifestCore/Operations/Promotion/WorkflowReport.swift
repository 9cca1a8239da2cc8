/// What a verb of the promotion workflow has to say, and how it ends.
public struct WorkflowReport: Sendable {
  /// What was done or found, a line each.
  public var lines: [String] = []
  /// What the gate has against it, where that is why nothing was done.
  public var verdict: Verdict?
  /// The exit status: 0 done, 1 not done.
  public var status: Int32 = 0

  /// Creates a report that says nothing yet.
  public init() {}

  /// Adds a line.
  mutating func say(_ line: String) { lines.append(line) }
}

extension Verdict {
  /// The findings that only say that approvals are missing, or why some do not count.
  var approvalErrors: [Finding] { errors.filter(\.isAboutApprovals) }

  /// The findings that no approval would mend.
  var otherErrors: [Finding] { errors.filter { !$0.isAboutApprovals } }

  /// The roles and people that are waited for, as the ledger of each path has them.
  var waiting: [String] {
    var lines: [String] = []
    for finding in errors where finding.check == .approvalMissing || finding.check == .policyGuard {
      lines.append(finding.message)
      for note in finding.notes { lines.append("  " + note) }
    }
    for finding in errors where finding.isAboutApprovals && finding.notes.isEmpty { lines.append(finding.message) }
    return lines
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
}
