import GitObjects
import YAMLTree

extension LineJudge {
  /// Judges what a step changes below `models/`.
  func judgeModels(_ judged: CommittedChange) throws {
    let before = try judged.before.folder(Snapshot.modelsRoot)
    let after = try judged.after.folder(Snapshot.modelsRoot)
    if let problem = after.problem { return report(problem, path: Snapshot.modelsRoot, judged.place) }
    for change in Tree.changes(from: before, to: after) {
      let path = joined(Snapshot.modelsRoot, change.name)
      if let new = change.new, new.mode != .folder { try judgeFile(new, path, judged.place, isArtifact: false) }
      if change.old == nil, let twin = twin(of: change.name, in: after) {
        report(
          Finding(
            .manifestLocation, judged.place.at(path),
            "`\(Text.show(path))` is `\(Text.show(joined(Snapshot.modelsRoot, twin)))` once names are normalised (NFC)",
            fix: "use the name that is there"))
      }
      let old = change.old?.mode == .folder ? try context.store.tree(change.old?.id ?? .zero) : .empty()
      let new = change.new?.mode == .folder ? try context.store.tree(change.new?.id ?? .zero) : .empty()
      if let problem = new.problem {
        report(problem, path: path, judged.place)
        continue
      }
      for version in Tree.changes(from: old, to: new) {
        try judgeVersion(version, change.name, joined(path, version.name), judged)
      }
    }
  }

  /// Another model whose name is the same text in another form: readers would find either.
  private func twin(of name: [UInt8], in models: Tree) -> [UInt8]? {
    guard !name.allSatisfy({ $0 < 0x80 }) else { return nil }
    return models.entries.first { $0.name != name && Text.equivalent($0.name) == Text.equivalent(name) }?.name
  }

  private func judgeVersion(_ change: TreeChange, _ model: [UInt8], _ path: [UInt8], _ judged: CommittedChange) throws {
    let old = change.old?.mode == .folder ? change.old : nil
    let new = change.new?.mode == .folder ? change.new : nil
    let name = String(decoding: change.name, as: UTF8.self)
    let isVersion = SemanticVersion.problem(in: name) == nil
    if let entry = change.new, entry.mode != .folder { try judgeFile(entry, path, judged.place, isArtifact: isVersion) }
    let before = try old.map { try context.store.tree($0.id) } ?? .empty()
    let after = try new.map { try context.store.tree($0.id) } ?? .empty()
    try judgeFiles(from: before, to: after, path, judged.place, isArtifact: isVersion, depth: 3)
    guard isVersion, after.problem == nil, !context.settings.formOnly else { return }
    let wasPublished = before.entry(named: VersionEvidence.fileName) != nil
    let isPublished = after.entry(named: VersionEvidence.fileName) != nil
    if wasPublished, !policies.contains(where: \.policy.models.immutable) {
      try judgeWhoNames(model, name, judged)
      if let new, isPublished {
        try judgeEvidence(of: new, model, name, path, judged.place)
        if !isFirstPush, context.settings.asksApprovals { try judgePublisher(new, path, judged) }
      }
    } else if wasPublished {
      try judgeImmutable(old: old, new: new, model, name, path, judged)
    } else if isPublished, let new {
      if let removed = removedVersions[Text.equivalent(path)], removed != new.id {
        reportImmutable(path, "comes back changed in the push that removes it", judged.place)
      }
      try judgeEvidence(of: new, model, name, path, judged.place)
      if !isFirstPush, context.settings.asksApprovals { try judgePublisher(new, path, judged) }
    }
  }

  /// The evidence of a version is judged when it is published: it cannot be mended afterwards.
  private func judgeEvidence(
    of folder: TreeEntry, _ model: [UInt8], _ version: String, _ path: [UInt8], _ place: StepPlace
  ) throws {
    judgeEvidenceFile(try context.evidence(folder.id), path, Text.show(model), version, place)
  }

  // MARK: Immutable evidence

  private func judgeImmutable(
    old: TreeEntry?, new: TreeEntry?, _ model: [UInt8], _ version: String, _ path: [UInt8], _ judged: CommittedChange
  ) throws {
    guard new == nil else { return reportImmutable(path, "is published, and may not change any more", judged.place) }
    let key = Text.equivalent(path)
    if let old, removedVersions[key] == nil { removedVersions[key] = old.id }
    for environment in try judged.after.environments() {
      for entry in try judged.after.environment(environment).entries {
        guard let stem = Snapshot.stem(entry.name) else { continue }
        guard let state = try judged.after.deployment(environment, stem) else { continue }
        let names = state.deployment?.model.name?.value == String(decoding: model, as: UTF8.self)
        let routes =
          state.routings.flatMap { $0.routing.routes.map(\.version.value) } + [
            state.deployment?.model.version?.value ?? ""
          ]
        if names && routes.contains(version) || !state.isReadable {
          return reportImmutable(
            path,
            state.isReadable
              ? "is still named by `\(Text.show(state.path))`"
              : "may be named by `\(Text.show(state.path))`, which cannot be read",
            judged.place)
        }
      }
    }
  }

