import GitObjects
import YAMLTree

/// The tree in which a deployment's model and routing are what they were, and everything else is as it stands.
struct RollbackTree {
  let bench: Workbench
  let current: DeploymentState
  let target: DeploymentState
  /// The state of the repository in which the target stood.
  let then: Snapshot

  /// The root tree.
  func tree() throws -> ObjectID {
    do {
      return try bench.trees.setting(try manifest() + routingFiles() + versionFolders(), in: bench.standing().root)
    } catch let problem as ManifestEditor.Problem {
      throw Refused("`\(Text.show(current.path))`: \(problem.message)", fix: problem.fix)
    }
  }

  private func editor(_ blob: ObjectID) throws -> ManifestEditor {
    try ManifestEditor(bench.store.blob(blob, maximum: ManifestFile.maximumBytes).copy)
  }

  /// The deployment's own file, with the model and the routings of then.
  private func manifest() throws -> [(path: [UInt8], entry: TreeEntry?)] {
    var editor = try editor(current.blob)
    let old = try self.editor(target.blob)
    guard let document = editor.index(of: .deployment), let source = old.index(of: .deployment) else { return [] }
    let path: [NodeStep] = .keys("spec", "model")
    var last = "version"
    for key in ["registry", "name", "version", "digest"] {
      let was = old.documents[source].value(at: path + [.key(key)])?.scalar?.text
      let isThere = editor.documents[document].value(at: path + [.key(key)]) != nil
      if let was, isThere {
        try editor.set(path + [.key(key)], of: document, to: was)
        last = key
      } else if let was {
        try editor.insert(key, was, behind: last, of: path, in: document)
      } else if isThere {
        try editor.remove(key, of: path, in: document)
      }
    }
    let now = editor.indexes(of: .routing)
    let before = old.indexes(of: .routing)
    for (index, other) in zip(now, before) { editor.replaceDocument(index, with: old, other) }
    for index in now.dropFirst(before.count) { editor.removeDocument(index) }
    for other in before.dropFirst(now.count) { editor.append(old, other) }
    let text = try editor.result()
    return text == editor.original ? [] : [(current.path, try bench.file(text))]
  }

  /// Files that hold a routing alone: those of then as they were, those that came since not at all.
  private func routingFiles() throws -> [(path: [UInt8], entry: TreeEntry?)] {
    var files: [(path: [UInt8], entry: TreeEntry?)] = []
    for routing in current.routings where routing.path != current.path {
      if !target.routings.contains(where: { $0.path == routing.path }) { files.append((routing.path, nil)) }
    }
    for routing in target.routings where routing.path != target.path {
      files.append((routing.path, TreeEntry(name: [], mode: .file, id: routing.blob)))
    }
    return files
  }

  /// Version folders of then that are gone come back.
  private func versionFolders() throws -> [(path: [UInt8], entry: TreeEntry?)] {
    guard let model = target.deployment?.model.name?.value else { return [] }
    var folders: [(path: [UInt8], entry: TreeEntry?)] = []
    for version in target.namedVersions {
      guard try bench.standing().versionFolder(model, version) == nil,
        let folder = try then.versionFolder(model, version)
      else { continue }
      folders.append((Snapshot.versionPath(model, version), TreeEntry(name: [], mode: .folder, id: folder)))
    }
    return folders
  }
}
