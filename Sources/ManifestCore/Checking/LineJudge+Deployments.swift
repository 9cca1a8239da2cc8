import GitObjects

extension LineJudge {
  /// One file below `deployments/<environment>/` that a step changes.
  struct ManifestChange {
    var stem: [UInt8]
    var old: TreeEntry?
    var new: TreeEntry?
  }

  /// Files that may stand anywhere below `deployments/` and `policies/`.
  static let letBe = ["README.md", ".gitkeep", ".gitignore", ".gitattributes"].map { bytes($0) }

  func judgeDeployments(_ judged: CommittedChange) throws {
    let before = try judged.before.folder(Snapshot.deploymentsRoot)
    let after = try judged.after.folder(Snapshot.deploymentsRoot)
    if let problem = after.problem { return report(problem, path: Snapshot.deploymentsRoot, judged.place) }
    var changes: [(environment: [UInt8], changes: [ManifestChange])] = []
    for change in Tree.changes(from: before, to: after) {
      let path = joined(Snapshot.deploymentsRoot, change.name)
      if let new = change.new {
        if change.old == nil { judgeLookAlikes(new.name, in: after, path, judged.place) }
        if new.mode != .folder {
          judgeStrayFile(new, path, judged.place)
        } else if let problem = DNSLabel.problem(in: String(decoding: new.name, as: UTF8.self)) {
          report(
            Finding(
              .manifestLocation, judged.place.at(path),
              "`\(Text.show(new.name))` cannot be an environment: \(problem.message)",
              fix: problem.fix))
        }
      }
      let old = change.old?.mode == .folder ? try context.store.tree(change.old?.id ?? .zero) : .empty()
      let new = change.new?.mode == .folder ? try context.store.tree(change.new?.id ?? .zero, like: old) : .empty()
      if let problem = new.problem {
        report(problem, path: path, judged.place)
        continue
      }
      let files = try manifestChanges(from: old, to: new, path, judged)
      if !files.isEmpty { changes.append((change.name, files)) }
    }
    for (environment, files) in changes {
      try judgeEnvironment(environment, files, judged)
      endpointIndexes[environment]?.update(files)
    }
  }

  /// The manifests that differ between two states of an environment; everything else there is judged at once.
  private func manifestChanges(
    from old: Tree, to new: Tree, _ folder: [UInt8], _ judged: CommittedChange
  ) throws -> [ManifestChange] {
    var files: [ManifestChange] = []
    for change in Tree.changes(from: old, to: new) {
      let path = joined(folder, change.name)
      if let entry = change.new {
        if change.old == nil { judgeLookAlikes(entry.name, in: new, path, judged.place) }
        if entry.mode == .folder {
          try judgeStrayFolder(entry.id, change.old, path, judged.place, depth: 3)
          continue
        }
        guard let stem = Snapshot.stem(entry.name), DNSLabel.problem(in: String(decoding: stem, as: UTF8.self)) == nil
        else {
          judgeStrayFile(entry, path, judged.place)
          if change.old.map({ Snapshot.stem($0.name) != nil }) != true { continue }
          continue
        }
        let previous = change.old.flatMap { $0.mode == .folder ? nil : $0 }
        files.append(ManifestChange(stem: stem, old: previous, new: entry))
      } else if let entry = change.old, entry.mode != .folder, let stem = Snapshot.stem(entry.name) {
        files.append(ManifestChange(stem: stem, old: entry, new: nil))
      }
    }
    return files
  }

  /// A file that is no manifest may stand only if it is one of those that are let be.
  private func judgeStrayFile(_ entry: TreeEntry, _ path: [UInt8], _ place: StepPlace) {
    if Self.letBe.contains(entry.name), entry.mode == .file { return }
    let reason: String
    if entry.mode != .file {
      reason = "it is \(entry.mode.name), not a regular file"
    } else if path.filter({ $0 == UInt8(ascii: "/") }).count < 2 {
      reason = "it stands in no environment's folder"
    } else if Snapshot.stem(entry.name) == nil {
      reason = "its name does not end in `.yaml`"
    } else {
      reason = "its name is not a DNS label and `.yaml`"
    }
    report(
      Finding(
        .manifestLocation, place.at(path), "`\(Text.show(path))` may not stand here: \(reason)",
        fix:
          "manifests are regular files `deployments/<environment>/<name>.yaml`; keep others outside of `deployments/`"))
  }

