import Testing

/// Policies: who may change them, what they demand, and what happens when they cannot be used.
@Suite("A policy") struct PolicyTests {
  let promoted = Deployment(version: "v1.1.0")

  // MARK: Approvals

  /// One message with what is wrong about its approvals.
  struct Approval: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var message: String
    var checks: [String]
    var policy = Fixtures.policy()
    var author = "Dev <dev@example.com>"
  }

  static let unfilled: [Approval] = [
    Approval(testDescription: "no approval", message: "Promote\n", checks: ["approval/missing"]),
    Approval(
      testDescription: "one role of two", message: "Promote\n\nApproved-by: Ken Sato <ken@example.com>\n",
      checks: ["approval/missing"]),
    Approval(
      testDescription: "somebody unknown",
      message: "Promote\n\nApproved-by: Ken Sato <ken@example.com>\nApproved-by: X <x@example.com>\n",
      checks: ["approval/missing", "approval/unknown"]),
    Approval(
      testDescription: "the author", message: Fixtures.approved("Promote"),
      checks: ["approval/missing", "approval/self"],
      author: "Aiko Tanaka <aiko@example.com>"),
    Approval(
      testDescription: "the author under an old address", message: Fixtures.approved("Promote"),
      checks: ["approval/missing", "approval/self"], author: "A. Tanaka <aiko@old.example.com>"),
    Approval(
      testDescription: "a co-author",
      message: "Promote\n\nCo-authored-by: Aiko Tanaka <aiko@example.com>\n" + Fixtures.approvals,
      checks: ["approval/missing", "approval/self"]),
    Approval(
      testDescription: "one person twice",
      message: "Promote\n\nApproved-by: Aiko Tanaka <aiko@example.com>\nApproved-by: Aiko Tanaka <AIKO@example.com>\n",
      checks: ["approval/missing"]),
    Approval(
      testDescription: "another person's name beside the address",
      message: "Promote\n\nApproved-by: Omar Haddad <aiko@example.com>\nApproved-by: Ken Sato <ken@example.com>\n",
      checks: ["approval/missing", "approval/malformed"]),
    Approval(
      testDescription: "a trailer in a middle paragraph",
      message: "Promote\n\n\(Fixtures.approvals)\nAnd a last word.\n",
      checks: ["approval/missing", "approval/malformed"]),
    Approval(
      testDescription: "a minimum of three with two",
      message: Fixtures.approved("Promote"), checks: ["approval/missing"],
      policy: Fixtures.policy(environments: "production: {approvals: {required: true, minimum: 3}}")),
    Approval(
      testDescription: "a role that the policy adds",
      message: Fixtures.approved("Promote"), checks: ["approval/missing"],
      policy: Fixtures.policy(environments: "production: {approvals: {required: true, approvers: [publishers]}}")),
    Approval(
      testDescription: "one person for two roles",
      message: Fixtures.approved("Promote"), checks: ["approval/missing"],
      policy: Fixtures.policy(environments: "production: {approvals: {required: true, approvers: [policy-admins]}}")),
  ]

  @Test("an approval that does not count is told why", arguments: unfilled) func unfilledRole(_ approval: Approval)
    throws
  {
    let scene = try Scene(Fixtures.people(policy: approval.policy))
    try scene.clone.commit(approval.message, [promoted.path: promoted.yaml], author: approval.author)
    expectRefused(try scene.clone.checkAndPush(), approval.checks, at: promoted.path)
  }

  @Test("people are assigned so that as many roles as possible are filled") func assignment() throws {
    // Aiko can stand for two roles, Root for one of them only.
    let policy = Fixtures.policy(environments: "production: {approvals: {required: true, approvers: [policy-admins]}}")
    let scene = try Scene(Fixtures.people(policy: policy))
    try scene.clone.commit(
      Fixtures.approved("Promote") + "Approved-by: Root <root@example.com>\n", [promoted.path: promoted.yaml])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("the ledger names the roles, the approvals and who could give what is missing") func ledger() throws {
    let scene = try Scene()
    try scene.clone.commit("Promote\n\nApproved-by: Ken Sato <ken@example.com>\n", [promoted.path: promoted.yaml])
    let text = try scene.clone.checkAndPush().report.text
    for needle in ["ml-opsリード", "ビジネスユニットLG", "Ken Sato", "omar@example.com"] {
      #expect(text.contains(needle), "\(needle) is not in: \(text)")
    }
  }

  // MARK: The first policy and its guard

  @Test("a policy that is changed in the push that it would judge does not judge it") func policyInPush() throws {
    let strict = Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.45\"}}\nstaging: {}")
    let lax = Fixtures.policy(environments: "production: {}\nstaging: {}")
    let scene = try Scene(Fixtures.people(policy: strict))
    let weak = Deployment(version: "v9.0.0", metrics: [("silhouette_score", "\">0.1\"")])
    try scene.clone.commit("Loosen\n\nApproved-by: Root <root@example.com>\n", ["policies/policy.yaml": lax])
    try scene.clone.commit(Fixtures.approved("Promote"), [weak.path: weak.yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/floor", at: weak.path, exactly: false)
  }

  @Test("a step that follows a policy change must satisfy the new policy too") func newPolicyToo() throws {
    let scene = try Scene()
    let strict = Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.46\"}}\nstaging: {}")
    try scene.clone.commit("Tighten\n\nApproved-by: Root <root@example.com>\n", ["policies/policy.yaml": strict])
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/floor", at: promoted.path, exactly: false)
  }

  @Test("policies/ needs each role of policy_approvers") func guarded() throws {
    let scene = try Scene()
    let more = Fixtures.directory.replacingOccurrences(
      of: "root@example.com, aiko", with: "root@example.com, mallory@example.com, aiko")
    try scene.clone.commit("Let me in\n\nApproved-by: Ken Sato <ken@example.com>\n", ["policies/approvers.yaml": more])
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", at: "policies/approvers.yaml", exactly: false)
    try scene.clone.commit(
      "Let me in\n\nApproved-by: Mallory <mallory@example.com>\n", ["policies/approvers.yaml": more], from: scene.base)
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", at: "policies/approvers.yaml", exactly: false)
    try scene.clone.commit(
      "Let her in\n\nApproved-by: Root <root@example.com>\n", ["policies/approvers.yaml": more], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("removing the policy needs its approvers too") func guardedRemoval() throws {
    let scene = try Scene()
    try scene.clone.commit("Away\n", ["policies/policy.yaml": nil, "policies/approvers.yaml": nil])
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", at: "policies/", exactly: false)
  }

  @Test("the first policy needs all the approvers that the manifests name") func firstPolicy() throws {
    let scene = try Scene(Fixtures.plain())
    let files: Clone.Changes = [
      "policies/policy.yaml": Fixtures.policy(), "policies/approvers.yaml": Fixtures.directory,
    ]
    try scene.clone.commit("Begin a policy\n", files)
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", at: "policies/", exactly: false)
    try scene.clone.commit(
      "Begin a policy\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n", files, from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  static let root = "Change\n\nApproved-by: Root <root@example.com>\n"
  static let invalid: [Refusal] = [
    Refusal(
      "an unknown key", "policy/invalid", at: "policies/policy.yaml",
      ["policies/policy.yaml": Fixtures.policy("protected_ref: [refs/heads/x]")], message: root),
    Refusal(
      "a role that the directory does not have", "policy/invalid", at: "policies/policy.yaml",
      [
        "policies/policy.yaml": Fixtures.policy(
          environments: "production: {approvals: {required: true, approvers: [nobody]}}")
      ], message: root),
    Refusal(
      "a minimum that cannot be reached", "policy/invalid", at: "policies/policy.yaml",
      [
        "policies/policy.yaml": Fixtures.policy(
          environments: "production: {approvals: {required: true, minimum: 9, approvers: [publishers]}}")
      ], message: root),
    Refusal(
      "an empty role", "policy/invalid", at: "policies/approvers.yaml",
      [
        "policies/approvers.yaml": Fixtures.directory.replacingOccurrences(
          of: "[ken@example.com, mina@example.com]", with: "[]")
      ], message: root),
    Refusal(
      "one address of two people", "policy/invalid", at: "policies/approvers.yaml",
      [
        "policies/approvers.yaml": Fixtures.directory.replacingOccurrences(
          of: "{name: Omar Haddad}", with: "{name: Omar Haddad, aliases: [aiko@example.com]}")
      ], message: root),
    Refusal("people without a policy", "policy/invalid", at: "policies/", ["policies/policy.yaml": nil], message: root),
    Refusal(
      "a policy that does not protect HEAD's branch", "policy/invalid", at: "policies/policy.yaml",
      ["policies/policy.yaml": Fixtures.policy("protected_refs: [refs/heads/prod]")], message: root),
    Refusal(
      "no policy_approvers", "policy/invalid", at: "policies/policy.yaml",
      [
        "policies/policy.yaml": Fixtures.policy().replacingOccurrences(
          of: "  policy_approvers: [policy-admins]\n", with: "")
      ], message: root),
    Refusal(
      "a policy that is no YAML", "policy/invalid", at: "policies/policy.yaml", ["policies/policy.yaml": "a: [\n"],
      message: root),
    Refusal(
      "history that allows force", "policy/invalid", at: "policies/policy.yaml",
      ["policies/policy.yaml": Fixtures.policy("history: {force_push: allowed}")], message: root),
    Refusal(
      "a floor that is no threshold", "policy/invalid", at: "policies/policy.yaml",
      ["policies/policy.yaml": Fixtures.policy(environments: "production: {metrics: {x: \"0.5\"}}")], message: root),
  ]

  @Test("a policy that cannot be used may not land", arguments: invalid) func invalidPolicy(_ refusal: Refusal) throws {
    try refusal.run()
  }

  @Test("a role that fewer than two people can fill is a warning") func thinRole() throws {
    let scene = try Scene()
    let thin = Fixtures.directory.replacingOccurrences(
      of: "[pat@example.com, paz@example.com]", with: "[pat@example.com]")
    try scene.clone.commit(Self.root, ["policies/approvers.yaml": thin])
    let result = try scene.clone.checkAndPush()
    expectAccepted(result)
    #expect(
      result.report.items.contains { $0.severity == "warning" && $0.text.contains("publishers") },
      "\(result.transcript)")
  }

  @Test("the pusher does not approve where the policy excludes pushers") func excludedPusher() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("approvals: {exclude: [author, committer, co-author, pusher]}")))
    try scene.sandbox.configure("mlops.pusherEnv", "HOST_USER")
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectRefused(
      try scene.clone.push(["main"], environment: ["HOST_USER": "aiko"]), "approval/missing", "approval/self",
      at: promoted.path)
    expectAccepted(try scene.clone.push(["main"], environment: ["HOST_USER": "omar@example.com"]))
  }

  @Test("a share may grow by the policy's step and no more, however many commits take it there") func weightSteps()
    throws
  {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy(environments: "production: {max_weight_step: 30}")))
    let path = ManifestRefusalTests.abPath
    try scene.clone.commit(Fixtures.approved("Canary"), [path: ManifestRefusalTests.ab("70", "30")])
    expectAccepted(try scene.clone.checkAndPush())
    let tip = try scene.clone.tip()
    try scene.clone.commit(Fixtures.approved("More"), [path: ManifestRefusalTests.ab("45", "55")])
    try scene.clone.commit(Fixtures.approved("More"), [path: ManifestRefusalTests.ab("20", "80")])
    expectRefused(try scene.clone.checkAndPush(), "routing/step", at: path)
    try scene.clone.commit(Fixtures.approved("More"), [path: ManifestRefusalTests.ab("40", "60")], from: tip)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a policy that stands and cannot be read shuts every branch") func unreadablePolicy() throws {
    let scene = try Scene(Fixtures.people(policy: "apiVersion: mlops/v1\nkind: PromotionPolicy\nspec: ["))
    try scene.clone.commit("Note", ["README.md": "x\n"])
    expectRefused(try scene.clone.checkAndPush(), "policy/invalid", exactly: false)
    try scene.clone.commit("Note", ["README.md": "x\n"], on: "wip", from: scene.base)
    expectRefused(try scene.clone.push("wip"), "policy/invalid", exactly: false)
  }

  // MARK: The built-in default

  @Test("under the built-in default nobody turns the approvals off") func turnedOff() throws {
    let scene = try Scene(Fixtures.plain())
    var off = promoted
    off.required = false
    off.approvers = []
    try scene.clone.commit("Promote\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n", [off.path: off.yaml])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: off.path)
    off.name = "other"
    off.endpoint = "/v1/other"
    try scene.clone.commit("Add", [off.path: off.yaml], from: scene.base)
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: off.path)
  }

  @Test("under the built-in default the author's own name does not count") func literalSelf() throws {
    let scene = try Scene(Fixtures.plain())
    try scene.clone.commit(
      "Promote\n\nApproved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n", [promoted.path: promoted.yaml],
      author: "ml-opsリード <ops@example.com>")
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/self", at: promoted.path)
  }

  // MARK: Rules of environments

  static let always = "freeze: [{from: \"2020-01-01T00:00:00Z\", until: \"2120-01-01T00:00:00Z\", reason: year end}]"
  static let environments: [Refusal] = [
    Refusal(
      "in a frozen environment", "promotion/freeze", in: Deployment(version: "v1.1.0"),
      files: Fixtures.people(policy: Fixtures.policy(environments: "production: {\(always)}"))),
    Refusal(
      "before it stood in the earlier environment", "promotion/order", in: Deployment(version: "v1.1.0"),
      files: Fixtures.people(policy: Fixtures.policy(environments: "production: {promote_from: staging}\nstaging: {}"))),
    Refusal(
      "from a foreign registry", "promotion/registry",
      in: Deployment(registry: "s3://ml-models-evil/", version: "v1.1.0"), at: "registry:",
      files: Fixtures.people(policy: Fixtures.policy(environments: "production: {registries: [\"s3://ml-models/\"]}"))),
    Refusal(
      "without the digest that the policy requires", "promotion/registry", in: Deployment(version: "v1.1.0"),
      files: Fixtures.people(policy: Fixtures.policy(environments: "production: {digest: required}"))),
  ]

  @Test("a promotion against the environment's rules is refused", arguments: environments) func environmentRules(
    _ refusal: Refusal
  ) throws {
    try refusal.run()
  }

  @Test("what stands in the earlier environment may be promoted, in the same push or later") func order() throws {
    let policy = Fixtures.policy(environments: "production: {promote_from: staging}\nstaging: {}")
    var staging = Deployment(environment: "staging", version: "v1.1.0")
    staging.required = false
    staging.approvers = []
    let scene = try Scene(Fixtures.people(policy: policy))
    try scene.clone.commit("Stage", [staging.path: staging.yaml])
    expectAccepted(try scene.clone.checkAndPush())
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("publishers, or an approval by one, add versions") func publishers() throws {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy("models: {publishers: [publishers, ci-bot]}")))
    let version: Clone.Changes = [Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0")]
    try scene.clone.commit("Publish\n", version)
    expectRefused(
      try scene.clone.push(["main"], environment: ["GL_USERNAME": "mallory"]), "model/publisher", exactly: false)
    try scene.clone.commit("Publish\n\nApproved-by: Pat <pat@example.com>\n", version, from: scene.base)
    expectAccepted(try scene.clone.push(["main"], environment: ["GL_USERNAME": "mallory"]))
    try scene.clone.commit("Publish\n", [Fixtures.evidencePath("v3.0.0"): Fixtures.evidence("v3.0.0")])
    expectAccepted(try scene.clone.push(["main"], environment: ["GL_USERNAME": "ci-bot"]))
  }

  // MARK: The host's policy

  @Test("the host's policy and the repository's must both be satisfied") func hostPolicy() throws {
    let scene = try Scene()
    try scene.sandbox.hostPolicy(
      Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.46\"}}\nstaging: {}"),
      approvers: Fixtures.directory)
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/floor", at: promoted.path)
    let stricter = promoted.with { $0.metrics[0].1 = "\">0.46\"" }
    try scene.clone.commit("Promote\n", [promoted.path: stricter.yaml], from: scene.base)
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: promoted.path)
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: stricter.yaml], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a host's policy without approvers says so, or refuses everything") func hostWithoutApprovers() throws {
    let scene = try Scene()
    try scene.clone.commit("Note", ["README.md": "x\n"])
    try scene.sandbox.hostPolicy(Fixtures.policy(environments: ""), approvers: nil)
    expectRefused(try scene.clone.push("main"), [], exactly: false)
    try scene.sandbox.hostPolicy(Fixtures.policy("approvers: repository", environments: ""), approvers: nil)
    expectAccepted(try scene.clone.push("main"))
  }

  @Test("a host's policy that cannot be read refuses every push") func unreadableHostPolicy() throws {
    let scene = try Scene()
    try scene.clone.commit("Note", ["README.md": "x\n"], on: "wip", from: scene.base)
    try scene.sandbox.configure("mlops.policy", scene.sandbox.root + "/nowhere")
    expectRefused(try scene.clone.push("wip"), [], exactly: false)
  }

  @Test("the host's policy_approvers mend a repository's broken policy") func mended() throws {
    let scene = try Scene(Fixtures.people(policy: "kind: ["))
    try scene.sandbox.hostPolicy(Fixtures.policy(), approvers: Fixtures.directory)
    try scene.clone.commit("Mend\n", ["policies/policy.yaml": Fixtures.policy()])
    expectRefused(try scene.clone.checkAndPush(), "policy/guard", exactly: false)
    try scene.clone.commit(Self.root, ["policies/policy.yaml": Fixtures.policy()], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("audit mode reports and accepts, but not malformed pushes and not policies") func auditMode() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.mode", "audit")
    try scene.clone.commit("Promote\n", [promoted.path: promoted.yaml])
    let result = try scene.clone.push("main")
    #expect(result.status == 0 && result.moved.count == 1, "\(result.transcript)")
    #expect(result.report.text.contains("approval/missing"), "\(result.transcript)")
    #expect(try scene.sandbox.events().first.flatMap { ($0["data"] as? [String: Any])?["judged"] as? Bool } == false)
    try scene.clone.commit("Loosen\n", ["policies/policy.yaml": Fixtures.policy("models: {immutable: false}")])
    expectRefused(try scene.clone.push("main"), "policy/guard", exactly: false)
  }

  @Test("a dry run judges everything and moves nothing") func dryRun() throws {
    let scene = try Scene()
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.clone.commit("Note", ["README.md": "x\n"])
    let result = try scene.clone.push(["main"], options: ["-o", "mlops.dry-run"])
    #expect(
      result.status != 0 && result.moved.isEmpty && result.report.text.contains("dry run"), "\(result.transcript)")
  }

  @Test("with one gate for each ref, update judges and pre-receive guards the form") func refGate() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.gate", "ref")
    try scene.clone.commit("Promote\n", [promoted.path: promoted.yaml])
    try scene.clone.commit("Note", ["README.md": "x\n"], on: "wip", from: scene.base)
    let result = try scene.clone.push("main", "wip")
    #expect(result.status != 0 && result.moved.keys.sorted() == ["refs/heads/wip"], "\(result.transcript)")
    #expect(result.report.text.contains("approval/missing"), "\(result.transcript)")
  }
}
