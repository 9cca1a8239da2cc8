import GitObjects

/// One change that waits to be promoted: a branch's, as it would be on the tip of the target.
struct Proposal {
  /// The folders of branches that hold proposals.
  static let folders = ["refs/heads/promote/", "refs/heads/rollback/"]

  /// The branch by its full name, or nothing where a commit was named.
  var branch: [UInt8]?
  /// The last commit.
  var commit: ObjectID
  /// Where the branch parted from the target.
  var base: ObjectID
  /// The commits of the branch that are not on the target, the oldest first.
  var commits: [Commit]
  /// The change, on the tip of the target.
  var changes: [PathChange]
  /// The root tree with the change.
  var tree: ObjectID

  /// How messages name it.
  var shown: String { branch.map { Text.show(Workbench.short($0)) } ?? commit.short }

  /// The commit whose message the promotion takes over: the oldest, which made the proposal.
  var first: Commit? { commits.first }
}

extension Workbench {
  /// Finds a proposal by the name of its branch, here or on the remote, or by a commit.
  func proposal(_ name: String) throws -> Proposal {
    let short = bytes(
      name.utf8.starts(with: "refs/heads/".utf8) ? String(name.dropFirst("refs/heads/".utf8.count)) : name)
    let branch = bytes("refs/heads/") + short
    let here = try Repository.isValidReferenceName(branch) ? tip(of: branch) : nil
    let there = refs.branches[branch]
    if let here, let there, here != there, try !isBehind(here, there), try !isBehind(there, here) {
      throw Refused(
        "`\(Text.cut(name))` is at \(here.short) here and at \(there.short) on `\(remote)`, and neither follows the other",
        fix: "name the one that you mean: `mlops-hook promote \(here.short)`, or \(there.short)")
    }
    if branch == target {
      throw LocalCheck.CannotSay(
        "`\(Text.cut(name))` is the branch that promotions go to",
        fix: "name a proposal: `mlops-hook status` lists them")
    }
    if let here, let there { return try proposal(at: try isBehind(here, there) ? there : here, branch) }
    if let commit = here ?? there { return try proposal(at: commit, branch) }
    let commit: ObjectID
    do {
      commit = try check.repository.commit(named: name)
    } catch {
      let names = try proposalBranches().map { Text.show(Self.short($0.name)) }
      let near = Suggestion.nearest(to: name, among: names)
      throw LocalCheck.CannotSay(
        "there is no branch or commit `\(Text.cut(name))`, here or on `\(remote)`",
        fix: near.map { "did you mean `\($0)`?" }
          ?? (names.isEmpty ? "`mlops-hook propose` makes one" : "there are \(Text.list(names))"))
    }
    return try proposal(at: commit, nil)
  }

  /// The branches that hold proposals, here and on the remote, each once and with what it holds.
  func proposalBranches() throws -> [(name: [UInt8], commit: ObjectID)] {
    var found: [[UInt8]: ObjectID] = [:]
    for folder in Proposal.folders {
      for (name, value) in try check.repository.references(below: folder) {
        if case .direct(let id) = value { found[name] = id }
      }
      for (name, id) in refs.branches where name.starts(with: bytes(folder)) {
        if let here = found[name], try isBehind(id, here) { continue }
        found[name] = id
      }
    }
    return found.map { ($0.key, $0.value) }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Whether a commit can be reached from another one.
  func isBehind(_ older: ObjectID, _ newer: ObjectID) throws -> Bool {
    if older == newer { return true }
    let result = try git.run(["merge-base", "--is-ancestor", older.hex, newer.hex])
    guard result.status <= 1 else {
      throw LocalCheck.CannotSay(
        "`git merge-base`: \(result.complaint)", fix: "fetch the whole history: `git fetch --unshallow`")
    }
    return result.isSuccess
  }

  /// The change of a branch, put on the tip of the target as it is now.
  ///
  /// By content: what the branch changed must be unchanged on the target since they parted.
  func proposal(at commit: ObjectID, _ branch: [UInt8]?) throws -> Proposal {
    let shown = branch.map { Text.show(Self.short($0)) } ?? commit.short
    let base = try git.output(
      ["merge-base", tip.hex, commit.hex],
      fix: "`\(shown)` has nothing in common with `\(Text.show(Self.short(target)))`")
    guard let base = ObjectID(hex: base.prefix(ObjectID.hexSize)) else {
      throw LocalCheck.CannotSay("git named no commit", fix: "see what `git merge-base` says")
    }
    if base == commit {
      throw Refused(
        "`\(shown)` holds nothing that `\(Text.show(Self.short(target)))` does not hold already",
        fix: "it was promoted: \(Self.deletion(of: shown, branch, remote))")
    }
    let commits = try commitsOfBranch(commit, shown)
    let tree = try store.links(tip).tree
    let changes = try PathChanges(store: store).list(from: store.links(base).tree, to: store.links(commit).tree)
    var edits: [(path: [UInt8], entry: TreeEntry?)] = []
    for change in changes {
      let standing = try store.entry(at: change.path, in: tree)
      if standing == change.new { continue }
      guard standing == change.old else {
        throw Refused(
          "`\(Text.show(change.path))` was changed on `\(Text.show(Self.short(target)))` since `\(shown)` was made",
          fix: "propose it again, on what stands there now: `mlops-hook propose …` takes the place of the branch")
      }
      edits.append((change.path, change.new))
    }
    if edits.isEmpty {
      throw Refused(
        "what `\(shown)` changes stands on `\(Text.show(Self.short(target)))` already",
        fix: Self.deletion(of: shown, branch, remote))
    }
    return Proposal(
      branch: branch, commit: commit, base: base, commits: commits,
      changes: changes.filter { change in
        edits.contains { $0.path == change.path }
      }, tree: try trees.setting(edits, in: tree))
  }

  /// How a branch is deleted, here and on the remote.
  private static func deletion(of shown: String, _ branch: [UInt8]?, _ remote: String) -> String {
    guard branch != nil else { return "there is nothing left to do" }
    let word = ShellWord.quoted(shown)
    return "delete the branch: `git branch -D \(word)`, `git push \(remote) --delete \(word)`"
  }

  /// Every commit that a branch would bring, the oldest first: whoever wrote one may not approve it.
  private func commitsOfBranch(_ commit: ObjectID, _ shown: String) throws -> [Commit] {
    let maximum = 1000
    let list = try git.output(
      ["rev-list", "--topo-order", "--reverse", commit.hex, "^" + tip.hex], fix: "see what `git rev-list` says of it")
    let ids = list.split(separator: 10).compactMap { ObjectID(hex: $0) }
    guard ids.count <= maximum else {
      throw Refused("`\(shown)` has \(ids.count) commits, more than \(maximum)", fix: "propose it as one commit")
    }
    return try ids.map { try store.commit($0) }
  }

  /// What is to be approved of a proposal by a policy; nil where the policy names no repository, or nothing is.
  func statement(of proposal: Proposal, by policy: PolicyInForce, expires: String = "") throws -> ApprovalStatement? {
    guard let repository = policy.policy.repository else { return nil }
    let context = try judgeContext()
    let parentTree = try store.links(tip).tree
    let step = Step(commit: proposal.commit, tree: proposal.tree, parentTree: parentTree, parent: tip, brought: [])
    let change = StepChange(
      step: step, place: StepPlace(ref: target, commit: nil), before: context.snapshot(parentTree),
      after: context.snapshot(proposal.tree))
    return try ApprovalStatement.of(
      change, repository: repository, expires: expires, finder: LastChangeFinder(store: store, maximum: 10_000_000),
      context)
  }
}
