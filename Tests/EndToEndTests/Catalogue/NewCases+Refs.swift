import Testing

extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")

  /// An unapproved promotion on top of the base, which is pushed in some odd way.
  private static func evil(_ scene: Scene) throws -> String {
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml], on: "evil", from: scene.base)
  }

  /// Cases of refs and commits that the catalogue did not list.
  static let newRefs: [AttackCase] = [
    AttackCase("N1", .refs, "an empty repository's branch with an old value", by: "push/malformed") {
      let sandbox = try GitSandbox()
      let clone = try Clone(sandbox)
      let tip = try clone.commit("First", Fixtures.people().mapValues { Optional($0) })
      let result = try RawReceivePack(clone).push(
        [.init(String(repeating: "1", count: 40), tip, "refs/heads/main")], pack: [tip])
      expectRefused(result, byOneOf: ["push/malformed"])
    },
    AttackCase("N2", .refs, "an alias of a ref that only one pusher may move", by: "push/malformed") {
      let scene = try Scene(
        Fixtures.people(policy: Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [render-bot]}")))
      try scene.sandbox.git(["symbolic-ref", "refs/heads/open", "refs/heads/rendered/x"])
      expectRefused(try scene.clone.push("\(scene.base):refs/heads/open"), byOneOf: ["push/malformed"])
    },
    AttackCase("N3", .refs, "a protected tag behind more tag objects than are followed", by: "host/limit, history/tag")
    {
      let scene = try Scene(
        Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/tags/*\"]")))
      var target = scene.base
      for depth in 0..<10 {
        let text =
          "object \(target)\ntype \(depth == 0 ? "commit" : "tag")\ntag t\(depth)\ntagger D <d@example.com> 1 +0000\n\nx\n"
        target = try scene.clone.git("hash-object", "-t", "tag", "-w", "--stdin", input: Array(text.utf8))
      }
      let result = try RawReceivePack(scene.clone).push(
        [.init(RawReceivePack.zero, target, "refs/tags/deep")], pack: [target])
      expectRefused(result, byOneOf: ["host/limit", "history/tag"])
    },
    AttackCase("N4", .refs, "a protected tag on a file", by: "history/tag") {
      let scene = try Scene(
        Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/tags/*\"]")))
      let blob = try HostileObjects(scene.clone).blob("x\n")
      expectRefused(
        try RawReceivePack(scene.clone).push([.init(RawReceivePack.zero, blob, "refs/tags/file")], pack: [blob]),
        byOneOf: ["history/tag"])
    },
    AttackCase("N5", .refs, "a number of push options that nobody could send", by: "approval/missing") {
      let scene = try Scene()
      let tip = try evil(scene)
      try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "evil:refs/heads/copy"])
      for count in ["99999999999999999999", "-1", "1000000", "x", ""] {
        let output = try scene.sandbox.hook(
          "pre-receive", input: Array("\(scene.base) \(tip) refs/heads/main\n".utf8),
          environment: ["GIT_PUSH_OPTION_COUNT": count, "GIT_PUSH_OPTION_0": "mlops.mode=audit"])
        expectRefused(output)
      }
    },
    AttackCase("N6", .refs, "push options that look like settings of the host", by: "approval/missing") {
      let scene = try Scene()
      try scene.sandbox.configure("receive.advertisePushOptions", "true")
      let tip = try evil(scene)
      expectRefused(
        try scene.clone.push(
          ["\(tip):refs/heads/main"],
          options: [
            "-o", "mlops.mode=audit", "-o", "mlops.policy=/nowhere", "-o", "mlops.gate=ref", "-o",
            "mlops.baseline=\(tip)", "-o", "mlops.break-glass=please",
          ]),
        byOneOf: ["approval/missing", "push/malformed"])
    },
    AttackCase(
      "N7", .refs, "a branch below a protected pattern that starts at a foreign root",
      by: "approval/missing, history/rewrite"
    ) {
      let scene = try Scene(
        Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")))
      let tip = try scene.clone.commit(
        "Past of its own", Fixtures.people(deployment: promoted).mapValues { Optional($0) }, on: "o", orphan: true)
      expectRefused(
        try scene.clone.push("\(tip):refs/heads/release/1"),
        byOneOf: ["approval/missing", "history/rewrite", "policy/guard", "history/foxtrot"])
    },
    AttackCase("N8", .history, "two trees in one commit", by: "commit/malformed, host/internal") {
      let push = AttackPush(try Scene())
      let tree = try push.tree([promoted.path: promoted.yaml])
      let author = "Dev <dev@example.com> 1700000000 +0000"
      let base = try push.scene.clone.git("rev-parse", "\(push.scene.base)^{tree}")
      for headers in [
        ["tree \(base)", "author \(author)", "committer \(author)"],
        ["author \(author)", "committer \(author)", "tree \(base)"],
      ] {
        expectRefused(
          try push.raw(tree: tree, headers: headers, message: Array(Fixtures.approved("x").utf8)),
          byOneOf: ["commit/malformed", "host/internal", "approval/missing"])
      }
    },
    AttackCase("N9", .history, "an author hidden in the continuation of another header", by: "approval/self") {
      let push = AttackPush(try Scene())
      let aiko = "Aiko Tanaka <aiko@example.com> 1700000000 +0000"
      let dev = "Dev <dev@example.com> 1700000000 +0000"
      let tree = try push.tree([promoted.path: promoted.yaml])
      for header in ["gpgsig x\n author \(dev)\n committer \(dev)", "mergetag object 1\n author \(dev)"] {
        expectRefused(
          try push.raw(
            tree: tree, headers: ["author \(aiko)", "committer \(aiko)", header],
            message: Array(Fixtures.approved("x").utf8)),
          byOneOf: ["approval/self"])
      }
    },
    AttackCase("N10", .history, "a committer's line before the author's", by: "commit/malformed") {
      let push = AttackPush(try Scene())
      let aiko = "Aiko Tanaka <aiko@example.com> 1700000000 +0000"
      let dev = "Dev <dev@example.com> 1700000000 +0000"
      let tree = try push.tree([promoted.path: promoted.yaml])
      expectRefused(
        try push.raw(
          tree: tree, headers: ["committer \(dev)", "author \(aiko)"], message: Array(Fixtures.approved("x").utf8)),
        byOneOf: ["commit/malformed", "approval/self"])
    },
    AttackCase("N11", .history, "overlong and surrogate bytes in a message", by: "commit/malformed") {
      let push = AttackPush(try Scene())
      let tree = try push.tree([promoted.path: promoted.yaml])
      for bytes: [UInt8] in [[0xc0, 0xae], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]] {
        expectRefused(
          try push.raw(tree: tree, message: bytes + Array(Fixtures.approved("x").utf8)), byOneOf: ["commit/malformed"])
      }
    },
    AttackCase(
      "N12", .history, "an octopus that takes one side's file and another side's approvals", by: "approval/missing"
    ) {
      let scene = try Scene()
      let clone = scene.clone
      let good = try clone.commit(
        Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "good", from: scene.base)
      let other = promoted.with { $0.replicas = "300" }
      let bad = try clone.commit("Promote more", [other.path: other.yaml], on: "bad", from: scene.base)
      try clone.commit("Merge", [other.path: other.yaml], merge: [good, bad])
      expectRefused(try clone.checkAndPush(), byOneOf: ["approval/missing"])
    },
    AttackCase("N13", .history, "approvals of a side whose evidence the merge replaces", by: "approval/missing") {
      let scene = try Scene()
      let next = Deployment(version: "v2.0.0")
      let evidence = Fixtures.evidencePath("v2.0.0")
      let side = try scene.clone.commit(
        Fixtures.approved("Promote"),
        [next.path: next.yaml, evidence: Fixtures.evidence("v2.0.0", silhouette: "0.90")], on: "side", from: scene.base)
      try scene.clone.commit(
        "Merge", [next.path: next.yaml, evidence: Fixtures.evidence("v2.0.0", silhouette: "0.46")], merge: [side])
      expectRefused(try scene.clone.checkAndPush(), byOneOf: ["approval/missing"])
    },
    AttackCase(
      "N14", .history, "approvals in an empty commit before the change", by: "approval/missing",
      AttackChange(), AttackChange(promoted, message: "Promote\n")),
    AttackCase(
      "N15", .history, "a change that an approved revert hides within the push", by: "approval/missing",
      AttackChange(promoted, message: "Promote\n"), AttackChange(Deployment(), message: Fixtures.approved("Revert"))),
    AttackCase("N16", .history, "a merge that brings a branch in twice", by: "commit/malformed") {
      let scene = try Scene()
      let side = try scene.clone.commit(
        Fixtures.approved("Promote"), [promoted.path: promoted.yaml], on: "side", from: scene.base)
      let push = AttackPush(scene)
      let tree = try scene.clone.git("rev-parse", "\(side)^{tree}")
      expectRefused(
        try push.raw(tree: tree, parents: [scene.base, side, side], message: Array("Merge\n".utf8)),
        byOneOf: ["commit/malformed"])
    },
  ]
}
