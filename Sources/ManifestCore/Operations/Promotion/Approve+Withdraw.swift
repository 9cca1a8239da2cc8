import GitObjects

extension Approve {
  /// Takes back every signed approval of the proposal that is the user's.
  public func withdraw() throws -> WorkflowReport {
    let policies = try bench.policies()
    guard let person = try approver(policies) else {
      throw Refused("nothing is signed under this policy", fix: "take the line out of the commit's message")
    }
    var places = ApprovalPlaces()
    // One that went stale goes too, for the change may come back; what another proposal needs stays.
    let others = try bench.proposalBranches().filter { $0.name != proposal.branch && $0.commit != proposal.commit }
      .compactMap { try? bench.proposal(at: $0.commit, $0.name) }
    for policy in policies {
      guard let statement = try bench.statement(of: proposal, by: policy) else { continue }
      let foreign = try others.compactMap { try bench.statement(of: $0, by: policy) }
      for approval in try ApprovalStore(bench: bench).approvals(of: statement)
      where
        (person.publicKeys.contains(approval.signature.key)
        || PersonIdentity(approval.approver.utf8).email.map({ person.has(address: $0) }) == true)
        && approval.statement.repository == statement.repository
        && !foreign.contains(where: { $0.isSame(as: approval.statement) })
      {
        try places.add(approval, in: bench)
      }
    }
    guard !places.isEmpty else {
      throw Refused(
        "there is no approval of `\(proposal.shown)` by \(person.shown)", fix: "nothing has to be taken back")
    }
    let command = "mlops-hook approve \(ShellWord.quoted(proposal.shown)) --withdraw --push"
    guard request.pushes || !places.here.isEmpty else {
      throw Refused(
        "the approval of `\(proposal.shown)` by \(person.shown) is on `\(bench.remote)`",
        fix: "take it back there: `\(command)`")
    }
    let isLeft = !request.pushes && !places.there.isEmpty
    var going = places.here
    if request.pushes, !places.there.isEmpty {
      guard try bench.push(["--delete"] + places.there) else {
        throw Refused("`\(bench.remote)` did not take it back", fix: "try again")
      }
      going += places.seen
    }
    if !going.isEmpty { try bench.move(going, reason: "withdraw") }
    var report = WorkflowReport()
    let here = places.here.isEmpty ? nil : "here"
    let there = places.there.isEmpty || !request.pushes ? nil : "on `\(bench.remote)`"
    let both = [here, there].compactMap { $0 }.joined(separator: " and ")
    report.say("withdrawn \(both)\(isLeft ? " only" : ""): the approval of \(proposal.shown) by \(person.shown)")
    if isLeft {
      report.say("warning: it is on `\(bench.remote)` still")
      report.say("hint: take it back there too: `\(command)`")
    }
    return report
  }
}
