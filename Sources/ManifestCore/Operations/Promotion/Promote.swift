import GitObjects

/// `mlops-hook promote`: makes the one commit that the gate takes, of a proposal and its approvals, and pushes it.
public struct Promote {
  /// What is asked.
  public struct Request: Sendable {
    /// The proposal: a branch or a commit.
    public var name = ""
    /// Approvers that are named by hand, as `Name <e-mail>` or as the manifest names a role.
    public var approvers: [String] = []
    /// Whether the commit is pushed.
    public var pushes = false
    /// Whether the branch stays when it was promoted.
    public var keepsBranch = false
    /// The clone.
    public var clone = CloneOptions()

    /// Creates a request.
    public init() {}
  }

  private let request: Request
  private let bench: Workbench

  /// Promotes.
  public static func run(_ request: Request, context: HookContext) throws -> WorkflowReport {
    let bench = try Workbench(request.clone.options, context: context)
    return try Promote(request: request, bench: bench).run()
  }

  private func run() throws -> WorkflowReport {
    let proposal = try bench.proposal(request.name)
    let approvals = try ApprovalCollection(proposal, in: bench, byHand: request.approvers)
    let commit = try bench.promotion(of: proposal, approvals)
    let verdict = try bench.judge(commit)
    var report = WorkflowReport()
    for note in bench.notes { report.say("note: " + note) }
    guard verdict.isAccepted else {
      try refuse(&report, proposal, approvals, verdict)
      return report
    }
    for finding in verdict.findings { report.say("warning: \(finding.message) [\(finding.check.rawValue)]") }
    try finish(&report, proposal, commit)
    return report
  }

  private func refuse(
    _ report: inout WorkflowReport, _ proposal: Proposal, _ approvals: ApprovalCollection, _ verdict: Verdict
  ) throws {
    report.status = 1
    let hints = ApproveHints(proposal.shown, try bench.policies())
    guard verdict.otherErrors.isEmpty else {
      report.say("not promoted: the gate would refuse it, and nothing was changed")
      report.verdict = verdict.withoutApprovals
      return
    }
    report.say("not promoted: `\(proposal.shown)` lacks approvals, and nothing was changed")
    // Whoever promotes is the committer: an approver who does takes the own approval away.
    let others = try bench.judge(proposal, approvals)
    let waiting = others.waiting
    let own = verdict.approvalErrors.filter { $0.check == .approvalSelf }.map { $0.lookedUp($0.message) }
      .filter { !waiting.contains($0) }
    for line in own.isEmpty ? verdict.waiting : waiting + own { report.say(line) }
    for words in approvals.words { report.say("approval of \(words)") }
    if approvals.hasUnsent { report.say("hint: what is signed here counts once it is pushed: \(hints.send)") }
    if !others.isAccepted { report.say("hint: " + hints.approve) }
    if !own.isEmpty { report.say("hint: " + hints.promote(proposal.first?.author)) }
    if others.isAccepted, own.isEmpty {
      for fix in Set(verdict.approvalErrors.compactMap(\.fix)).sorted() { report.say("hint: " + fix) }
    }
  }

  private func finish(_ report: inout WorkflowReport, _ proposal: Proposal, _ commit: ObjectID) throws {
    guard request.pushes else {
      let signed = try bench.signing(commit)
      let ref = readyRef(proposal)
      try bench.keep()
      try bench.move([(ref, try bench.tip(of: ref) ?? .zero, signed)], reason: "promote")
      report.say("ready: commit \(signed.short) is what the gate takes; `\(proposal.shown)` was left as it is")
      let target = ShellWord.quoted(Text.show(Workbench.short(bench.target)))
      report.say("hint: mlops-hook promote \(ShellWord.quoted(proposal.shown)) --push")
      report.say("hint: or this very commit: git push \(bench.remote) \(signed.short):\(target)")
      return
    }
    let isDone = try bench.publish(commit, &report, done: "promoted", failed: "not promoted")
    if isDone, !request.keepsBranch { try cleanUp(&report, proposal) }
  }

  /// Where a commit is kept that was made and not pushed: no branch, so that nothing follows it, and git lets it be.
  private func readyRef(_ proposal: Proposal) -> [UInt8] {
    bytes("refs/mlops-ready/") + (proposal.branch.map(Workbench.short) ?? bytes(proposal.commit.hex))
  }

  /// What was promoted waits no more: its branch and its approvals go, here and on the remote.
  private func cleanUp(_ report: inout WorkflowReport, _ proposal: Proposal) throws {
    var places = ApprovalPlaces()
    for policy in try bench.policies() {
      guard let statement = try bench.statement(of: proposal, by: policy) else { continue }
      for approval in try ApprovalStore(bench: bench).approvals(of: statement)
      where approval.statement.changes == statement.changes { try places.add(approval, in: bench) }
    }
    var (here, there) = (places.here, places.there)
    if let ready = try bench.tip(of: readyRef(proposal)) { here.append((readyRef(proposal), ready, .zero)) }
    if let branch = proposal.branch {
      if bench.refs.branches[branch] == proposal.commit { there.append(String(decoding: branch, as: UTF8.self)) }
      let isCheckedOut = try bench.git.run(["worktree", "list", "--porcelain"]).output.contains(
        bytes("branch ") + branch + [10])
      if try bench.tip(of: branch) == proposal.commit, !isCheckedOut { here.append((branch, proposal.commit, .zero)) }
    }
    if !there.isEmpty {
      if try bench.git.run(["push", "--quiet", bench.remote, "--delete"] + there).isSuccess {
        here += places.seen
      } else {
        report.say("warning: its branch and approvals could not be deleted on `\(bench.remote)`")
      }
    }
    if !here.isEmpty { try bench.move(here, reason: "promoted") }
  }
}

