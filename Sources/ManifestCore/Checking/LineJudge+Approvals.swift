import GitObjects
import YAMLTree

extension LineJudge {
  /// Judges whether the change of one file has the approvals that its deployments and the policies ask for.
  func judgeApprovals(
    of path: [UInt8], _ environment: [UInt8], concerning names: Set<[UInt8]>, _ judged: CommittedChange
  ) throws {
    let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
    let old = try sorted.compactMap { try judged.before.deployment(environment, $0) }
    let new = try sorted.compactMap { try judged.after.deployment(environment, $0) }
    if !onlyCounts { try judgeTurnedOff(old, new, environment, judged) }
    let needed = (old + new).contains { $0.requiresApproval }
    let versions = new.flatMap { state in
      state.versions.compactMap { use in
        state.deployment?.model.name.map { Snapshot.versionPath($0.value, use.version.value) }
      }
    }
    var sources: [ApprovalSource]?
    for policy in policies {
      let rules = policy.policy.environments[String(decoding: environment, as: UTF8.self)]
      guard needed || rules?.approvalRequired == true else { continue }
      let roles = requiredRoles(old, new, rules, policy, judged.place)
      let isForgotten = old.contains { !$0.isReadable } || new.contains { !$0.isReadable }
      if roles.isEmpty, policy.isBuiltIn, isForgotten { continue }
      let found = try sources ?? approvalSources(for: path, folders: versions, judged)
      sources = found
      let ledger = try ApprovalLedger(
        policy: policy, roles: roles, minimum: max(rules?.minimum ?? 1, 1),
        directories: [policy.manifestDirectory, policy.directory],
        pusher: context.pusher, sources: found, signatures: signatures(of: judged, by: policy))
      let isComplete = !roles.isEmpty && ledger.isComplete
      if !isComplete, try isWaived(rules, judged, environment, sorted) { continue }
      let mark = new.first { $0.path == path }?.deployment?.criteria?.approversMark
      let what = try what(path, judged)
      try report(
        ledger, isComplete: isComplete, .approvalMissing, what: what, judged.place.at(path, mark), judged,
        publishers: new)
    }
  }

  /// The judge of a step's signatures by a policy.
  func signatures(of judged: CommittedChange, by policy: PolicyInForce) -> SignedApprovals {
    judged.signatures.approvals(for: policy) {
      SignedApprovals(context: context, judged: judged, policy: policy, finder: lastChanges)
    }
  }

  /// What happens to a file, in a word.
  private func what(_ path: [UInt8], _ judged: CommittedChange) throws -> String {
    let old = try entry(at: path, in: judged.before.root)
    let new = try entry(at: path, in: judged.after.root)
    let verb = old == nil ? "adding" : new == nil ? "removing" : "changing"
    return "\(verb) `\(Text.show(path))`"
  }

  /// The union of the roles that the old manifests, the new ones and the policy name.
  private func requiredRoles(
    _ old: [DeploymentState], _ new: [DeploymentState], _ rules: Policy.Environment?, _ policy: PolicyInForce,
    _ place: StepPlace
  ) -> [RequiredRole] {
    var roles: [RequiredRole] = []
    func add(_ role: RequiredRole) { if !roles.contains(where: { $0.isSame(as: role) }) { roles.append(role) } }
    func addGuardians() {
      for name in policy.policy.policyApprovers {
        add(RequiredRole(name: name, members: policy.directory?.members(of: name) ?? [], directory: policy.directory))
      }
    }
    func addNamed(_ name: String) {
      guard let directory = policy.manifestDirectory else {
        return add(RequiredRole(name: name, members: policy.isBuiltIn ? nil : []))
      }
      if directory.roles[name] != nil {
        return add(RequiredRole(name: name, members: directory.members(of: name), directory: directory))
      }
      // No dead ends: who guards the policy stands in for a role that is gone.
      if policy.policy.policyApprovers.isEmpty { add(RequiredRole(name: name, members: [])) } else { addGuardians() }
    }
    for state in old {
      if state.isReadable || !state.approvers.isEmpty { state.approvers.forEach(addNamed) }
      if !state.isReadable { addGuardians() }
    }
    let known = Set(old.flatMap(\.approvers))
    for state in new {
      for approver in state.deployment?.criteria?.approvers ?? [] {
        addNamed(approver.value)
        if let directory = policy.manifestDirectory, directory.roles[approver.value] == nil,
          !known.contains(approver.value)
        {
          let near = Suggestion.nearest(to: approver.value, among: Array(directory.roles.keys))
          report(
            Finding(
              .manifestValue, place.at(state.path, approver.mark),
              "the role `\(Text.cut(approver.value))` is not in the directory of approvers",
              fix: near.map { "did you mean `\($0)`?" }
                ?? "name one of \(Text.list(directory.roles.keys.sorted(), "or"))",
              field: "spec.promotion_criteria.approvers"))
        }
      }
    }
    for name in rules?.approvers ?? [] {
      add(RequiredRole(name: name, members: policy.directory?.members(of: name) ?? [], directory: policy.directory))
    }
    return roles
  }

