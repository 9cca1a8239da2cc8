import Testing

/// Pushes as a team makes them: seed, promotions, branches, merges and tags.
@Suite("A push") struct PushTests {
  // MARK: The seed

  @Test("the seed's manifests land with the built-in policy, first push and promotion") func seedBuiltIn() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    try clone.commit("Begin", Fixtures.seedFiles.mapValues { Optional($0) })
    let first = try clone.checkAndPush()
    expectAccepted(first)
    #expect(first.report.text.lowercased().contains("first push"), "the report says so: \(first.transcript)")

    let path = "deployments/production/customer-segmentation.yaml"
    let promoted = Fixtures.seedDeployment.replacingOccurrences(of: "v2.4.1", with: "v2.5.0-rc")
    let base = try clone.tip()
    try clone.commit("Promote", [path: promoted])
    expectRefused(try clone.checkAndPush(), "approval/missing", at: path)
    try clone.commit("Promote\n\nApproved-by: ml-opsリード\n", [path: promoted], from: base)
    expectRefused(try clone.checkAndPush(), "approval/missing", at: path)
    try clone.commit(
      "Promote\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n", [path: promoted], from: base)
    expectAccepted(try clone.checkAndPush())
  }

  @Test("the seed's own promotion message counts under the built-in policy alone") func seedMessage() throws {
    let message = """
      Promotion: customer-segmentation v2.4.1 -> v2.5.0-rc
      From: staging
      To: production
      Approved by: ml-opsリード, ビジネスユニットLG
      Promotion ID: 1234abcd
      """
    let path = "deployments/production/customer-segmentation.yaml"
    let promoted = Fixtures.seedDeployment.replacingOccurrences(of: "v2.4.1", with: "v2.5.0-rc")
    let plain = try Scene(Fixtures.seedFiles)
    try plain.clone.commit(message, [path: promoted])
    expectAccepted(try plain.clone.checkAndPush())

    let governed = try Scene(
      Fixtures.seedFiles.merging([
        "policies/policy.yaml": Fixtures.policy(), "policies/approvers.yaml": Fixtures.directory,
      ]) { $1 })
    try governed.clone.commit(message, [path: promoted])
    expectRefused(try governed.clone.checkAndPush(), "approval/missing", at: path, exactly: false)
  }

  @Test("the seed's manifests land with a directory of people") func seedPeople() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    var files = Fixtures.seedFiles.mapValues { Optional($0) }
    files["policies/policy.yaml"] = Fixtures.policy()
    files["policies/approvers.yaml"] = Fixtures.directory
    try clone.commit("Begin", files)
    expectAccepted(try clone.checkAndPush())

    let path = "deployments/production/customer-segmentation.yaml"
    let promoted = Fixtures.seedDeployment.replacingOccurrences(of: "v2.4.1", with: "v2.5.0-rc")
    let base = try clone.tip()
    try clone.commit(
      "Promote\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n", [path: promoted])
    expectRefused(try clone.checkAndPush(), "approval/missing", at: path, exactly: false)
    try clone.commit(Fixtures.approved("Promote"), [path: promoted], from: base)
    expectAccepted(try clone.checkAndPush())
  }

  // MARK: The first push

  @Test("the first push is of HEAD's branch alone") func firstPushAlone() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    try clone.commit("Begin", Fixtures.plain().mapValues { Optional($0) })
    try clone.set("other", to: try clone.tip())
    expectRefused(try clone.push("main", "other"), [], exactly: false)
    expectRefused(try clone.push("main:trunk"), [], exactly: false)
    expectAccepted(try clone.push("main"))
    expectAccepted(try clone.push("other"))
  }

  @Test("the first push is judged by form, evidence and floors") func firstPushJudged() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    let bad = Deployment(version: "v9.0.0")
    try clone.commit("Begin", Fixtures.plain(deployment: bad).mapValues { Optional($0) })
    expectRefused(
      try clone.checkAndPush(), "metric/threshold", at: place(bad.path, of: "silhouette_score", in: bad.yaml))

    let floors = Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.46\"}}\nstaging: {}")
    try sandbox.hostPolicy(floors, approvers: Fixtures.directory)
    try clone.commit("Begin", Fixtures.people().mapValues { Optional($0) }, orphan: true)
    expectRefused(try clone.checkAndPush(), "metric/floor", at: Deployment().path, exactly: false)
  }

  @Test("where branches stand but not HEAD's, every push is refused with the way out") func missingHead() throws {
    let scene = try Scene()
    try scene.sandbox.git(["symbolic-ref", "HEAD", "refs/heads/gone"])
    try scene.clone.commit("Change", ["README.md": "two\n"])
    let result = try scene.clone.push()
    expectRefused(result, [], exactly: false)
    #expect(result.report.text.contains("git symbolic-ref"), "\(result.transcript)")
    // A detached HEAD names no branch either.
    try scene.sandbox.git(["update-ref", "--no-deref", "HEAD", scene.base])
    expectRefused(try scene.clone.push(), [], exactly: false)
  }

  // MARK: Several refs, branches and rewrites

  @Test("several refs land at once, and one bad ref refuses them all") func severalRefs() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")))
    try scene.clone.set(
      "feature", to: try scene.clone.commit("Note", ["README.md": "x\n"], on: "feature", from: scene.base))
    try scene.clone.set("release/1", to: scene.base)
    try scene.clone.commit("Note", ["README.md": "y\n"])
    let good = try scene.clone.push("main", "feature", "release/1")
    expectAccepted(good)
    #expect(good.moved.count == 3)

    let deployment = Deployment(version: "v1.1.0")
    try scene.clone.commit("Unapproved", [deployment.path: deployment.yaml])
    try scene.clone.commit("More", ["README.md": "z\n"], on: "feature")
    expectRefused(try scene.clone.push("feature", "main"), "approval/missing", at: deployment.path)
  }

  @Test("all problems of a push are reported together") func allTogether() throws {
    let scene = try Scene()
    let deployment = Deployment(version: "v9.0.0", endpoint: "/v1/predict/")
    try scene.clone.commit(
      "Three at once", [deployment.path: deployment.yaml, "deployments/production/notes.txt": "x\n"])
    expectRefused(
      try scene.clone.checkAndPush(), "approval/missing", "metric/threshold", "manifest/value", "manifest/location")
  }

  @Test("a new branch with the name of a protected pattern is judged from its fork") func newProtectedBranch() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")))
    let deployment = Deployment(version: "v1.1.0")
    try scene.clone.commit("Unapproved", [deployment.path: deployment.yaml], on: "release/1", from: scene.base)
    expectRefused(try scene.clone.checkAndPush("release/1"), "approval/missing", at: deployment.path)
    try scene.clone.commit(
      Fixtures.approved("Approved"), [deployment.path: deployment.yaml], on: "release/1", from: scene.base)
    expectAccepted(try scene.clone.checkAndPush("release/1"))
  }

  @Test("an unprotected branch takes anything") func unprotectedBranch() throws {
    let scene = try Scene()
    try scene.clone.commit(
      "Wild", ["deployments/x.txt": "{{{", "policies/policy.yaml": "no: ["], on: "wip", from: scene.base)
    expectAccepted(try scene.clone.checkAndPush("wip"))
    try scene.clone.commit("Other", ["README.md": "q\n"], on: "wip", orphan: true)
    expectAccepted(try scene.clone.push("+wip"))
    expectAccepted(try scene.clone.push(":wip"))
  }

  @Test("a protected branch is neither deleted nor rewritten") func deletionAndRewrite() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.denyDeleteCurrent", "ignore")
    expectRefused(try scene.clone.push(":main"), "history/delete", at: "refs/heads/main")
    try scene.clone.commit("Other past", Fixtures.people().mapValues { Optional($0) }, orphan: true)
    expectRefused(try scene.clone.push("+main"), "history/rewrite", at: "refs/heads/main", exactly: false)
  }

  @Test("commits that the server has on another branch are judged all the same") func stagedCommits() throws {
    let scene = try Scene()
    let deployment = Deployment(version: "v1.1.0")
    let evil = try scene.clone.commit("Unapproved", [deployment.path: deployment.yaml])
    expectAccepted(try scene.clone.push("\(evil):refs/heads/wip"))
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: deployment.path)
    // In one push, with the alias first.
    expectRefused(
      try scene.clone.push("\(evil):refs/heads/aaa", "\(evil):refs/heads/main"), "approval/missing",
      at: deployment.path)
    #expect(try scene.sandbox.tip("refs/heads/aaa") == nil)
  }

  @Test("a bad commit in the middle of good ones is found") func badMiddle() throws {
    let scene = try Scene()
    let promoted = Deployment(version: "v1.1.0")
    try scene.clone.commit("Good", ["README.md": "1\n"])
    try scene.clone.commit("Bad", [promoted.path: promoted.yaml])
    try scene.clone.commit("Back", [promoted.path: Deployment().yaml])
    try scene.clone.commit("Good", ["README.md": "2\n"])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
  }

  @Test("a manifest that is invalid only in the middle of a push is refused") func invalidMiddle() throws {
    let scene = try Scene()
    let bad = Deployment(version: "v1.1.0", replicas: "-1")
    let good = Deployment(version: "v1.1.0")
    try scene.clone.commit(Fixtures.approved("Bad"), [bad.path: bad.yaml])
    try scene.clone.commit(Fixtures.approved("Mended"), [good.path: good.yaml])
    // What replaces a manifest that cannot be read needs the policy's approvers as well.
    expectRefused(
      try scene.clone.checkAndPush(), "manifest/value", at: place(bad.path, of: "replicas", in: bad.yaml),
      exactly: false)
  }

  @Test("removing a deployment needs its approvals") func removal() throws {
    let scene = try Scene()
    try scene.clone.commit("Remove", [Deployment().path: nil])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: Deployment().path)
    try scene.clone.commit(Fixtures.approved("Remove"), [Deployment().path: nil], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  // MARK: Tags

  @Test("a protected tag is made once, on the line of a protected branch, and stays") func tags() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/tags/v*\"]")))
    let off = try scene.clone.commit("Off", ["README.md": "off\n"], on: "side", from: scene.base)
    expectRefused(try scene.clone.push("\(off):refs/tags/v1"), "history/tag", at: "refs/tags/v1")
    // On a commit that another line of the same push brings.
    let next = try scene.clone.commit("Next", ["README.md": "next\n"])
    expectAccepted(try scene.clone.push("main", "\(next):refs/tags/v1"))
    expectRefused(try scene.clone.push("+\(scene.base):refs/tags/v1"), "history/tag", at: "refs/tags/v1")
    expectRefused(try scene.clone.push(":refs/tags/v1"), "history/tag", at: "refs/tags/v1")
    expectAccepted(try scene.clone.push("\(off):refs/tags/nightly"))
  }

  @Test("reserved refs are moved by the host's named pushers alone") func reservedRefs() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [render-bot]}")))
    let refspec = "main:refs/heads/rendered/production"
    expectRefused(
      try scene.clone.push([refspec], environment: ["GL_USERNAME": "mallory"]), "push/malformed",
      at: "refs/heads/rendered/production")
    expectAccepted(try scene.clone.push([refspec], environment: ["GL_USERNAME": "render-bot"]))
  }
}
