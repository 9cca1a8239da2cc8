import Testing

/// One commit of a case.
struct AttackChange: Sendable {
  var message = Fixtures.approved("Change")
  var files: Clone.Changes = [:]
  var modes: [String: String] = [:]
  var author = "Dev <dev@example.com>"

  /// A commit with these files, approved unless it says otherwise.
  init(
    _ files: Clone.Changes = [:], message: String = Fixtures.approved("Change"), modes: [String: String] = [:],
    author: String = "Dev <dev@example.com>"
  ) {
    (self.files, self.message, self.modes, self.author) = (files, message, modes, author)
  }

  /// An approved commit of one manifest.
  init(_ deployment: Deployment, message: String = Fixtures.approved("Change")) {
    self.init([deployment.path: deployment.yaml], message: message)
  }

  /// An approved commit of one manifest in which a text is replaced by another.
  init(_ deployment: Deployment, replacing old: String, by new: String) {
    self.init([deployment.path: deployment.yaml.replacingOccurrences(of: old, with: new)])
  }
}

/// What cases push, and what they expect of it.
struct AttackPush {
  /// The host, its clone and its past.
  let scene: Scene

  /// Creates a maker of pushes for a scene.
  init(_ scene: Scene) { self.scene = scene }

  /// Asks `mlops-hook check` and pushes commits of `main`, which one of the checks has to refuse, as both say.
  func refused(_ changes: [AttackChange], by checks: [String]) throws {
    for change in changes {
      try scene.clone.commit(change.message, change.files, author: change.author, modes: change.modes)
    }
    expectRefused(try scene.clone.checkAndPush(), byOneOf: checks)
  }

  /// Pushes a commit of `main` made of header lines and bytes; `HEADERS` that are nil are an ordinary commit's.
  func raw(
    tree: String, headers: [String]? = nil, parents: [String]? = nil, message: [UInt8]
  ) throws -> PushResult {
    let author = "Dev <dev@example.com> 1700000000 +0000"
    let lines =
      ["tree \(tree)"] + (parents ?? [scene.base]).map { "parent \($0)" }
      + (headers ?? ["author \(author)", "committer \(author)"])
    let commit = try HostileObjects(scene.clone).commit(headers: lines, message: message)
    return try RawReceivePack(scene.clone).push(
      [.init(scene.base, commit, "refs/heads/main")], pack: [commit, "^\(scene.base)"])
  }

  /// The tree of the base with these files changed.
  func tree(_ changes: Clone.Changes) throws -> String {
    let commit = try scene.clone.commit("Tree", changes, on: "tree", from: scene.base)
    return try scene.clone.git("rev-parse", "\(commit)^{tree}")
  }

  /// Pushes an approved commit in which a folder of the base has other entries.
  func folder(_ path: [String], _ entries: [HostileObjects.Entry]) throws -> PushResult {
    let hostile = HostileObjects(scene.clone)
    let tree = try hostile.tree("\(scene.base)^{tree}", replacing: path, by: hostile.tree(entries))
    return try raw(tree: tree, message: Array(Fixtures.approved("Change").utf8))
  }
}

/// Expects a refusal by at least one of these checks; no ref moved, and `check`, if it was asked, said the same.
func expectRefused(
  _ result: PushResult, byOneOf checks: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  expectRefused(result, [], exactly: false, sourceLocation: sourceLocation)
  #expect(
    !result.report.checks.isDisjoint(with: checks),
    "wanted one of \(checks), found \(result.report.checks.sorted()): \(result.transcript)",
    sourceLocation: sourceLocation)
}
