import GitObjects

/// Writes what was rendered as a commit on a branch that another operator watches.
///
/// Every `*.yaml` at the branch's root is the rendering's own; other files and folders stay.
struct RenderCommit {
  private static let key = "Rendered-from"

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
    try refuseOlder(than: tip)
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

  /// A clone that has not fetched for a while must not bring yesterday's state back unasked.
  private func refuseOlder(than tip: ObjectID?) throws {
    guard let tip, render.request.commit == nil else { return }
    let lines = try bench.store.commit(tip).message.split(separator: 10)
    let prefix = bytes(Self.key + ": ")
    guard let line = lines.last(where: { $0.starts(with: prefix) }),
      let source = ObjectID(hex: line.dropFirst(prefix.count)), source != render.commit,
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
    let subject = "Render \(render.request.environment) of \(render.commit.short)"
    return try bench.write(.commit, header + bytes("\n\n\(subject)\n\n\(Self.key): \(render.commit.hex)\n"))
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
