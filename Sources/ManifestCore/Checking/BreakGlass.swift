import GitObjects

/// Decides whether somebody may override a refusal: an exception that the policies themselves name (`break_glass`).
///
/// Each policy that judges a ref has to name it, as it is before the push; so a repository's policy never overrides a
/// host's. What may be overridden at all each check says (`CheckInfo.canBeOverridden`).
struct BreakGlass {
  /// What a pusher asks for by `-o mlops.break-glass=REASON`.
  struct Request: Sendable {
    var reason: String
    /// Why it cannot be considered.
    var fault: String?
  }

  /// What was decided.
  struct Outcome: Sendable {
    var reason: String
    var isGranted = false
    /// Who broke the glass.
    var who: String?
    /// The refs whose problems are overridden.
    var refs: [[UInt8]] = []
    /// The checks that are overridden.
    var checks: [CheckName] = []
    /// Why it was not granted.
    var refusals: [String] = []
  }

  let context: JudgeContext

  /// Decides on a request, by the verdict of the whole push.
  func decide(_ request: Request, on verdict: Verdict) -> Outcome {
    var outcome = Outcome(reason: request.reason)
    let errors = verdict.errors
    outcome.checks = Set(errors.map(\.check)).sorted()
    let fixed = outcome.checks.filter { !$0.info.canBeOverridden }
    if let fault = request.fault { outcome.refusals.append(fault) }
    if !fixed.isEmpty {
      outcome.refusals.append("no break-glass overrides \(Text.list(fixed.map(\.rawValue), "or")): mend that first")
    }
    var people: [String] = []
    for error in errors where error.check.info.canBeOverridden {
      guard let ref = error.place.ref, let update = verdict.updates.first(where: { $0.name == ref && $0.isProtected })
      else {
        outcome.refusals.append("a problem belongs to no ref of the push")
        break
      }
      guard !outcome.refs.contains(ref) else { continue }
      outcome.refs.append(ref)
      outcome.refusals += refusals(of: update, &people)
    }
    if outcome.refs.isEmpty, outcome.refusals.isEmpty { outcome.refusals.append("there is nothing to override") }
    outcome.who = people.first
    outcome.isGranted = outcome.refusals.isEmpty && outcome.who != nil
    return outcome
  }

  /// Why the problems of one ref stay refusals; none where every policy lets this pusher override them.
  private func refusals(of update: JudgedUpdate, _ people: inout [String]) -> [String] {
    let shown = Text.show(update.name)
    var refusals: [String] = []
    if update.update.old.isZero || update.update.new.isZero {
      refusals.append("`\(shown)` is not there yet, or would go")
    }
    if update.changesPolicies {
      refusals.append("the push changes `policies/`: push that by itself, with its approvals")
    }
    for policy in context.policies.judging(update.name, isFirstPush: context.refs.branches.isEmpty) {
      let whose = policy.isBuiltIn ? "the built-in policy" : "the policy of the \(policy.origin.rawValue)"
      guard let rule = policy.policy.breakGlass, rule.refs.contains(where: { $0.matches(update.name) }) else {
        refusals.append("\(whose) names no `break_glass` for `\(shown)`")
        continue
      }
      guard let person = person(policy.directory) else {
        refusals.append("\(whose) does not know who `\(Text.cut(context.pusher.shown))` is, by the host's own word")
        continue
      }
      guard let directory = policy.directory,
        rule.roles.contains(where: { directory.members(of: $0).contains { $0.email == person.email } })
      else {
        refusals.append(
          "\(whose) gives `break_glass` to \(Text.list(rule.roles, "or")), not to `\(Text.cut(person.shown))`")
        continue
      }
      people.append(person.shown)
    }
    guard refusals.isEmpty else { return refusals }
    do {
      if let path = try loosened(update) {
        refusals.append("`\(Text.show(path))` would need fewer approvers from then on: leave those as they are")
      }
    } catch {
      refusals.append("who approves from then on could not be looked at")
    }
    return refusals
  }

  /// The one person whom the host itself vouches for; nil where identities, those that only exclude too, name several.
  private func person(_ directory: Directory?) -> Directory.Person? {
    guard let directory else { return nil }
    let known = context.pusher.people(in: directory)
    guard known.count == 1, let person = known.first else { return nil }
    let isVouchedFor = context.pusher.authoritative.contains { name in
      (directory.person(email: name.utf8) ?? directory.person(login: name))?.email == person.email
    }
    return isVouchedFor ? person : nil
  }

  /// A manifest that would ask for fewer approvers than before: an exception is for once, and no change of the rules.
  private func loosened(_ update: JudgedUpdate) throws -> [UInt8]? {
    let store = context.store
    guard !update.update.old.isZero, !update.update.new.isZero else { return nil }
    let before = context.snapshot(try store.links(update.update.old).tree)
    let after = context.snapshot(try store.links(update.update.new).tree)
    let changes = try PathChanges(store: store).list(
      from: before.root, to: after.root, below: [Snapshot.deploymentsRoot])
    var gone: [DeploymentState] = []
    var come: [(path: [UInt8], state: DeploymentState)] = []
    func isLooser(_ new: DeploymentState, than old: DeploymentState) -> Bool {
      let kept = Set(new.approvers)
      return old.requiresApproval && !new.requiresApproval || !old.approvers.allSatisfy(kept.contains)
    }
    for change in changes {
      let parts = change.path.split(separator: UInt8(ascii: "/")).map(Array.init)
      guard parts.count == 3, let stem = Snapshot.stem(parts[2]) else { continue }
      switch (try before.deployment(parts[1], stem), try after.deployment(parts[1], stem)) {
      case (let old?, let new?): if isLooser(new, than: old) { return change.path }
      case (let old?, nil): gone.append(old)
      case (nil, let new?): come.append((change.path, new))
      case (nil, nil): break
      }
    }
    // Under another name it is the same deployment; one that cannot be read could be any.
    for (path, new) in come {
      let olds = gone.filter {
        $0.environment == new.environment && ($0.deployment == nil || $0.modelName == new.modelName)
      }
      if olds.contains(where: { isLooser(new, than: $0) }) { return path }
    }
    return nil
  }
}

extension BreakGlass {
  /// What somebody who may break the glass is told beside a refusal; nil for everybody else.
  func note(on verdict: Verdict) -> String? {
    guard !verdict.isAccepted, decide(Request(reason: "?"), on: verdict).isGranted else { return nil }
    return
      "in an emergency the policy lets you override this, by name and for the record: `git push -o mlops.break-glass=\"REASON\"`"
  }
}

extension DeploymentState {
  /// The model that it serves.
  fileprivate var modelName: String? { deployment?.model.name?.value }
}
