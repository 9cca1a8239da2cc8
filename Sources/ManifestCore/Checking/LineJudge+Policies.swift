import GitObjects
import YAMLTree

extension LineJudge {
  /// Judges a change of `policies/`: what may stand there, whether it can be used, and who must approve it.
  func judgePolicies(_ judged: CommittedChange) throws {
    let before = try judged.before.folder(Snapshot.policiesRoot)
    let after = try judged.after.folder(Snapshot.policiesRoot)
    if let problem = after.problem { return report(problem, path: Snapshot.policiesRoot, judged.place) }
    var paths: [[UInt8]] = []
    for change in Tree.changes(from: before, to: after) {
      let path = joined(Snapshot.policiesRoot, change.name)
      paths.append(path)
      guard let entry = change.new else { continue }
      let isPolicy = [PolicyFiles.policyName, PolicyFiles.approversName].contains { bytes($0) == entry.name }
      if entry.mode == .folder {
        try judgeStrayFolder(entry.id, change.old, path, judged.place, depth: 2)
      } else if entry.mode != .file || !(isPolicy || LineJudge.letBe.contains(entry.name)) {
        let reason = entry.mode == .file ? "only `policy.yaml` and `approvers.yaml` do" : "it is \(entry.mode.name)"
        report(
          Finding(
            .manifestLocation, judged.place.at(path), "`\(Text.show(path))` may not stand below `policies/`: \(reason)",
            fix: "keep it elsewhere"))
      }
    }
    let isHead = ref == context.refs.headBranch
    let loader = PolicyLoader(store: context.store)
    let read = try loader.repositoryPolicy(inTree: judged.after.root, headBranch: isHead ? ref : nil)
    for var finding in read.findings {
      finding.place.ref = ref
      finding.place.commit = judged.commit.id
      report(finding)
    }
    guard !context.settings.formOnly else { return }
    if !isFirstPush, context.settings.asksApprovals { try judgeGuard(paths, judged) }
    // Where another policy is tried on the past, the repository's own is not asked.
    if context.settings.triedPolicy == nil, let files = read.files, let policy = files.policy, files.problems.isEmpty {
      add(
        PolicyInForce(
          origin: .repository, policy: policy, directory: files.directory, manifestDirectory: files.directory,
          identity: "pushed " + read.identity))
    }
  }

  /// A host's policy that takes its people from the repository must find them there: without them nobody could ever
  /// approve anything again.
  func judgeBorrowedDirectory(_ judged: CommittedChange) throws {
    guard ref == context.refs.headBranch, !context.settings.formOnly,
      policies.contains(where: { $0.origin == .host && $0.policy.approversFromRepository })
    else { return }
    let read = try PolicyLoader(store: context.store).repositoryPolicy(inTree: judged.after.root, headBranch: nil)
    guard read.files?.directory == nil || read.files?.policy == nil else { return }
    report(
      Finding(
        .policyInvalid, judged.place.at(joined(Snapshot.policiesRoot, bytes(PolicyFiles.approversName))),
        "the host's policy takes its people from `policies/approvers.yaml`, which is not there beside a `policy.yaml`",
        fix: "add `policies/policy.yaml` and `policies/approvers.yaml` to this push", policy: .host))
  }

  private func judgeGuard(_ paths: [[UInt8]], _ judged: CommittedChange) throws {
    let guardians = policies.filter { !$0.policy.policyApprovers.isEmpty }
    // Whether nobody guards them yet is decided by what stood before the push: a policy that it brings is asked beside.
    let standing = policies.filter { !$0.isFromThisPush }
    let isUnguarded = standing.allSatisfy(\.policy.policyApprovers.isEmpty)
    let asked: [(policy: PolicyInForce, isFirst: Bool)] =
      (isUnguarded ? standing.prefix(1) : []).map { ($0, true) } + guardians.map { ($0, false) }
    for (policy, isFirst) in asked {
      var roles = policy.policy.policyApprovers.map {
        RequiredRole(name: $0, members: policy.directory?.members(of: $0) ?? [], directory: policy.directory)
      }
      var directory = policy.directory
      if isFirst {
        directory = policy.manifestDirectory
        roles = try approversOfOldTip().map {
          RequiredRole(name: $0, members: directory?.members(of: $0), directory: directory)
        }
      }
      guard !roles.isEmpty else { continue }
      for path in paths {
        let sources = try approvalSources(for: path, folders: { _ in [] }, judged)
        let ledger = try ApprovalLedger(
          policy: policy, roles: roles, minimum: 1, directories: [directory], pusher: context.pusher, sources: sources,
          signatures: signatures(of: judged, by: policy))
        try report(
          ledger, isComplete: ledger.isComplete, .policyGuard, what: "changing `policies/`", judged.place.at(path),
          judged)
      }
    }
  }

  /// All roles that manifests at the old tip name: who approves where no policy says so.
  private func approversOfOldTip() throws -> [String] {
    var roles: [String] = []
    for environment in try oldTip.environments() {
      for entry in try oldTip.environment(environment).entries {
        guard let stem = Snapshot.stem(entry.name), let state = try oldTip.deployment(environment, stem) else {
          continue
        }
        for role in state.approvers where !roles.contains(role) { roles.append(role) }
      }
    }
    return roles
  }
}