  /// Where published evidence may change, every deployment that names it is judged by what it is now.
  private func judgeWhoNames(_ model: [UInt8], _ version: String, _ judged: CommittedChange) throws {
    let name = String(decoding: model, as: UTF8.self)
    for environment in try judged.after.environments() {
      for entry in try judged.after.environment(environment).entries {
        guard let stem = Snapshot.stem(entry.name), let state = try judged.after.deployment(environment, stem) else {
          continue
        }
        guard state.deployment?.model.name?.value == name,
          state.versions.contains(where: { $0.version.value == version })
        else { continue }
        try judgeDeployment(environment, stem, judged)
      }
    }
  }

  private func reportImmutable(_ path: [UInt8], _ message: String, _ place: StepPlace) {
    let policy = policies.first { $0.policy.models.immutable }
    guard let policy else { return }
    report(
      Finding(
        .modelImmutable, place.at(path), "`\(Text.show(path))` \(message)",
        fix: "publish a new version; a whole folder that no manifest names may be removed", policy: policy.origin))
  }

  // MARK: Files

  /// Files that come or change: regular ones below a version, and large ones by git-lfs.
  private func judgeFiles(
    from old: Tree, to new: Tree, _ path: [UInt8], _ place: StepPlace, isArtifact: Bool, depth: Int
  ) throws {
    guard depth <= 16 else {
      return report(
        Finding(.treeMalformed, place.at(path), "folders are nested more than 16 deep", fix: "flatten them"))
    }
    let folder = JudgedFolder(id: new.id, rules: isArtifact ? .artifacts : .otherFiles)
    if old.count == 0, depth > 3, !judgedFolders.insert(folder).inserted { return }
    try context.store.budget.checkTime()
    if let problem = new.problem { return report(problem, path: path, place) }
    for change in Tree.changes(from: old, to: new) {
      guard let entry = change.new else { continue }
      let inner = joined(path, entry.name)
      if entry.mode == .folder {
        let before = change.old?.mode == .folder ? try context.store.tree(change.old?.id ?? .zero) : .empty()
        try judgeFiles(
          from: before, to: try context.store.tree(entry.id), inner, place, isArtifact: isArtifact, depth: depth + 1)
      } else {
        try judgeFile(entry, inner, place, isArtifact: isArtifact)
      }
    }
  }

  private func judgeFile(_ entry: TreeEntry, _ path: [UInt8], _ place: StepPlace, isArtifact: Bool) throws {
    if entry.mode == .symbolicLink || entry.mode == .submodule {
      if isArtifact || path.filter({ $0 == UInt8(ascii: "/") }).count < 2 {
        report(
          Finding(
            .modelInvalid, place.at(path),
            "`\(Text.show(path))` is \(entry.mode.name); published models are regular files",
            fix: "put the file itself there, a large one by git-lfs"))
      }
      return
    }
    guard let policy = policies.min(by: { $0.policy.models.lfsOver < $1.policy.models.lfsOver }) else { return }
    // Evidence is read anyway, and refused where it is larger than this.
    let isEvidence =
      isArtifact && entry.name == VersionEvidence.fileName && path.filter { $0 == UInt8(ascii: "/") }.count == 3
    if isEvidence { return }
    let size = try context.store.header(entry.id).size
    guard Int64(size) > policy.policy.models.lfsOver else { return }
    if size < LFSPointer.maximumBytes,
      try context.store.blob(entry.id, maximum: LFSPointer.maximumBytes).withBytes({ LFSPointer($0) }) != nil
    {
      return
    }
    report(
      Finding(
        .modelLFS, place.at(path),
        "`\(Text.show(path))` has \(size) bytes, more than \(policy.policy.models.lfsOver), and is no git-lfs pointer",
        fix: "`git lfs track` it, and add it again before committing", policy: policy.origin))
  }

  // MARK: Publishers

  private func judgePublisher(_ folder: TreeEntry, _ path: [UInt8], _ judged: CommittedChange) throws {
    // Who pushed is not known of the past on which a policy is tried.
    for policy in policies where !policy.policy.models.publishers.isEmpty && context.settings.triedPolicy == nil {
      if let tip = context.refs.headTip, try entry(at: path, in: context.store.links(tip).tree)?.id == folder.id {
        continue
      }
      let names = policy.policy.models.publishers
      if context.settings.hasPushBoundaries, context.pusher.holds(oneOf: names, directory: policy.directory) {
        continue
      }
      var members = names.flatMap { policy.directory?.members(of: $0) ?? [] }
      members += names.compactMap { policy.directory?.person(login: $0) ?? policy.directory?.person(email: $0.utf8) }
      let role = RequiredRole(name: "publishers", members: members, directory: policy.directory)
      let sources = try approvalSources(
        for: joined(path, VersionEvidence.fileName),
        folders: { snapshot in [try self.entry(at: path, in: snapshot.root)?.id] }, judged)
      let ledger = try ApprovalLedger(
        policy: policy, roles: [role], minimum: 1, directories: [policy.directory], pusher: context.pusher,
        sources: sources, signatures: signatures(of: judged, by: policy), provesFolder: path)
      if ledger.isComplete { continue }
      report(
        Finding(
          .modelPublisher, judged.place.at(path),
          "the version `\(Text.show(path))` is added neither by a publisher nor with the approval of one; the pusher is `\(Text.cut(context.pusher.shown))`",
          fix: "let one of \(Text.list(names, "or")) push or approve it", policy: policy.origin,
          notes: ledger.entries.compactMap { entry in
            entry.refusal.map { "`\(entry.shown)` does not count: \($0.reason)" }
          }))
    }
  }
}