  private func isWaived(
    _ rules: Policy.Environment?, _ judged: CommittedChange, _ environment: [UInt8], _ names: [[UInt8]]
  ) throws -> Bool {
    guard let rules, rules.rollbackWaivesApprovals, !names.isEmpty else { return false }
    return try names.allSatisfy { name in
      let old = try judged.before.deployment(environment, name)
      let new = try judged.after.deployment(environment, name)
      return try RollbackFinder(context: context, judged: judged, old: old, new: new).isRollback(
        depth: rules.rollbackDepth)
    }
  }

  /// A manifest may not come without approval, or turn it off, where others require it.
  private func judgeTurnedOff(
    _ old: [DeploymentState], _ new: [DeploymentState], _ environment: [UInt8], _ judged: CommittedChange
  ) throws {
    let name = String(decoding: environment, as: UTF8.self)
    guard !policies.contains(where: { $0.policy.environments[name]?.approvalRequired != nil }) else { return }
    for state in new {
      guard let required = state.deployment?.criteria?.approvalRequired, !required.value else { continue }
      if let before = old.first(where: { $0.name == state.name }), !before.requiresApproval { continue }
      guard try requiresApprovalSomewhere(environment) else { continue }
      report(
        Finding(
          .approvalMissing, judged.place.at(state.path, required.mark),
          "`approval_required` is false, but other deployments of `\(Text.show(environment))` require approval",
          fix: "write `approval_required: true` and name the approvers",
          field: "spec.promotion_criteria.approval_required"))
    }
  }

  private func requiresApprovalSomewhere(_ environment: [UInt8]) throws -> Bool {
    var tips = [oldTip]
    // A new ref starts from what may be old or nothing: it is compared with `HEAD`'s branch too.
    if context.refs.branches[ref] == nil, let head = context.refs.headTip {
      tips.append(context.snapshot(try context.store.links(head).tree))
    }
    for tip in tips {
      let key = FormKey(path: environment, entry: tip.root, mode: .folder)
      let answer = try approvalRequired[key] ?? requiresApproval(somewhereIn: environment, of: tip)
      approvalRequired[key] = answer
      if answer { return true }
    }
    return false
  }

  private func requiresApproval(somewhereIn environment: [UInt8], of oldTip: Snapshot) throws -> Bool {
    for entry in try oldTip.environment(environment).entries {
      guard let stem = Snapshot.stem(entry.name), let state = try oldTip.deployment(environment, stem) else { continue }
      if state.requiresApproval { return true }
    }
    return false
  }

  // MARK: The ledger

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
        "let them sign it by `mlops-hook approve`, and push it by `mlops-hook promote`, which adds what they signed"
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
          entry.key.map { "signed by \($0.fingerprint)" } ?? "unsigned, pushed by \(Text.cut(context.pusher.shown))"
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
      guard let model = state.deployment?.model, let name = model.name?.value, let version = model.version?.value,
        let author = try publisher(of: Snapshot.versionPath(name, version), judged)
      else { continue }
      notes.append("the evidence of `\(version)` was published by \(author)")
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
    guard context.settings.hasPushBoundaries, !ledger.directories.isEmpty,
      ledger.directories.allSatisfy({ context.pusher.people(in: $0).isEmpty })
    else { return }
    let rules = ledger.policy.policy.approvals
    guard rules.refusesUnknownPusher || rules.exclude.contains(.pusher) else { return }
    report(
      Finding(
        .approvalUnknown, Place(ref: ref), "the directory does not know the pusher `\(Text.cut(context.pusher.shown))`",
        fix: "list the pusher's login or address in `people` of the approvers' directory",
        severity: rules.refusesUnknownPusher ? .error : .warning, policy: ledger.policy.origin))
  }
}
