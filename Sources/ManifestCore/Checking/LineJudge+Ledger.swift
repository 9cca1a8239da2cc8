import GitObjects
import YAMLTree

extension LineJudge {
  /// Reports what a ledger says: what is missing, with everything that was found; or who approved.
  func report(
    _ ledger: ApprovalLedger, isComplete: Bool, _ check: CheckName, what: String, _ place: Place,
    _ judged: CommittedChange,
    publishers: [DeploymentState] = []
  ) throws {
    let stepPlace = judged.place
    if onlyCounts {
      for entry in ledger.entries where isComplete && entry.refusal == nil {
        count(CountedApproval(path: place.path ?? [], who: entry.who, proof: entry.proof, commit: entry.commit))
      }
      return
    }
    for (commit, ambiguity) in ledger.ambiguities {
      report(
        Finding(
          .approvalMalformed, Place(ref: stepPlace.ref, commit: commit),
          "commit \(commit.short), message line \(ambiguity.line): git reads other approvals here than count: \(ambiguity.reason)",
          fix: ambiguity.fix, policy: ledger.policy.origin))
    }
    for source in Set(ledger.entries.filter { $0.refusal == nil }.map(\.commit)) where source != judged.commit.id {
      reportAnomalies(of: try context.store.commit(source), stepPlace)
    }
    judgeUnknownPusher(ledger, place)
    guard !isComplete else {
      for entry in ledger.entries where entry.refusal == nil {
        count(CountedApproval(path: place.path ?? [], who: entry.who, proof: entry.proof, commit: entry.commit))
      }
      return
    }
    let missing = ledger.missing.map(\.name)
    let message: String
    if ledger.roles.isEmpty {
      message = "\(what) needs approval, but neither the manifest nor the policy names who approves"
    } else if missing.isEmpty {
      message = "\(what) needs the approval of \(ledger.minimum) people, and has \(ledger.people.count)"
    } else {
      message = "\(what) needs the approval of \(Text.list(missing))"
    }
    let key = ledger.policy.policy.approvals.trailers.first ?? "Approved-by"
    report(
      Finding(
        check, place, message, fix: fix(ledger, key),
        field: check == .approvalMissing ? "spec.promotion_criteria.approvers" : nil,
        policy: ledger.policy.origin, notes: try notes(ledger, judged, publishers)))
    for entry in ledger.entries {
      guard let refusal = entry.refusal else { continue }
      report(
        Finding(
          refusal.check, Place(ref: stepPlace.ref, commit: entry.commit),
          "commit \(entry.commit.short), message line \(entry.line): `\(entry.shown)` does not count: \(refusal.reason)",
          fix: refusal.fix, policy: ledger.policy.origin))
    }
    for (commit, miss) in ledger.nearMisses {
      report(
        Finding(
          .approvalMalformed, Place(ref: stepPlace.ref, commit: commit),
          "commit \(commit.short), message line \(miss.line): `\(miss.shown)` does not count: \(miss.reason)",
          fix: miss.fix,
          policy: ledger.policy.origin))
    }
  }

  private func fix(_ ledger: ApprovalLedger, _ key: String) -> String {
    if ledger.roles.isEmpty { return "name approvers in `spec.promotion_criteria.approvers`" }
    if ledger.policy.policy.approvals.signed {
      return
        "push the change to a branch, let them sign it by `mlops-hook approve BRANCH --push`, then `mlops-hook promote BRANCH --push`"
    }
    let example: String
    if let role = ledger.missing.first ?? ledger.roles.first {
      example = role.members == nil ? role.name : role.members?.first.map(\.shown) ?? "Name <e-mail>"
    } else {
      example = "Name <e-mail>"
    }
    return "ask for it, and end the commit's message with a paragraph of lines such as `\(key): \(Text.cut(example))`"
  }