  /// A folder where none belongs may hold only what is let be anywhere.
  func judgeStrayFolder(_ id: ObjectID, _ old: TreeEntry?, _ path: [UInt8], _ place: StepPlace, depth: Int) throws {
    guard depth <= 16 else {
      return report(
        Finding(.treeMalformed, place.at(path), "folders are nested more than 16 deep", fix: "flatten them"))
    }
    if old == nil, !judgedFolders.insert(JudgedFolder(id: id, rules: .stray)).inserted { return }
    try context.store.budget.checkTime()
    let tree = try context.store.tree(id)
    if let problem = tree.problem { return report(problem, path: path, place) }
    let previous = old?.mode == .folder ? try context.store.tree(old?.id ?? .zero) : .empty()
    for change in Tree.changes(from: previous, to: tree) {
      guard let entry = change.new else { continue }
      let inner = joined(path, entry.name)
      if entry.mode == .folder {
        try judgeStrayFolder(entry.id, change.old, inner, place, depth: depth + 1)
      } else if !Self.letBe.contains(entry.name) || entry.mode != .file {
        report(
          Finding(
            .manifestLocation, place.at(inner), "`\(Text.show(inner))` stands too deep",
            fix:
              "manifests are regular files `deployments/<environment>/<name>.yaml`; keep others outside of `deployments/`"
          ))
      }
    }
  }

  /// A name that a file system could take for another one's hides it.
  private func judgeLookAlikes(_ name: [UInt8], in tree: Tree, _ path: [UInt8], _ place: StepPlace) {
    let key = CaseFolding.key(of: name)
    if !key.isText {
      report(Finding(.manifestLocation, place.at(path), "the name `\(Text.show(name))` is not UTF-8", fix: "rename it"))
      return
    }
    // Two plain names are never alike without being the same.
    let others = TreeEntry.isPlain(name) ? tree.unusualNames : tree.entries.map(\.name)
    for other in others {
      guard other != name, CaseFolding.key(of: other) == key else { continue }
      report(
        Finding(
          .manifestLocation, place.at(path),
          "`\(Text.show(name))` and `\(Text.show(other))` are one name to a file system that folds case or normalises names",
          fix: "rename one of the two"))
    }
  }

  // MARK: One environment

