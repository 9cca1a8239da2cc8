import GitObjects

/// Writes what was rendered as a commit on a branch that another operator watches.
///
/// Every `*.yaml` at the branch's root is the rendering's own; other files and folders stay.
struct RenderCommit {
  private static let key = "Rendered-from"
  private static let environmentKey = "Rendered-environment"
  /// How many commits of a branch are looked through for its last rendering.
  private static let maximumLook = 1000

  private let render: Render
  private let target: [UInt8]
  private let bench: Workbench

  private var shown: String { Text.show(target) }

  /// Refuses a branch that anybody could push to, and a state that the gate has not judged.
  init(render: Render, target: [UInt8]) throws {
    self.render = render
    self.target = target
    let policy = render.request.clone.policy
    bench = try Workbench(render.past, path: render.request.clone.path, policy: policy, context: render.context)
    try checkTarget()
    try checkSource()
  }

  private func checkTarget() throws {
    guard target.starts(with: bytes("refs/heads/")), Repository.isValidReferenceName(target) else {
      throw LocalCheck.CannotSay(
        "`\(shown)` is not the full name of a branch",
        fix: "write it as in `--commit-to refs/heads/rendered/\(render.request.environment)`")
    }
    let policies = render.judge.policies
    if let problem = (policies.hostProblems + policies.repositoryProblems).first {
      throw LocalCheck.CannotSay("the policy cannot be used: \(problem.message)", fix: problem.fix ?? "mend it")
    }
    if !policies.judging(target, isFirstPush: false).isEmpty {
      throw Refused(
        "`\(shown)` is protected: what stands there is judged, not rendered",
        fix: "name another branch: `--commit-to refs/heads/rendered/\(render.request.environment)`")
    }
    if policies.reservations(of: target).isEmpty {
      throw Refused(
        "no policy reserves `\(shown)`, so anybody could push what runs there",
        fix:
          "add `reserved_refs: {\"refs/heads/rendered/*\": [LOGIN]}` below `spec` of `policies/policy.yaml`, with who renders; `--policy DIR` reads a host's policy"
      )
    }
  }

  /// What is not on a protected line has not passed the gate.
  private func checkSource() throws {
    let past = render.past
    guard !render.judge.policies.judging(past.ref, isFirstPush: false).isEmpty else {
      throw Refused(
        "`\(Text.show(past.ref))` is not protected: nobody has judged what it holds",
        fix: "render a protected branch, or leave `--commit-to` out")
    }
    guard try render.commit == past.tip || past.line().steps.contains(where: { $0.commit == render.commit }) else {
      throw Refused(
        "\(render.commit.short) never was what `\(Text.show(past.ref))` held",
        fix: "name a commit that `git log --first-parent \(Text.show(past.name))` shows")
    }
  }

  /// Commits files where they differ from what the branch holds, and moves or pushes the branch.
  func commit(_ files: [KServeRender.File]) throws -> WorkflowReport {
    var report = WorkflowReport()
    let tip = try standing()
    let old = try tip.map { try bench.store.links($0).tree }
    if let last = try tip.flatMap({ try rendering(from: $0) }) {
      try refuseOther(than: last)
      try refuseOlder(than: last)
    }
    let tree = try tree(files, on: old)
    guard tree != old else {
      report.say("nothing to do: `\(shown)` holds it already")
      return report
    }
    let commit = try bench.signing(write(tree, on: tip))
    try bench.keep()
    let words = "commit \(commit.short): `\(Text.cut(render.request.environment))` of \(render.commit.short)"
    guard render.request.pushes else {
      try refuseCheckedOut()
      try bench.move([(target, tip ?? .zero, commit)], reason: "render")
      report.say("rendered: `\(shown)` is at \(words)")
      return report
    }
    guard try bench.push(["\(commit.hex):\(shown)"]) else {
      report.status = 1
      report.say("not rendered: `\(bench.remote)` did not take it, for the reason above; nothing was changed here")
      report.say("hint: where `\(shown)` moved meanwhile, run it again")
      return report
    }
    report.say("rendered: `\(shown)` of `\(bench.remote)` is at \(words)")
    return report
  }

