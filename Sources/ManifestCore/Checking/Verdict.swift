import GitObjects

/// What was judged of one ref.
public struct JudgedUpdate: Sendable {
  /// The update as git said it.
  public var update: RefUpdate
  /// Whether a policy protects the ref.
  public var isProtected: Bool
  /// How many steps were judged.
  public var commits: Int
  /// How many manifests were judged.
  public var manifests: Int
  /// The first of the policies that judge the ref.
  public var policy: PolicyOrigin? = nil
  /// The ref that the name leads to, where that is another.
  var target: [UInt8]? = nil
  /// Whether some step changes `policies/`.
  var changesPolicies = false

  /// The ref that moves.
  public var name: [UInt8] { target ?? update.ref }
}

/// The judgement of one push.
public struct Verdict: Sendable {
  /// Everything that was found, in the order of the push.
  public var findings: [Finding] = []
  /// The refs of the push.
  public var updates: [JudgedUpdate] = []
  /// What the report says besides problems.
  public var notes: [String] = []
  /// Who approved what.
  public var approvals: [CountedApproval] = []
  /// The policies that judged, for the audit.
  public var policies: [String] = []
  /// What `reference-transaction` may let pass, where the repository is strict.
  var moves: AcceptedMoves? = nil
  /// Whether the push was only the canary of `mlops-hook doctor`, which is no event for the audit.
  var isCanary = false

  /// The findings that refuse.
  public var errors: [Finding] { findings.filter { $0.severity == .error } }

  /// Whether the push is taken.
  public var isAccepted: Bool { errors.isEmpty }

  /// Whether the gate could not look: a tool would call it "unknown", a hook refuses.
  public var isUnknown: Bool { errors.contains { $0.check.family == "host" } }

  /// Whether the findings hold one that refuses even where the gate only reports (`mlops.mode = audit`).
  public var refusesInAuditMode: Bool {
    errors.contains { finding in
      switch finding.check {
      case .pushMalformed, .treeMalformed, .policyGuard, .policyInvalid, .hostInternal, .hostLimit, .hostTimeout:
        return true
      case .manifestLocation: return finding.place.path?.starts(with: Snapshot.policiesRoot) == true
      default: return changesPolicies(finding.place.ref)
      }
    }
  }

  /// Whether the push changes `policies/` on a protected ref: on one, or on any.
  private func changesPolicies(_ ref: [UInt8]?) -> Bool {
    updates.contains { $0.isProtected && $0.changesPolicies && (ref == nil || ref == $0.name) }
  }
}