extension Workbench {
  /// What the gate would say to a proposal with its approvals, whoever asks.
  func judge(_ proposal: Proposal, _ approvals: ApprovalCollection) throws -> Verdict {
    try judge(try promotion(of: proposal, approvals, isDraft: true), pushedBy: proposal.first?.author)
  }

  /// The commit that a proposal becomes on the tip of the target: its change, its message, its approvals.
  ///
  /// With `isDraft`, as if its author made it: whoever only looks has no part in it.
  func promotion(of proposal: Proposal, _ approvals: ApprovalCollection, isDraft: Bool = false) throws -> ObjectID {
    guard let first = proposal.first else {
      throw Refused("`\(proposal.shown)` has no commits", fix: "propose it again")
    }
    var message = PromotionMessage(first.message)
    message.remove(ApprovalCollection.keys(try policies()) + ["Promotion-Id"])
    message.add("Promotion-Id", PromotionMessage.identity(of: proposal.changes))
    for writer in try otherWriters(of: proposal, than: first) { message.add("Co-authored-by", writer) }
    for trailer in approvals.trailers { message.add(trailer.key, trailer.value) }
    let author = try git.output(
      ["log", "-1", "--no-use-mailmap", "--format=%an <%ae> %ad", "--date=raw", first.id.hex],
      fix: "see what `git log` says of the branch")
    return try commit(proposal.tree, author: author, committer: isDraft ? author : nil, message: message.text)
  }

  /// Everybody besides its author who had a part in what a proposal changes, as `Name <e-mail>`: none of them may approve
  /// it, though their commits are not what is pushed.
  private func otherWriters(of proposal: Proposal, than first: Commit) throws -> [String] {
    var known = [Directory.key(first.author.email)]
    var writers: [String] = []
    for commit in proposal.commits {
      let tree = try commit.parents.first.map { try store.links($0).tree }
      let changes = try proposal.changes.contains { change in
        try store.entry(at: change.path, in: commit.tree) != tree.flatMap { try store.entry(at: change.path, in: $0) }
      }
      guard changes else { continue }
      for writer in ApprovalSource.writers(of: commit) where !known.contains(Directory.key(writer.email)) {
        known.append(Directory.key(writer.email))
        writers.append("\(PromotionMessage.oneLine(Text.show(writer.name))) <\(Text.show(writer.email))>")
      }
    }
    return writers
  }

  /// Pushes a commit that was judged to the target, and says how that went.
  @discardableResult
  func publish(_ commit: ObjectID, _ report: inout WorkflowReport, done: String, failed: String) throws -> Bool {
    let signed = try signing(commit)
    let target = Text.show(Self.short(self.target))
    try keep()
    guard try push(["\(signed.hex):\(Text.show(self.target))"]) else {
      report.status = 1
      report.say("\(failed): `\(remote)` did not take it, for the reason above; nothing was changed here")
      report.say(
        "hint: where `\(target)` moved meanwhile, run it again; approvals stay good while what they are over does")
      return false
    }
    report.say("\(done): commit \(signed.short) stands on `\(target)` of `\(remote)`")
    if let here = try tip(of: self.target), here != signed, try check.isBehind(here, signed) {
      report.say("hint: your own `\(target)` is behind it now: git pull --ff-only")
    }
    return true
  }

  /// The same commit signed, where the user's git signs commits; else the commit itself.
  func signing(_ commit: ObjectID) throws -> ObjectID {
    let setting = try self.setting("commit.gpgSign")?.lowercased() ?? "false"
    guard ["true", "yes", "on", "1"].contains(setting) else { return commit }
    try keep()
    let read = try store.commit(commit)
    let format = "--format=%an%n%ae%n%ad%n%cn%n%ce%n%cd"
    let lines = try git.output(
      ["log", "-1", "--no-use-mailmap", format, "--date=raw", commit.hex], fix: "see what `git log` says"
    )
    .split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    guard lines.count == 6, let parent = read.parents.first else { return commit }
    let names = ["AUTHOR_NAME", "AUTHOR_EMAIL", "AUTHOR_DATE", "COMMITTER_NAME", "COMMITTER_EMAIL", "COMMITTER_DATE"]
    let environment = Dictionary(uniqueKeysWithValues: zip(names.map { "GIT_" + $0 }, lines))
    let signed = try git.output(
      ["commit-tree", "-S", read.tree.hex, "-p", parent.hex, "-F", "-"], input: read.message, environment: environment,
      fix: "see that git can sign commits here; `commit.gpgSign` asks for it")
    guard let id = ObjectID(hex: signed.prefix(ObjectID.hexSize)) else { return commit }
    return id
  }
}
