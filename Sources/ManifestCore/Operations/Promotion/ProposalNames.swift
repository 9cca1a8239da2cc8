import GitObjects

/// What a proposal may name: a slip of the pen is told with the nearest name that is there.
struct ProposalNames {
  let bench: Workbench

  /// The environments that hold deployments, or that a policy names.
  func environments() throws -> [String] {
    var names = try bench.standing().environments().map { Text.show($0) }
    for policy in try bench.policies() {
      for name in policy.policy.environments.keys where !names.contains(name) { names.append(name) }
    }
    return names.sorted()
  }

  /// Refuses an environment that is nearly one that is there.
  ///
  /// Any other is taken for a new one, unless the policy is closed, of which the gate speaks.
  func checkTarget(_ name: String) throws {
    let known = try environments()
    guard !known.contains(name), let near = Suggestion.nearest(to: name, among: known) else { return }
    throw Refused(
      "there is no environment `\(Text.cut(name))`",
      fix: "did you mean `\(near)`? a new environment with that name has to stand in the policy first")
  }

  /// Refuses an environment that a version cannot come from, as it is not there.
  func checkSource(_ name: String) throws {
    let known = try environments()
    guard !known.contains(name) else { return }
    let near = Suggestion.nearest(to: name, among: known)
    throw Refused(
      "`--from`: there is no environment `\(Text.cut(name))`",
      fix: near.map { "did you mean `\($0)`?" } ?? "there is \(Text.list(known))")
  }

  /// Refuses a version that was never registered.
  func checkVersion(_ version: String, of model: String) throws {
    let standing = try bench.standing()
    guard try standing.versionFolder(model, version) == nil else { return }
    let folder = try standing.folder(Snapshot.modelsRoot)
    // Of a model that is not there either, there is more to say than of its version.
    guard let entry = folder.entry(named: bytes(model)), entry.mode == .folder else { return }
    let known = try bench.store.tree(entry.id).entries.filter { $0.mode == .folder }.map { Text.show($0.name) }
    let target = Text.show(Workbench.short(bench.target))
    let shown = "`\(version)` of `\(model)` is not registered on `\(target)`"
    if let head = try bench.check.head()?.commit,
      try bench.store.entry(at: Snapshot.versionPath(model, version), in: bench.store.links(head).tree) != nil
    {
      throw Refused(
        shown + (bench.remote.isEmpty ? "" : " of `\(bench.remote)`") + ", though it is on your branch",
        fix: "push it first: git push \(bench.remote) \(target)")
    }
    let near = Suggestion.nearest(to: version, among: known).map { "did you mean `\($0)`? or " } ?? ""
    throw Refused(
      shown,
      fix: near + "register it: `mlops-hook register \(model) \(version) --metrics FILE --push`")
  }
}
