import GitObjects

/// What an approver has to see of a proposal: the change itself, what was measured, and who approved already.
struct ChangeReview {
  let bench: Workbench
  let proposal: Proposal
  /// The most files that are named besides manifests and policies.
  private static let maximumOthers = 50

  /// The review in lines.
  func lines(_ approvals: ApprovalCollection, _ verdict: Verdict) throws -> [String] {
    var lines: [String] = []
    let message = PromotionMessage(proposal.first?.message ?? [])
    lines.append("\(message.subject)")
    if let first = proposal.first {
      lines.append(
        "proposed by \(Text.show(first.author.name)) <\(Text.show(first.author.email))> in \(proposal.shown)")
    }
    lines.append("to `\(Text.show(Workbench.short(bench.target)))` of `\(bench.remote)`, at \(bench.tip.short)")
    lines.append("")
    lines += try difference()
    for name in try deployments() { lines += try metrics(name.environment, name.name) }
    lines.append("")
    for finding in verdict.otherErrors {
      lines.append("error: \(finding.lookedUp(finding.message)) [\(finding.check.rawValue)]")
      if let fix = finding.fix { lines.append("hint: \(fix)") }
    }
    for words in approvals.words { lines.append("approval of \(words)") }
    guard verdict.otherErrors.isEmpty else {
      return lines + [verdict.needs].compactMap { $0 }.map { "besides, it needs \($0)" }
    }
    lines += verdict.waiting
    let hints = ApproveHints(proposal.shown, try bench.policies())
    if approvals.hasUnsent { lines.append("hint: what is signed here counts once it is pushed: \(hints.send)") }
    if verdict.isAccepted {
      lines.append(approvals.hasUnsent ? "nothing else is missing" : "nothing is missing")
      lines.append("hint: " + hints.promote(proposal.first?.author))
    }
    return lines
  }

  /// The change as git shows it: manifests and policies in full, what else changes by its name.
  ///
  /// What is approved must not drown in what is not. On the target each path becomes what it became on the branch, from
  /// what it was there: so it is shown without writing the tree that the target would get.
  private func difference() throws -> [String] {
    let governed = [Snapshot.deploymentsRoot, Snapshot.policiesRoot].map { $0 + [UInt8(ascii: "/")] }
    let others = proposal.changes.filter { change in !governed.contains { change.path.starts(with: $0) } }
    let paths = proposal.changes.filter { change in governed.contains { change.path.starts(with: $0) } }
    var lines: [String] = []
    if !paths.isEmpty {
      // As text whatever `.gitattributes` says, which nobody guards.
      var arguments = [
        "diff", "--text", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--no-relative",
      ]
      arguments += [proposal.base.hex, proposal.commit.hex, "--"]
      // From the root, wherever the user is.
      arguments += paths.map { ":(top,literal)" + String(decoding: $0.path, as: UTF8.self) }
      let text = try bench.git.output(arguments, fix: "see what `git diff` says")
      lines += text.split(separator: 10, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
    if !others.isEmpty { lines += ["", "what else changes:"] }
    for change in others.prefix(Self.maximumOthers) {
      let what = change.old == nil ? "added" : change.new == nil ? "removed" : "changed"
      lines.append("  \(what): \(Text.show(change.path))")
    }
    if others.count > Self.maximumOthers { lines.append("  and \(others.count - Self.maximumOthers) more files") }
    return lines
  }

  /// The deployments that the change concerns.
  private func deployments() throws -> [(environment: [UInt8], name: [UInt8])] {
    let snapshot = try bench.judgeContext().snapshot(proposal.tree)
    var found: [(environment: [UInt8], name: [UInt8])] = []
    for change in proposal.changes {
      let parts = change.path.split(separator: UInt8(ascii: "/")).map(Array.init)
      guard parts.count == 3, parts[0] == Snapshot.deploymentsRoot, let stem = Snapshot.stem(parts[2]),
        let owner = try snapshot.owner(of: stem, in: snapshot.environment(parts[1])),
        !found.contains(where: { $0.environment == parts[1] && $0.name == owner })
      else { continue }
      found.append((parts[1], owner))
    }
    return found
  }

  /// The metrics that are asked for: of the version that stands, of each that comes, and what they must reach.
  private func metrics(_ environment: [UInt8], _ name: [UInt8]) throws -> [String] {
    let context = try bench.judgeContext()
    let after = context.snapshot(proposal.tree)
    guard let state = try after.deployment(environment, name), let criteria = state.deployment?.criteria else {
      return []
    }
    let before = try bench.standing().deployment(environment, name)
    let old = try before.flatMap { try evidence($0, before?.deployment?.model.version?.value, in: bench.standing()) }
    var rules = criteria.metrics
    for policy in try bench.policies() {
      for floor in policy.environment(state).metrics where !rules.contains(where: { $0.metric == floor.metric }) {
        rules.append(floor)
      }
    }
    var lines = ["", "`\(Text.show(name))` in `\(Text.show(environment))`:"]
    for use in state.gains(over: before) {
      let new = try evidence(state, use.version.value, in: after)
      let standing = before?.deployment?.model.version?.value
      lines.append("  version \(use.version.value) \(Self.share(use, standing, before))")
      for rule in rules {
        let metric = Text.cut(rule.metric)
        let was = old?.metrics[rule.metric]?.text ?? "not measured"
        guard let measured = new?.metrics[rule.metric] else {
          lines.append("  \(metric): not measured, must be \(rule.threshold.text) (stands: \(was))")
          continue
        }
        let baseline: BaselineValue =
          before == nil ? .nothingStood : old?.metrics[rule.metric].map { .value($0) } ?? .missing
        let holds = rule.threshold.evaluate(measured, baseline: baseline).isHolding
        lines.append(
          "  \(metric): \(measured.text), \(holds ? "is" : "is NOT") \(rule.threshold.text) (stands: \(was))")
      }
      let shadow = new?.shadowTestPassed.map { $0 ? "passed" : "NOT passed" } ?? "none"
      lines.append("  shadow test: \(shadow)")
    }
    return lines.count > 2 ? lines : []
  }

  /// What a version takes of the requests, and from which.
  private static func share(_ use: DeploymentState.VersionUse, _ standing: String?, _ before: DeploymentState?)
    -> String
  {
    let had = before?.versions.first { $0.version.value == use.version.value }?.share ?? 0
    let more = had > 0 ? " instead of \(had) %" : ""
    guard let standing = standing.map(Text.cut), standing != use.version.value else {
      return use.share == 100 ? "takes all requests\(more)" : "takes \(use.share) % of the requests\(more)"
    }
    return use.share == 100
      ? "takes all requests, in place of \(standing)"
      : "takes \(use.share) % of the requests\(more), beside \(standing)"
  }

  private func evidence(_ state: DeploymentState, _ version: String?, in snapshot: Snapshot) throws -> Evidence? {
    guard let model = state.deployment?.model.name?.value, let version,
      let folder = try snapshot.versionFolder(model, version)
    else { return nil }
    return try snapshot.context.evidence(folder).evidence
  }
}
