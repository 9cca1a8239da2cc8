import Foundation
import Glibc
import Testing

/// `reference-transaction` under `mlops.strict`: whatever moves a protected ref, the gate has accepted exactly that move.
@Suite("mlops.strict") struct StrictTests {
  @Test("an accepted push passes, and its verdict is used up") func accepted() throws {
    let scene = try StrictScene()
    let tip = try scene.good("hello")
    let pushed = try scene.clone.push("main")
    #expect(pushed.status == 0, "\(pushed.transcript)")
    #expect(try scene.tip() == tip)
    #expect(FileManager.default.fileExists(atPath: scene.sandbox.host + "/mlops/verdicts"), "nothing was recorded")
    #expect(scene.records().isEmpty, "\(scene.records())")
  }

  /// Ways to move a protected ref on the host, behind the gate.
  static let ways: [(String, [String])] = [
    ("update-ref", ["update-ref", "refs/heads/main", "BAD"]),
    ("update-ref with the old value", ["update-ref", "refs/heads/main", "BAD", "BASE"]),
    ("update-ref of HEAD", ["update-ref", "HEAD", "BAD"]),
    ("update-ref of a name for it", ["update-ref", "refs/heads/alias", "BAD"]),
    ("update-ref that turns a name into a branch", ["update-ref", "--no-deref", "refs/heads/alias", "BAD"]),
    ("deleting it", ["update-ref", "-d", "refs/heads/main"]),
    ("deleting it with the old value", ["update-ref", "-d", "refs/heads/main", "BASE"]),
    ("branch -f", ["branch", "-f", "main", "BAD"]),
    ("branch -D", ["branch", "-D", "release/1"]),
    ("branch -m", ["branch", "-m", "release/1", "elsewhere"]),
    ("making a protected branch", ["branch", "release/2", "BAD"]),
    ("a fetch into it", ["fetch", "--quiet", "CLONE", "+refs/heads/topic:refs/heads/main"]),
    ("a mirror", ["fetch", "--quiet", "--prune", "CLONE", "+refs/heads/*:refs/heads/*"]),
  ]

  @Test("what moves a protected ref on the host is refused", arguments: ways, [false, true])
  func refused(_ way: (name: String, command: [String]), isPacked: Bool) throws {
    let scene = try StrictScene()
    try scene.clone.set("release/1", to: scene.scene.base)
    #expect(try scene.clone.push("release/1").status == 0)
    let bad = try scene.bad()
    try scene.sandbox.git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"])
    if isPacked { try scene.sandbox.git(["pack-refs", "--all"]) }
    let before = try scene.sandbox.refs()
    try scene.clone.set("main", to: bad)
    let words = ["BAD": bad, "BASE": scene.scene.base, "CLONE": scene.clone.path]
    let output = try scene.sandbox.run(["git"] + way.command.map { words[$0] ?? $0 }, in: scene.sandbox.host)
    #expect(output.status != 0, "\(output.out)\(output.err)")
    let after = try scene.sandbox.refs()
    for ref in ["refs/heads/main", "refs/heads/release/1", "refs/heads/release/2", "refs/heads/alias"] {
      #expect(after[ref] == before[ref], "\(ref): \(output.err)")
    }
    #expect(output.err.contains("the gate has accepted no move of it"), "\(output.err)")
    #expect(output.err.contains("hint: push it, so that it is judged"), "\(output.err)")
  }