  private func notes(_ ledger: ApprovalLedger, _ judged: CommittedChange, _ states: [DeploymentState]) throws
    -> [String]
  {
    var notes: [String] = []
    for (index, role) in ledger.roles.enumerated().prefix(20) {
      if let entry = ledger.filled[index] {
        let proof =
          entry.keys.first.map { "signed by \($0.fingerprint)" }
          ?? "unsigned, pushed by \(Text.cut(context.pusher.shown))"
        notes.append("role `\(Text.cut(role.name))`: filled by \(Text.cut(entry.who)) (\(proof))")
      } else if let members = role.members {
        let able = members.filter {
          !ledger.hasApproved($0) && !isWriter($0, judged, ledger) && ledger.policy.policy.approvals.canCount($0)
        }
        let names =
          able.prefix(5).map(\.shown).joined(separator: ", ") + (able.count > 5 ? " and \(able.count - 5) more" : "")
        notes.append(
          "role `\(Text.cut(role.name))`: open; \(able.isEmpty ? "nobody is left who could fill it" : "can be filled by " + names)"
        )
      } else {
        notes.append(
          "role `\(Text.cut(role.name))`: open; counts as `Approved-by: \(Text.cut(role.name))`, not by who wrote the change"
        )
      }
    }
    if ledger.roles.count > 20 { notes.append("and \(ledger.roles.count - 20) more roles") }
    for entry in ledger.entries.prefix(50) where entry.refusal == nil {
      notes.append("`\(entry.shown)` in \(entry.commit.short): counts")
    }
    // Finding it reads history: for the problems that are shown, not for thousands behind them.
    for state in states where findings.count < Report.maximumProblems && context.settings.triedPolicy == nil {
      guard let name = state.deployment?.model.name?.value else { continue }
      for use in state.gains(over: try judged.before.deployment(state.environment, state.name)) {
        guard let author = try publisher(of: Snapshot.versionPath(name, use.version.value), judged) else { continue }
        notes.append("the evidence of `\(use.version.value)` was published by \(author)")
      }
    }
    return notes
  }

  private func isWriter(_ person: Directory.Person, _ judged: CommittedChange, _ ledger: ApprovalLedger) -> Bool {
    ApprovalSource.writers(of: judged.commit).contains { writer in
      ledger.policy.policy.approvals.exclude.contains(writer.part)
        && ledger.directories.contains { directory in
          directory.person(email: writer.email)?.email == person.email
        }
    }
  }

  /// Who wrote the commit that brought a version's folder as it is, among the last commits of the line.
  private func publisher(of folder: [UInt8], _ judged: CommittedChange) throws -> String? {
    guard let wanted = try entry(at: folder, in: judged.after.root) else { return nil }
    var commit = judged.commit.id
    for _ in 0..<1000 {
      let links = try context.store.links(commit)
      let parentTree = try links.parents.first.map { try context.store.links($0).tree } ?? .zero
      if try entry(at: folder, in: parentTree)?.id != wanted.id {
        let author = try context.store.commit(commit).author
        return "\(Text.show(author.name)) <\(Text.show(author.email))> (\(commit.short))"
      }
      guard let parent = links.parents.first else { return nil }
      commit = parent
    }
    return nil
  }

  private func judgeUnknownPusher(_ ledger: ApprovalLedger, _ place: Place) {
    let rules = ledger.policy.policy.approvals
    // A certificate or a display name may save a warning, but no refusal.
    let pusher = rules.refusesUnknownPusher ? context.pusher.vouchedFor : context.pusher
    guard context.settings.hasPushBoundaries, !ledger.directories.isEmpty,
      ledger.directories.allSatisfy({ pusher.people(in: $0).isEmpty })
    else { return }
    guard rules.refusesUnknownPusher || rules.exclude.contains(.pusher) else { return }
    report(
      Finding(
        .approvalUnknown, Place(ref: ref), "the directory does not know the pusher `\(Text.cut(context.pusher.shown))`",
        fix: "list the pusher's login or address in `people` of the approvers' directory",
        severity: rules.refusesUnknownPusher ? .error : .warning, policy: ledger.policy.origin))
  }
}
