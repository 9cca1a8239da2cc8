import GitObjects

/// The proposals that wait beside a new one.
struct OtherProposals {
  /// A proposal that takes the place of an outdated one of the same name: what the branch holds here and on the remote.
  struct Replaced {
    var here: ObjectID
    var there: ObjectID?
  }

  let bench: Workbench
  let request: Propose.Request

  /// What the branch of a new proposal may take the place of; refuses where another proposal is in its way.
  func replaceable(_ branch: [UInt8]) throws -> Replaced? {
    let shown = ShellWord.quoted(Text.show(Workbench.short(branch)))
    guard Repository.isValidReferenceName(branch) else {
      throw LocalCheck.CannotSay("`\(shown)` cannot be the name of a branch", fix: "choose a shorter version or name")
    }
    let known = try bench.proposalBranches()
    var replaced: Replaced?
    if let own = known.first(where: { $0.name == branch }) {
      let (here, there) = (try bench.tip(of: branch), bench.refs.branches[branch])
      for commit in [here, there] {
        guard let commit, try !isOutdated(commit, branch) else { continue }
        throw Refused("the branch `\(shown)` is there already", fix: try next(own.name))
      }
      let worktrees = try bench.git.run(["worktree", "list", "--porcelain"]).output
      guard !worktrees.contains(bytes("branch ") + branch + [10]) else {
        throw Refused(
          "`\(shown)` is outdated, and checked out: it would be replaced under your files",
          fix: "`git switch \(ShellWord.quoted(Text.show(Workbench.short(bench.target))))` first")
      }
      replaced = Replaced(here: here ?? .zero, there: there)
    }
    guard !request.isBeside else { return replaced }
    for other in known where other.name != branch {
      // One that cannot be put on the target any more is in nobody's way.
      guard
        let proposal = try? bench.store.budget.within(seconds: 5, { try bench.proposal(at: other.commit, other.name) }),
        try changesDeployment(proposal)
      else { continue }
      throw Refused(
        "`\(proposal.shown)` proposes another change of `\(request.name)` in `\(request.environment)`",
        fix: try next(other.name) + "; `--beside` proposes this one all the same")
    }
    return replaced
  }

  /// What is to be done with a proposal that is in the way, in commands for where it is.
  private func next(_ branch: [UInt8]) throws -> String {
    let word = ShellWord.quoted(Text.show(Workbench.short(branch)))
    let isHere = try bench.tip(of: branch) != nil
    let isThere = bench.refs.branches[branch] != nil
    var words = isThere ? "" : "push it: `git push \(bench.remote) \(word)`; "
    words += "promote it: `mlops-hook promote \(word) --push`; or delete it:"
    if isThere { words += " `git push \(bench.remote) --delete \(word)`" }
    if isHere { words += (isThere ? " and" : "") + " `git branch -D \(word)`" }
    return words
  }

  /// Whether a proposal cannot be put on the target any more, and nobody else had a part in it.
  private func isOutdated(_ commit: ObjectID, _ branch: [UInt8]) throws -> Bool {
    do {
      _ = try bench.proposal(at: commit, branch)
      return false
    } catch is Refused {
      // The commits themselves have to be ours to put aside: a branch that somebody built upon is theirs.
      let mail = Directory.key(bytes(try bench.address()))
      let range = ["rev-list", commit.hex, "^" + bench.tip.hex]
      let commits = try bench.git.output(range, fix: "see what `git rev-list` says").split(separator: 10)
      return try commits.allSatisfy { line in
        guard let id = ObjectID(hex: line) else { return false }
        return try ApprovalSource.writers(of: bench.store.commit(id)).allSatisfy { Directory.key($0.email) == mail }
      }
    }
  }

  /// Whether a proposal changes the deployment, or its routing, in whatever file.
  private func changesDeployment(_ proposal: Proposal) throws -> Bool {
    try deployment(in: proposal.tree) != deployment(in: bench.standing().root)
  }

  /// The files that hold the deployment and its routing in a tree, each with its content.
  private func deployment(in tree: ObjectID) throws -> [String] {
    let snapshot = try bench.judgeContext().snapshot(tree)
    guard let state = try snapshot.deployment(bytes(request.environment), bytes(request.name)) else { return [] }
    return ["\(Text.show(state.path)) \(state.blob)"]
      + state.routings.map { "\(Text.show($0.path)) \($0.index) \($0.blob)" }
  }
}
