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
    // Those of routes without requests too: the approval read them.
    let versions = new.flatMap { state in
      state.namedVersions.compactMap { version in state.deployment?.model.name.map { (model: $0.value, version) } }
    }
    var sources: [ApprovalSource]?
    for policy in policies {
      let rules = policy.policy.environments[String(decoding: environment, as: UTF8.self)]
      guard needed || rules?.approvalRequired == true else { continue }
      let roles = requiredRoles(old, new, rules, policy, judged.place)
      let isForgotten = old.contains { !$0.isReadable } || new.contains { !$0.isReadable }
      if roles.isEmpty, policy.isBuiltIn, isForgotten { continue }
      let found =
        try sources
        ?? approvalSources(
          for: path, folders: { snapshot in try versions.map { try snapshot.versionFolder($0.model, $0.1) } }, judged)
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
    // A policy that the push itself brings says nothing of what holds for it.
    let standing = policies.filter { !$0.isFromThisPush }
    guard !standing.contains(where: { $0.policy.environments[name]?.approvalRequired != nil }) else { return }
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
}