  private func judgeEnvironment(_ environment: [UInt8], _ files: [ManifestChange], _ judged: CommittedChange) throws {
    let oldTree = try judged.before.environment(environment)
    let newTree = try judged.after.environment(environment)
    var affected: [[UInt8]: Set<[UInt8]>] = [:]  // the deployments that the change of each file concerns
    for file in files {
      let path = Snapshot.path(environment, file.stem)
      let oldFile = try file.old.map { try context.manifest($0) }
      let newFile = try file.new.map { try context.manifest($0) }
      if let newFile, let entry = file.new { judgeForm(newFile, entry, environment, file.stem, judged.place) }
      var concerned: Set<[UInt8]> = []
      let wasDeployment = oldFile.map { $0.deployment != nil || !$0.isReadable && $0.routings.isEmpty } ?? false
      let isDeployment = newFile.map { $0.deployment != nil || !$0.isReadable && $0.routings.isEmpty } ?? false
      if wasDeployment || isDeployment { concerned.insert(file.stem) }
      if let oldFile, oldFile.deployment == nil, !oldFile.routings.isEmpty,
        let owner = try judged.before.owner(of: file.stem, in: oldTree)
      {
        concerned.insert(owner)
      }
      if let newFile, newFile.deployment == nil, !newFile.routings.isEmpty {
        if let owner = try judged.after.owner(of: file.stem, in: newTree) {
          concerned.insert(owner)
        } else {
          reportOrphan(path, newFile, judged.place)
        }
      }
      if wasDeployment != isDeployment {
        concerned.formUnion(try judgeOwnership(around: file.stem, environment, oldTree, newTree, judged))
      }
      affected[path] = concerned
    }
    for name in Set(affected.values.flatMap { $0 }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      try judgeDeployment(environment, name, judged)
    }
    guard !isFirstPush, context.settings.asksApprovals, !context.settings.formOnly else { return }
    for path in affected.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      try judgeApprovals(of: path, environment, concerning: affected[path] ?? [], judged)
    }
  }

  /// Where a deployment comes or goes, routings beside it may change hands.
  ///
  /// Gives those who had or have them.
  private func judgeOwnership(
    around stem: [UInt8], _ environment: [UInt8], _ oldTree: Tree, _ newTree: Tree, _ judged: CommittedChange
  ) throws -> Set<[UInt8]> {
    var concerned: Set<[UInt8]> = []
    for entry in newTree.entries(withPrefix: stem + [UInt8(ascii: "-")]) {
      guard let other = Snapshot.stem(entry.name) else { continue }
      let file = try context.manifest(entry)
      guard file.deployment == nil, !file.routings.isEmpty else { continue }
      let owner = try judged.after.owner(of: other, in: newTree)
      let previous = try oldTree.entry(named: entry.name) == nil ? nil : judged.before.owner(of: other, in: oldTree)
      if owner == nil { reportOrphan(Snapshot.path(environment, other), file, judged.place) }
      if owner != previous { concerned.formUnion([owner, previous].compactMap { $0 }) }
    }
    return concerned
  }

  private func reportOrphan(_ path: [UInt8], _ file: ManifestFile, _ place: StepPlace) {
    let name = file.routings.first?.name
    report(
      Finding(
        .routingOwner, place.at(path, name?.mark),
        "the routing `\(Text.cut(name?.value ?? Text.show(path)))` belongs to no deployment",
        fix: "let it stand in its deployment's file behind `---`, or name it `<deployment>-…`", field: "metadata.name"))
  }

  /// What can be said of a manifest from its own text and its path.
  private func judgeForm(
    _ file: ManifestFile, _ entry: TreeEntry, _ environment: [UInt8], _ stem: [UInt8], _ place: StepPlace
  ) {
    let path = Snapshot.path(environment, stem)
    guard judgedForms.insert(FormKey(path: path, entry: entry.id, mode: entry.mode)).inserted else { return }
    manifestCount += 1
    for problem in file.problems { report(problem.finding(at: place.at(path))) }
    let shown = Text.show(stem)
    func differs(_ name: String, _ expected: [UInt8]) -> Bool { !name.utf8.elementsEqual(expected) }
    if let deployment = file.deployment {
      if let name = deployment.name, differs(name.value, stem) {
        report(
          Finding(
            .manifestLocation, place.at(path, name.mark),
            "`metadata.name` is `\(name.value)`, but the file is `\(shown).yaml`",
            fix: "write `name: \(shown)`, or rename the file to `\(name.value).yaml`", field: "metadata.name"))
      }
      if let own = deployment.environment, differs(own.value, environment) {
        report(
          Finding(
            .manifestLocation, place.at(path, own.mark),
            "`spec.environment` is `\(own.value)`, but the file stands in `deployments/\(Text.show(environment))/`",
            fix: "write `environment: \(Text.show(environment))`, or move the file", field: "spec.environment"))
      }
    } else if let name = file.routings.first?.name, differs(name.value, stem) {
      report(
        Finding(
          .manifestLocation, place.at(path, name.mark),
          "`metadata.name` is `\(name.value)`, but the file is `\(shown).yaml`",
          fix: "write `name: \(shown)`, or rename the file to `\(name.value).yaml`", field: "metadata.name"))
    }
  }
}