  /// What the branch holds, where it is about to be moved.
  private func standing() throws -> ObjectID? {
    let tracking = bytes("refs/remotes/\(bench.remote)/") + Workbench.short(target)
    if render.request.pushes { return try bench.tip(of: tracking) }
    if let own = try bench.tip(of: target) { return own }
    return bench.remote.isEmpty ? nil : try bench.tip(of: tracking)
  }

  /// What a rendering's message says.
  private struct Rendering {
    var environment: [UInt8]?
    var source: ObjectID?
  }

  /// The last rendering of a branch, below what people have put on top of it.
  private func rendering(from tip: ObjectID) throws -> Rendering? {
    var id = tip
    for _ in 0..<Self.maximumLook {
      let commit = try bench.store.commit(id)
      let lines = commit.message.split(separator: 10)
      func value(_ key: String) -> ArraySlice<UInt8>? {
        let prefix = bytes(key + ": ")
        return lines.last { $0.starts(with: prefix) }.map { $0.dropFirst(prefix.count) }
      }
      if let source = value(Self.key) {
        return Rendering(environment: value(Self.environmentKey).map(Array.init), source: ObjectID(hex: source))
      }
      guard let parent = try bench.store.links(id).parents.first else { return nil }
      id = parent
    }
    return nil
  }

  /// A branch that one environment is watched on must not get another's state.
  private func refuseOther(than last: Rendering) throws {
    let own = render.request.environment
    guard let environment = last.environment, environment != bytes(own) else { return }
    throw Refused(
      "`\(shown)` holds what was rendered of `\(Text.cut(Text.show(environment)))`, and whoever watches it would apply `\(Text.cut(own))`",
      fix:
        "name another branch: `--commit-to refs/heads/rendered/\(own)`; where this one shall change its environment, delete it first"
    )
  }

  /// A clone that has not fetched for a while must not bring yesterday's state back unasked.
  private func refuseOlder(than last: Rendering) throws {
    guard let source = last.source, render.request.commit == nil, source != render.commit,
      bench.check.repository.contains(source), try bench.check.isBehind(render.commit, source)
    else { return }
    throw Refused(
      "`\(shown)` was rendered from \(source.short), which is newer than \(render.commit.short)",
      fix: "`git fetch` first; `--at \(render.commit.short)` renders an older state on purpose")
  }

  private func tree(_ files: [KServeRender.File], on old: ObjectID?) throws -> ObjectID {
    var changes: [(path: [UInt8], entry: TreeEntry?)] = []
    let names = Set(files.map { bytes($0.name) })
    for entry in try old.map({ try bench.store.tree($0).entries }) ?? []
    where entry.mode != .folder && Snapshot.stem(entry.name) != nil && !names.contains(entry.name) {
      changes.append((entry.name, nil))
    }
    for file in files { changes.append((bytes(file.name), try bench.file(bytes(file.text)))) }
    return try bench.trees.setting(changes, in: old ?? bench.write(.tree, []))
  }

  private func write(_ tree: ObjectID, on parent: ObjectID?) throws -> ObjectID {
    var header = bytes("tree \(tree)\n")
    if let parent { header += bytes("parent \(parent)\n") }
    header += bytes("author ") + (try bench.identity("GIT_AUTHOR_IDENT"))
    header += bytes("\ncommitter ") + (try bench.identity("GIT_COMMITTER_IDENT"))
    let trailers =
      "\(Self.environmentKey): \(render.request.environment)\n\(Self.key): \(render.commit.hex)"
    let subject = "Render \(render.request.environment) of \(render.commit.short)"
    return try bench.write(.commit, header + bytes("\n\n\(subject)\n\n\(trailers)\n"))
  }

  /// A branch that somebody works on would differ from its files.
  private func refuseCheckedOut() throws {
    guard !bench.check.repository.isBare else { return }
    let trees = try bench.git.run(["worktree", "list", "--porcelain"]).output
    guard trees.split(separator: 10).contains(where: { $0.elementsEqual(bytes("branch ") + target) }) else { return }
    throw Refused(
      "`\(shown)` is checked out here", fix: "`git switch` to another branch first, or push it: `--push`")
  }
}