  @Test("a break-glass moves what it was granted for, and nothing else") func brokenGlass() throws {
    let scene = try StrictScene(policy: Fixtures.policy(BreakGlassTests.rule))
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    let promoted = Deployment(version: "v1.1.0")
    let tip = try scene.clone.commit("Emergency", [promoted.path: promoted.yaml])
    let refused = try scene.clone.push("main", options: BreakGlassTests.reason, environment: ["GL_USERNAME": "dev"])
    #expect(try refused.status != 0 && scene.tip() == scene.scene.base, "\(refused.transcript)")
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "refs/heads/main:refs/heads/free"])
    let behind = try scene.sandbox.run(["git", "update-ref", "refs/heads/main", tip], in: scene.sandbox.host)
    #expect(behind.status != 0 && behind.err.contains("accepted no move"), "\(behind.err)")
    let pushed = try scene.clone.push(
      "main", options: BreakGlassTests.reason, environment: BreakGlassTests.aiko)
    #expect(try pushed.status == 0 && scene.tip() == tip, "\(pushed.transcript)")
    #expect(scene.records().isEmpty, "\(scene.records())")
  }

  @Test("what is not protected moves as ever, and maintenance passes") func passes() throws {
    let scene = try StrictScene()
    let tip = try scene.good("hello")
    #expect(try scene.clone.push("main").status == 0)
    let bad = try scene.bad()
    let git = scene.sandbox
    for command in [
      ["update-ref", "refs/heads/free", bad], ["update-ref", "refs/heads/free", tip, bad], ["tag", "v1", bad],
      ["symbolic-ref", "refs/heads/alias", "refs/heads/free"], ["pack-refs", "--all"], ["gc", "--quiet"],
      ["update-ref", "refs/heads/main", tip], ["branch", "-m", "free", "freed"], ["branch", "-D", "freed"],
      ["update-ref", "refs/mlops/emitted/heads/main", bad], ["update-ref", "refs/mlops/emitted/heads/main", tip],
      ["worktree", "add", "--quiet", "--detach", git.root + "/tree", "main"], ["pack-refs", "--all", "--prune"],
    ] {
      let output = try git.run(["git"] + command, in: git.host)
      #expect(output.status == 0 && !output.err.contains("error:"), "\(command): \(output.err)")
    }
    #expect(try scene.tip() == tip)
    #expect(!FileManager.default.fileExists(atPath: git.host + "/refs/heads/main"), "nothing was packed")
    let next = try scene.good("again")
    let pushed = try scene.clone.push("main")
    #expect(try pushed.status == 0 && scene.tip() == next, "\(pushed.transcript)")
    // In a work tree of the host's the settings are those of the repository.
    let inTree = try git.run(["git", "update-ref", "refs/heads/main", bad], in: git.root + "/tree")
    #expect(inTree.status != 0 && inTree.err.contains("accepted no move"), "\(inTree.err)")
    #expect(try scene.tip() == next)
  }

  @Test("one push of several refs passes, all at once or one by one, also with the policy that guards them")
  func several() throws {
    let scene = try StrictScene()
    let first = try scene.good("hello")
    try scene.clone.set("release/1", to: first)
    let atomic = try scene.clone.push("main", "release/1", options: ["--atomic"])
    #expect(atomic.status == 0, "\(atomic.transcript)")
    let policy = Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\", refs/heads/next]")
    let second = try scene.clone.commit(
      "Protect more\n\nApproved-by: Aiko Tanaka <aiko@example.com>\n", ["policies/policy.yaml": policy])
    try scene.clone.set("release/1", to: second)
    try scene.clone.set("next", to: second)
    let both = try scene.clone.push("main", "next", "release/1")
    #expect(both.status == 0, "\(both.transcript)")
    #expect(try scene.tip("refs/heads/release/1") == second && scene.tip("refs/heads/next") == second)
    #expect(scene.records().isEmpty, "\(scene.records())")
    // A push to another name of a branch moves the branch.
    try scene.sandbox.git(["symbolic-ref", "refs/heads/alias", "refs/heads/main"])
    let third = try scene.good("by another name")
    let aliased = try scene.clone.push("main:alias")
    #expect(try aliased.status == 0 && scene.tip() == third, "\(aliased.transcript)")
    #expect(scene.records().isEmpty, "\(scene.records())")
    let tagged = try scene.clone.push("main:refs/tags/t", "main:refs/heads/free")
    #expect(tagged.status == 0, "\(tagged.transcript)")
  }

  @Test("a policy that changes between verdict and move refuses the move; pushed again, it is judged by the new one")
  func policyChanges() throws {
    let scene = try StrictScene()
    let root = scene.sandbox.root
    try scene.sandbox.wrapHook(
      "update",
      """
      if [ "$1" = refs/heads/release/1 ] && [ ! -e '\(root)/once' ]; then
        touch '\(root)/held' '\(root)/once'
        while [ ! -e '\(root)/go' ]; do sleep 0.02; done
      fi
      exec REAL "$@"
      """)
    let release = try scene.good("for the release", on: "release/1", from: scene.scene.base)
    let held = try scene.sandbox.start(["git", "push", "origin", "release/1"], in: scene.clone.path)
    #expect(scene.sandbox.eventually { access(root + "/held", F_OK) == 0 })
    #expect(scene.records().count == 1)
    let policy = Fixtures.policy(
      "protected_refs: [refs/heads/main, \"refs/heads/release/*\"]", environments: "production: {}\nstaging: {}")
    _ = try scene.clone.commit(
      "Tighten\n\nApproved-by: Aiko Tanaka <aiko@example.com>\n", ["policies/policy.yaml": policy])
    let tightened = try scene.clone.push("main")
    #expect(tightened.status == 0, "\(tightened.transcript)")
    try scene.sandbox.write("go", "")
    let output = try held.wait()
    #expect(output.status != 0, "\(output.err)")
    #expect(
      output.err.contains("the policy has changed since the move of `refs/heads/release/1` was judged"), "\(output.err)"
    )
    #expect(output.err.contains("hint: fetch and push again"), "\(output.err)")
    #expect(try scene.tip("refs/heads/release/1") == nil)
    let again = try scene.clone.push("release/1")
    #expect(try again.status == 0 && scene.tip("refs/heads/release/1") == release, "\(again.transcript)")
  }

  @Test("the host's policy counts too") func hostPolicyChanges() throws {
    let scene = try StrictScene()
    try scene.sandbox.hostPolicy(Fixtures.policy("approvers: repository"), approvers: nil)
    let policy = scene.sandbox.root + "/host-policy/policy.yaml"
    try scene.sandbox.wrapHook("update", "echo '# changed' >>'\(policy)'\nexec REAL \"$@\"\n")
    _ = try scene.good("hello")
    let pushed = try scene.clone.push("main")
    #expect(pushed.status != 0 && pushed.transcript.contains("the policy has changed"), "\(pushed.transcript)")
    #expect(try scene.tip() == scene.scene.base)
  }

  @Test("twenty pushes at once all pass") func concurrent() throws {
    let scene = try StrictScene()
    let numbers = Array(1...20)
    for number in numbers { _ = try scene.good("\(number)", on: "release/\(number)", from: scene.scene.base) }
    let running = try numbers.map {
      try scene.sandbox.start(["git", "push", "--quiet", "origin", "release/\($0)"], in: scene.clone.path)
    }
    for push in running {
      let output = try push.wait()
      #expect(output.status == 0, "\(output.err)")
    }
    for number in numbers {
      #expect(try scene.tip("refs/heads/release/\(number)") == scene.clone.tip("release/\(number)"))
    }
    #expect(scene.records().isEmpty, "\(scene.records())")
  }

  @Test("a push that dies between verdict and move leaves a verdict for that move alone, and not for long")
  func crash() throws {
    let scene = try StrictScene()
    try scene.sandbox.wrapHook("update", "kill -9 $PPID\nexit 0\n")
    let tip = try scene.good("hello")
    #expect(try scene.clone.push("main").status != 0)
    #expect(try scene.tip() == scene.scene.base)
    let name = try #require(scene.records().first)
    let file = scene.sandbox.host + "/mlops/verdicts/" + name
    let bad = try {
      try scene.sandbox.installHook("update"); return try scene.bad()
    }()
    let other = try scene.sandbox.run(["git", "update-ref", "refs/heads/main", bad], in: scene.sandbox.host)
    #expect(other.status != 0 && other.err.contains("accepted no move"), "\(other.err)")
    // Too old, it counts for nothing, and the next push takes it away.
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let time = try #require(Int(lines[0]))
    try ([Substring("\(time - 3700)")] + lines.dropFirst()).joined(separator: "\n")
      .write(toFile: file, atomically: false, encoding: .utf8)
    let old = try scene.sandbox.run(["git", "update-ref", "refs/heads/main", tip], in: scene.sandbox.host)
    #expect(old.status != 0, "\(old.err)")
    try scene.sandbox.run(["touch", "-d", "2 hours ago", file], in: scene.sandbox.host)
    _ = try scene.good("more", on: "release/1", from: scene.scene.base)
    #expect(try scene.clone.push("release/1").status == 0)
    #expect(scene.records().isEmpty, "\(scene.records())")
    #expect(try scene.clone.push("main").status == 0)
    #expect(try scene.tip() == tip)
  }

  @Test("a verdict that cannot be recorded refuses the push, and a torn one the move") func unwritable() throws {
    let scene = try StrictScene()
    _ = try scene.good("hello")
    try scene.sandbox.write("host.git/mlops/verdicts", "a file\n")
    let pushed = try scene.clone.push("main")
    #expect(pushed.status != 0 && pushed.transcript.contains("the verdict cannot be recorded"), "\(pushed.transcript)")
    unlink(scene.sandbox.host + "/mlops/verdicts")
    try scene.sandbox.wrapHook(
      "update", "for f in mlops/verdicts/*; do head -c 30 \"$f\" >x; cat x >\"$f\"; done\nexec REAL \"$@\"\n")
    let torn = try scene.clone.push("main")
    #expect(torn.status != 0 && torn.transcript.contains("accepted no move"), "\(torn.transcript)")
    #expect(try scene.tip() == scene.scene.base)
  }

  @Test("where refs are judged one by one, and where the gate only reports, accepted pushes pass")
  func otherModes() throws {
    let scene = try StrictScene()
    try scene.sandbox.configure("mlops.gate", "ref")
    let tip = try scene.good("hello")
    try scene.clone.set("release/1", to: tip)
    let byRef = try scene.clone.push("main", "release/1")
    #expect(byRef.status == 0, "\(byRef.transcript)")
    try scene.sandbox.configure("mlops.gate", "push")
    try scene.sandbox.configure("mlops.mode", "audit")
    try scene.sandbox.git(["pack-refs", "--all"])
    let rewritten = try scene.clone.commit("Begin again", Fixtures.people(policy: StrictScene.policy), orphan: true)
    let rewrite = try scene.clone.push("+\(rewritten):refs/heads/release/1")
    #expect(try rewrite.status == 0 && scene.tip("refs/heads/release/1") == rewritten, "\(rewrite.transcript)")
    try scene.clone.set("main", to: tip)
    let bad = try scene.clone.commit("Nobody approved", [Deployment().path: Deployment(version: "v1.1.0").yaml])
    let reported = try scene.clone.push("main")
    #expect(try reported.status == 0 && scene.tip() == bad, "\(reported.transcript)")
  }

  @Test("where the gate only reports, a branch can be deleted", arguments: [false, true])
  func deletion(isPacked: Bool) throws {
    let scene = try Scene(Fixtures.plain())
    try scene.sandbox.hostPolicy(
      Fixtures.policy("protected_refs: [refs/heads/main, refs/heads/old]"), approvers: Fixtures.directory)
    try scene.sandbox.configure("mlops.strict", "true")
    try scene.sandbox.configure("mlops.mode", "audit")
    try scene.sandbox.installHook("reference-transaction")
    #expect(try scene.clone.push("main:old").status == 0)
    if isPacked { try scene.sandbox.git(["pack-refs", "--all"]) }
    let byHand = try scene.sandbox.run(["git", "update-ref", "-d", "refs/heads/old"], in: scene.sandbox.host)
    #expect(byHand.status != 0 && byHand.err.contains("accepted no move"), "\(byHand.err)")
    let deleted = try scene.clone.push(":refs/heads/old")
    #expect(try deleted.status == 0 && scene.sandbox.tip("refs/heads/old") == nil, "\(deleted.transcript)")
  }

  @Test("the first push into an empty repository passes, and nothing else makes its branches") func firstPush() throws {
    let sandbox = try GitSandbox(hooks: ["pre-receive", "update", "post-receive", "reference-transaction"])
    try sandbox.configure("mlops.strict", "true")
    let clone = try Clone(sandbox)
    let tip = try clone.commit("Begin", Fixtures.people())
    let fetched = try sandbox.run(["git", "fetch", clone.path, "main:main"], in: sandbox.host)
    #expect(fetched.status != 0 && fetched.err.contains("accepted no move"), "\(fetched.err)")
    let pushed = try clone.push("main")
    #expect(try pushed.status == 0 && sandbox.tip("refs/heads/main") == tip, "\(pushed.transcript)")
  }

  @Test("without the setting, the hook lets all pass, and doctor says so; without the hook, doctor says more")
  func settingAndHook() throws {
    let scene = try StrictScene()
    func doctor() throws -> Output { try scene.sandbox.mlops(["doctor"], in: scene.sandbox.host) }
    #expect(try doctor().status == 0)
    unlink(scene.sandbox.host + "/hooks/reference-transaction")
    let without = try doctor()
    #expect(without.status == 1 && without.out.contains("`reference-transaction` is missing"), "\(without.out)")
    try scene.sandbox.installHook("reference-transaction")
    try scene.sandbox.configure("mlops.strict", "false")
    let unset = try doctor()
    #expect(unset.status == 0 && unset.out.contains("`mlops.strict` is not set"), "\(unset.out)")
    let bad = try scene.bad()
    try scene.sandbox.git(["update-ref", "refs/heads/main", bad])
    #expect(try scene.tip() == bad)
    #expect(scene.records().isEmpty)
  }

  @Test("an administrator who takes the hooks out for one command moves the ref, and its trigger says so")
  func override() throws {
    let scene = try StrictScene()
    let bad = try scene.bad()
    try scene.sandbox.git(["-c", "core.hooksPath=/dev/null", "update-ref", "refs/heads/main", bad])
    #expect(try scene.sandbox.mlops(["emit"], in: scene.sandbox.host).status == 0)
    let file = try #require(scene.sandbox.eventFiles().first)
    let text = try String(contentsOfFile: scene.sandbox.host + "/mlops/outbox/local/" + file, encoding: .utf8)
    #expect(text.contains("\"judged\": false"), "\(text)")
  }
}
