import GitObjects

extension Approve {
  /// Where nothing is signed, an approval is a line of the message.
  func printTrailer(_ policies: [PolicyInForce], _ person: Directory.Person?, isUnsigned: Bool) throws
    -> WorkflowReport
  {
    try refuseUnsigned(policies, isUnsigned: isUnsigned)
    let reason = Self.reason(isUnsigned: isUnsigned)
    var report = WorkflowReport()
    report.say("note: \(reason); the policy takes a line of the commit's message:")
    let keys = Set(policies.flatMap { $0.policy.approvals.trailers.prefix(1) }).sorted()
    var values = [person?.shown].compactMap { $0 }
    if values.isEmpty { values = try literals() }
    for key in keys { for value in values { report.say("\(key): \(value)") } }
    let flags = values.map { "--approved-by \(ShellWord.quoted($0))" }.joined(separator: " ")
    let name = ShellWord.quoted(proposal.shown)
    report.say("hint: tell who promotes: `mlops-hook promote \(name) \(flags) --push`")
    return report
  }

  /// Refuses where nothing but a signature counts, and none can be made.
  func refuseUnsigned(_ policies: [PolicyInForce], isUnsigned: Bool) throws {
    guard policies.contains(where: { $0.policy.approvals.signed }) else { return }
    throw Refused(
      "\(Self.reason(isUnsigned: isUnsigned)), and the policy takes signed approvals only (`proof: signed`)",
      fix: "git config gpg.format ssh; git config user.signingKey ~/.ssh/id_ed25519.pub")
  }

  private static func reason(isUnsigned: Bool) -> String {
    isUnsigned ? "the policy names no `repository`, so nothing can be signed" : "signing is not configured"
  }

  /// The approvers that the manifests name, where there is no directory of people.
  private func literals() throws -> [String] {
    let context = try bench.judgeContext()
    let snapshot = context.snapshot(proposal.tree)
    var found: [String] = []
    for change in proposal.changes {
      let parts = change.path.split(separator: UInt8(ascii: "/")).map(Array.init)
      guard parts.count == 3, parts[0] == Snapshot.deploymentsRoot, let stem = Snapshot.stem(parts[2]) else { continue }
      for state in [try bench.standing(), snapshot] {
        guard let owner = try state.owner(of: stem, in: state.environment(parts[1])),
          let deployment = try state.deployment(parts[1], owner)
        else { continue }
        for approver in deployment.approvers where !found.contains(approver) { found.append(approver) }
      }
    }
    return found
  }
}
