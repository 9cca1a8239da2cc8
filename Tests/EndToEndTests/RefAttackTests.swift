import Testing

/// What hostile clients do with refs, history and git's machinery: sections A, B, C and H of the catalogue.
@Suite("Attacks by refs and history") struct RefAttackTests {
  let promoted = Deployment(version: "v1.1.0")

  /// A scene with an unapproved promotion `evil` and a harmless commit `good`, both on top of the base.
  private func evilScene(_ files: [String: String] = Fixtures.people()) throws -> (Scene, evil: String, good: String) {
    let scene = try Scene(files)
    let evil = try scene.clone.commit("Evil", [promoted.path: promoted.yaml], on: "evil", from: scene.base)
    let good = try scene.clone.commit("Good", ["README.md": "good\n"], on: "good", from: scene.base)
    return (scene, evil, good)
  }

  private func raw(_ scene: Scene, _ commands: [RawReceivePack.Command], _ pack: String...) throws -> PushResult {
    try RawReceivePack(scene.clone).push(commands, pack: pack + ["^\(scene.base)"])
  }

  @Test("1: a newline in a ref's name cannot forge a line") func newlineRef() throws {
    let (scene, evil, good) = try evilScene()
    expectRefused(
      try raw(
        scene,
        [
          .init(scene.base, evil, "refs/heads/main"),
          .init(RawReceivePack.zero, evil, "refs/heads/zz\n\(scene.base) \(good) refs/heads/main"),
        ], evil, good), "push/malformed", exactly: false)
  }

  @Test("3: one ref twice, chained, is refused") func chainedRef() throws {
    let scene = try Scene()
    let lax = try scene.clone.commit(
      "Lax\n\nApproved-by: Root <root@example.com>\n", ["policies/policy.yaml": Fixtures.policy()], on: "x",
      from: scene.base)
    let evil = try scene.clone.commit("Evil", [promoted.path: promoted.yaml], on: "x")
    expectRefused(
      try raw(scene, [.init(scene.base, lax, "refs/heads/main"), .init(lax, evil, "refs/heads/main")], evil),
      "push/malformed", exactly: false)
  }

  @Test(
    "4: a deletion with a lying old value is refused",
    arguments: [String(repeating: "1", count: 40), RawReceivePack.zero])
  func lyingDelete(_ old: String) throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.denyDeleteCurrent", "ignore")
    expectRefused(
      try raw(scene, [.init(old, RawReceivePack.zero, "refs/heads/main")]), "push/malformed", at: "refs/heads/main",
      exactly: false)
  }

  @Test("5: a lying old value does not choose an older policy, and nothing says accepted") func lyingOld() throws {
    let scene = try Scene()
    let next = try scene.clone.commit("Next", ["README.md": "next\n"])
    expectAccepted(try scene.clone.push("main"))
    let evil = try scene.clone.commit("Evil", ["README.md": "evil\n"])
    expectRefused(
      try raw(scene, [.init(scene.base, evil, "refs/heads/main")], evil, "^\(next)"), "push/malformed",
      at: "refs/heads/main")
    #expect(try scene.sandbox.audit().filter { "\($0)".contains(evil) && "\($0)".contains("accepted") }.isEmpty)
  }

  @Test("7, 8: aliases and staging do not hide commits") func staging() throws {
    let (scene, evil, _) = try evilScene()
    expectRefused(try scene.clone.push("\(evil):refs/heads/aaa", "\(evil):refs/heads/main"), "approval/missing")
    expectAccepted(try scene.clone.push("\(evil):refs/heads/wip"))
    expectRefused(try scene.clone.push("\(evil):refs/heads/main"), "approval/missing")
  }

  @Test(
    "9: commits staged outside of refs/heads are judged",
    arguments: ["refs/stash/x", "refs/notes/x", "refs/pull/1/head", "refs/tags/t"])
  func stagedElsewhere(_ ref: String) throws {
    let (scene, evil, _) = try evilScene()
    _ = try scene.clone.push("\(evil):\(ref)")
    expectRefused(try scene.clone.push("\(evil):refs/heads/main"), "approval/missing")
  }

  @Test("11, 12: a new protected branch is judged, from wherever it starts") func newProtected() throws {
    let policy = Fixtures.policy("protected_refs: [refs/heads/main, refs/heads/production]")
    let (scene, evil, _) = try evilScene(Fixtures.people(policy: policy))
    expectRefused(try scene.clone.push("\(evil):refs/heads/production"), "approval/missing")
    let orphan = try scene.clone.commit(
      "Lax past", ["policies/policy.yaml": "a: [", promoted.path: promoted.yaml], on: "o", orphan: true)
    expectRefused(try scene.clone.push("\(orphan):refs/heads/production"), [], exactly: false)
  }

  @Test("13, 15: no deletion, no unrelated history") func deletion() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.denyDeleteCurrent", "ignore")
    expectRefused(try scene.clone.push(":main"), "history/delete")
    let orphan = try scene.clone.commit("Orphan", Fixtures.people().mapValues { Optional($0) }, on: "o", orphan: true)
    expectRefused(try scene.clone.push("+\(orphan):refs/heads/main"), "history/rewrite", exactly: false)
  }

  @Test("16: a symbolic ref counts as its target") func symbolicAlias() throws {
    let (scene, evil, good) = try evilScene()
    try scene.sandbox.git(["symbolic-ref", "refs/heads/release", "refs/heads/main"])
    expectRefused(try scene.clone.push("\(evil):refs/heads/release"), "approval/missing")
    expectRefused(try scene.clone.push(":refs/heads/release"), "history/delete")
    expectRefused(
      try raw(
        scene, [.init(scene.base, good, "refs/heads/main"), .init(scene.base, evil, "refs/heads/release")], good, evil),
      "push/malformed", exactly: false)
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.base)
  }

  @Test("17, 25: look-alikes of a protected ref do not stand for it") func lookAlikes() throws {
    let (scene, evil, good) = try evilScene()
    expectAccepted(try scene.clone.push("\(evil):refs/heads/refs/heads/main", "\(evil):refs/heads/ma\u{131}n"))
    _ = try scene.clone.push("\(evil):refs/tags/main")
    expectRefused(try raw(scene, [.init(scene.base, evil, "refs/heads/main")], evil), "approval/missing")
    expectAccepted(try raw(scene, [.init(scene.base, good, "refs/heads/main")], good))
  }

  @Test("19: a CR or broken UTF-8 in a ref's name is refused or is another ref") func strangeBytes() throws {
    let (scene, evil, _) = try evilScene()
    expectRefused(
      try raw(scene, [.init(RawReceivePack.zero, evil, "refs/heads/main\r")], evil), "push/malformed", exactly: false)
    let name = Array("refs/heads/".utf8)
    let result = try raw(
      scene,
      [.init(RawReceivePack.zero, evil, bytes: name + [0xff]), .init(RawReceivePack.zero, evil, bytes: name + [0xfe])],
      evil)
    // Two names that differ as bytes are two refs, never one ref twice.
    #expect(!result.report.text.contains("twice"), "\(result.transcript)")
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.base)
  }

  @Test("20: a namespace is refused") func namespace() throws {
    let (scene, _, good) = try evilScene()
    let result = try RawReceivePack(scene.clone).push(
      [.init(RawReceivePack.zero, good, "refs/heads/main")], pack: [good], environment: ["GIT_NAMESPACE": "t1"])
    expectRefused(result, "push/malformed", exactly: false)
  }

  @Test("21: a shallow push does not end the walk early") func shallow() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.shallowUpdate", "true")
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    let tip = try scene.clone.commit("Good", ["README.md": "x\n"])
    let shallow = scene.sandbox.root + "/shallow"
    try scene.sandbox.git(
      ["clone", "--quiet", "--depth", "1", "file://" + scene.clone.path, shallow], in: scene.sandbox.root)
    let output = try scene.sandbox.run(["git", "push", scene.sandbox.host, "\(tip):refs/heads/main"], in: shallow)
    #expect(output.status != 0, "\(output.err)")
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.base)
  }

  @Test("23: a protected branch holds commits only") func nonCommit() throws {
    let scene = try Scene()
    let hostile = HostileObjects(scene.clone)
    let blob = try hostile.blob("x\n")
    try scene.clone.git("tag", "-a", "-m", "x", "nested", scene.base)
    let tag = try scene.clone.git("rev-parse", "nested")
    for object in [blob, tag] {
      let result = try raw(scene, [.init(scene.base, object, "refs/heads/main")], object)
      #expect(result.status != 0 && result.moved.isEmpty && !result.report.problems.isEmpty, "\(result.transcript)")
    }
  }

  @Test("24: a protected tag points into a protected branch") func tag() throws {
    let (scene, evil, _) = try evilScene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/tags/*\"]")))
    expectRefused(try scene.clone.push("\(evil):refs/tags/v1"), "history/tag", at: "refs/tags/v1")
    try scene.clone.git("tag", "-a", "-m", "x", "nested", evil)
    expectRefused(try scene.clone.push("refs/tags/nested"), "history/tag", at: "refs/tags/nested")
  }

  @Test("28: more than 16 parents, or one parent twice, is refused where it matters") func octopus() throws {
    let scene = try Scene()
    let hostile = HostileObjects(scene.clone)
    let change = try scene.clone.commit(
      Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "x", from: scene.base)
    let tree = try scene.clone.git("rev-parse", "\(change)^{tree}")
    let sides = try (0..<16).map { try hostile.commit(tree: tree, parents: [scene.base], message: "\($0)\n") }
    for parents in [[scene.base] + sides, [scene.base, scene.base]] {
      let commit = try hostile.commit(tree: tree, parents: parents, message: Fixtures.approved("Octopus"))
      expectRefused(
        try raw(scene, [.init(scene.base, commit, "refs/heads/main")], commit), "commit/malformed", exactly: false)
    }
  }

  @Test("31: one bad ref of several leaves every ref where it was") func oneOfSeveral() throws {
    let (scene, evil, good) = try evilScene()
    expectRefused(
      try scene.clone.push("\(good):refs/heads/a", "\(good):refs/heads/c", "\(evil):refs/heads/main"),
      "approval/missing")
  }

  @Test("32, 33, 36: evil merges, dropped changes and swapped parents") func merges() throws {
    let (scene, evil, good) = try evilScene()
    // 32: the merge itself makes the change.
    try scene.clone.commit("Merge", ["README.md": "good\n", promoted.path: promoted.yaml], merge: [good])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing")
    // 33: the tree is the old one.
    let ours = try scene.clone.commit("Ours", from: scene.base, merge: [evil])
    expectAccepted(try scene.clone.checkAndPush())
    // 36: git's diff against the first parent is empty, and the old tip is only the second.
    let tree = try scene.clone.git("rev-parse", "\(evil)^{tree}")
    let swapped = try HostileObjects(scene.clone).commit(tree: tree, parents: [evil, ours], message: "Swap\n")
    expectRefused(
      try raw(scene, [.init(ours, swapped, "refs/heads/main")], swapped), "history/foxtrot", at: "refs/heads/main",
      exactly: false)
  }

  @Test("35: moving a file from an ungoverned path is adding it") func moved() throws {
    let scene = try Scene()
    try scene.clone.commit("Scratch", ["scratch/x.yaml": promoted.yaml])
    expectAccepted(try scene.clone.checkAndPush())
    let new = promoted.with {
      $0.name = "other"; $0.endpoint = "/v1/other"
    }
    try scene.clone.commit("Move", ["scratch/x.yaml": nil, new.path: new.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: new.path)
  }

  @Test("37, 39: an approval elsewhere than with the blob does not count") func approvalElsewhere() throws {
    let scene = try Scene()
    try scene.clone.commit("Promote", [promoted.path: promoted.yaml])
    try scene.clone.commit(Fixtures.approved("Approve afterwards"))
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
    let side = try scene.clone.commit(Fixtures.approved("Only words"), ["docs.md": "x\n"], on: "side", from: scene.base)
    try scene.clone.commit("Merge", ["docs.md": "x\n", promoted.path: promoted.yaml], from: scene.base, merge: [side])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path, exactly: false)
  }

  @Test("40: one approval each for two manifests are not two for either") func splitApprovals() throws {
    let other = Deployment(name: "other", endpoint: "/v1/other")
    let scene = try Scene(Fixtures.people(more: [other.path: other.yaml]))
    try scene.clone.commit("A\n\nApproved-by: Aiko Tanaka <aiko@example.com>\n", [promoted.path: promoted.yaml])
    try scene.clone.commit(
      "B\n\nApproved-by: Ken Sato <ken@example.com>\n", [other.path: other.with { $0.version = "v1.1.0" }.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
  }

  @Test("45: dates are untrusted text") func dates() throws {
    let scene = try Scene()
    let change = try scene.clone.commit("x", [promoted.path: promoted.yaml], on: "x", from: scene.base)
    let tree = try scene.clone.git("rev-parse", "\(change)^{tree}")
    let commit = try HostileObjects(scene.clone).commit(
      headers: [
        "tree \(tree)", "parent \(scene.base)", "author Dev <dev@example.com> 99999999999999999999 +9999",
        "committer Dev <dev@example.com> 0 +0000",
      ], message: Array("Promote\n".utf8))
    expectRefused(
      try raw(scene, [.init(scene.base, commit, "refs/heads/main")], commit), "approval/missing", exactly: false)
  }

  /// 47, 48, 96: commits that readers disagree about.
  static let headers: [(name: String, extra: [String], message: [UInt8])] = [
    ("an encoding header", ["encoding UTF-16"], Array(Fixtures.approved("x").utf8)),
    ("two authors", ["author Aiko <aiko@example.com> 1 +0000"], Array(Fixtures.approved("x").utf8)),
    ("two signatures", ["gpgsig a", "gpgsig b"], Array(Fixtures.approved("x").utf8)),
    ("a NUL in the message", [], Array(Fixtures.approved("x").utf8) + [0] + Array("hidden\n".utf8)),
    ("invalid UTF-8 in the message", [], [0xff, 0xfe, 10, 10] + Array(Fixtures.approvals.utf8)),
    (
      "a message of more than 64 KiB", [],
      Array((String(repeating: "x\n", count: 33_000) + "\n" + Fixtures.approvals).utf8)
    ),
  ]

  @Test("47, 48, 96, 100: a commit that readers disagree about is refused", arguments: headers.indices)
  func malformedCommit(_ index: Int) throws {
    let (_, extra, message) = Self.headers[index]
    let scene = try Scene()
    let change = try scene.clone.commit("x", [promoted.path: promoted.yaml], on: "x", from: scene.base)
    let tree = try scene.clone.git("rev-parse", "\(change)^{tree}")
    let author = "Dev <dev@example.com> 1700000000 +0000"
    let authors = ["author \(author)"] + extra.filter { $0.hasPrefix("author") } + ["committer \(author)"]
    let commit = try HostileObjects(scene.clone).commit(
      headers: ["tree \(tree)", "parent \(scene.base)"] + authors + extra.filter { !$0.hasPrefix("author") },
      message: message)
    expectRefused(
      try raw(scene, [.init(scene.base, commit, "refs/heads/main")], commit), "commit/malformed", exactly: false)
    // The same commit is nobody's business where it changes nothing that is governed.
    let harmless = try HostileObjects(scene.clone).commit(
      headers: ["tree \(try scene.clone.git("rev-parse", "\(scene.base)^{tree}"))", "parent \(scene.base)"] + authors
        + extra.filter { !$0.hasPrefix("author") }, message: message)
    let result = try raw(scene, [.init(scene.base, harmless, "refs/heads/main")], harmless)
    #expect(result.status == 0 && result.moved.count == 1, "\(result.transcript)")
  }

  @Test("49, 51: neither a claimed author nor a mailmap makes somebody an approver") func claimed() throws {
    let scene = try Scene()
    try scene.clone.commit(
      "Promote\n\nApproved-by: Mallory <mallory@example.com>\nApproved-by: Ken Sato <ken@example.com>\n",
      [promoted.path: promoted.yaml, ".mailmap": "Aiko Tanaka <aiko@example.com> <mallory@example.com>\n"],
      author: "Omar Haddad <omar@example.com>")
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/unknown", at: promoted.path)
  }

  @Test("52: one key of two people is refused when the directory is changed") func sharedKey() throws {
    let scene = try Scene()
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx0rTnVrvT0Qd0Fh0v2hKX4A0QK7dHrWd0VfVn3d1mV"
    var directory = Fixtures.directory
    for name in ["Omar Haddad", "Mina Ito"] {
      directory = directory.replacingOccurrences(of: "{name: \(name)}", with: "{name: \(name), keys: [\"\(key)\"]}")
    }
    try scene.clone.commit(PolicyTests.root, ["policies/approvers.yaml": directory])
    expectRefused(try scene.clone.checkAndPush(), "policy/invalid", at: "policies/approvers.yaml")
  }

  @Test("64, 65: approvers and criteria that the same push changes do not help it") func samePush() throws {
    let scene = try Scene()
    let more = Fixtures.directory.replacingOccurrences(
      of: "[ken@example.com,", with: "[mallory@example.com, ken@example.com,")
    try scene.clone.commit("Let me in", ["policies/approvers.yaml": more])
    try scene.clone.commit(
      "Promote\n\nApproved-by: Aiko Tanaka <aiko@example.com>\nApproved-by: Mallory <mallory@example.com>\n",
      [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", "approval/missing", exactly: false)
    var own = promoted
    own.approvers = ["publishers"]
    try scene.clone.commit("Mine\n\nApproved-by: Pat <pat@example.com>\n", [own.path: own.yaml], from: scene.base)
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: own.path)
  }

  @Test("67: a policy as link, folder, look-alike or second document is refused") func disguisedPolicy() throws {
    let changes: [(Clone.Changes, [String: String])] = [
      (["policies/policy.yaml": "../README.md"], ["policies/policy.yaml": "120000"]),
      (["policies/policy.yaml": nil, "policies/policy.yaml/x": "a: 1\n"], [:]),
      (["policies/Approvers.yaml": Fixtures.directory], [:]),
      (["policies/policy.yaml": Fixtures.policy() + "---\n" + Fixtures.policy()], [:]),
    ]
    let scene = try Scene()
    for (change, modes) in changes {
      try scene.clone.commit(PolicyTests.root, change, from: scene.base, modes: modes)
      let result = try scene.clone.checkAndPush()
      expectRefused(result, [], exactly: false)
      #expect(!result.report.checks.isDisjoint(with: ["policy/invalid", "manifest/location"]), "\(result.transcript)")
    }
  }

  @Test("72: no push option opens the gate") func pushOptions() throws {
    let (scene, evil, _) = try evilScene()
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    expectRefused(
      try scene.clone.push(["\(evil):refs/heads/main"], options: ["-o", "skip=1", "-o", "force"]), "approval/missing")
    for option in ["mlops.skip", "mlops.force"] {
      expectRefused(
        try scene.clone.push(["\(evil):refs/heads/main"], options: ["-o", "skip=1", "-o", option]), "push/malformed")
    }
  }

  @Test(
    "167, 168: replacement refs and our own are refused", arguments: ["refs/replace/", "refs/mlops/emitted/heads/"])
  func replaceRefs(_ prefix: String) throws {
    let (scene, evil, _) = try evilScene()
    let ref = prefix == "refs/replace/" ? prefix + scene.base : prefix + "x"
    expectRefused(try scene.clone.push("\(evil):\(ref)"), "push/malformed", at: ref)
    #expect(try scene.sandbox.tip(ref) == nil)
  }

  @Test("180: hundreds of problems are still status 1") func manyProblems() throws {
    let scene = try Scene()
    var files: Clone.Changes = [:]
    for index in 0..<256 { files["deployments/production/x\(index).txt"] = "x" }
    try scene.clone.commit("Many", files)
    let zero = "\(scene.base) \(try scene.clone.tip()) refs/heads/main\n"
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    expectRefused(try scene.sandbox.hook("pre-receive", input: Array(zero.utf8)), "manifest/location")
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "manifest/location")
    // 200: the report stays short, and counts what it leaves out.
    #expect(result.report.problems.count <= 50 && result.report.text.utf8.count <= 16_384)
    #expect(result.report.lines.last?.contains("256") == true, "\(result.report.lines.suffix(2))")
  }

  @Test("184: check runs nothing that a hostile repository's configuration names") func hostileConfig() throws {
    let scene = try Scene()
    let witness = scene.sandbox.root + "/witness"
    for key in [
      "core.fsmonitor", "core.pager", "core.editor", "diff.external", "core.sshCommand", "filter.x.clean",
      "filter.x.smudge",
    ] {
      try scene.clone.git("config", key, "touch \(witness)")
    }
    try scene.clone.commit("Note", ["README.md": "x\n", ".gitattributes": "* filter=x\n"])
    #expect(try scene.clone.check().status == 0)
    #expect(try scene.sandbox.mlops(["check", "--worktree"], in: scene.clone.path).status != 3)
    #expect(!(try scene.sandbox.run(["test", "-e", witness], in: "/").status == 0))
  }

  @Test("185: the hooks take nothing from PATH, LD_* apart") func hostilePath() throws {
    let (scene, evil, _) = try evilScene()
    let tools = scene.sandbox.root + "/tools"
    try scene.sandbox.write("tools/git", "#!/bin/sh\nexit 0\n")
    try scene.sandbox.run(["chmod", "+x", tools + "/git"], in: "/")
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "evil:refs/heads/copy"])
    let line = "\(scene.base) \(evil) refs/heads/main\n"
    let output = try scene.sandbox.hook(
      "pre-receive", input: Array(line.utf8),
      environment: ["PATH": tools, "LANG": "tr_TR.UTF-8", "SWIFT_BACKTRACE": "enable=yes"])
    expectRefused(output, "approval/missing")
  }

  @Test("188: what the hooks write is nobody else's, whatever the umask") func umask() throws {
    let scene = try Scene()
    try scene.sandbox.wrapHook("post-receive", "umask 0\nexec REAL\n")
    try scene.sandbox.wrapHook("pre-receive", "umask 0\nexec REAL\n")
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectAccepted(try scene.clone.push("main"))
    let open = try scene.sandbox.run(["find", "mlops", "-perm", "/077"], in: scene.sandbox.host)
    #expect(open.status == 0 && open.out.isEmpty, "open to others: \(open.out)\(open.err)")
  }
}
