import Foundation
import Testing

/// Break-glass: an override that the policy names, for whom it names, of what may be overridden, and for the record.
@Suite("Break-glass") struct BreakGlassTests {
  static let rule = "break_glass: {roles: [ml-opsリード], refs: [refs/heads/main]}"
  static let aiko = ["GL_USERNAME": "aiko"]
  static let reason = ["-o", "mlops.break-glass=the model answers nonsense"]
  let promoted = Deployment(version: "v1.1.0")

  private func scene(_ policy: String = Fixtures.policy(rule), more: [String: String] = [:]) throws -> Scene {
    let scene = try Scene(Fixtures.people(policy: policy, more: more))
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    return scene
  }

  @Test("whom the policy names overrides a missing approval, loudly and for the record") func granted() throws {
    let scene = try scene()
    let tip = try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.push(["main"], environment: Self.aiko), "approval/missing")
    let result = try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko)
    #expect(result.status == 0 && result.moved["refs/heads/main"] == tip, "\(result.transcript)")
    for words in [
      "warning: BREAK-GLASS by `Aiko Tanaka <aiko@example.com>`", "[approval/missing]", "the model answers nonsense",
    ] {
      #expect(result.report.text.contains(words), "\(words): \(result.transcript)")
    }
    let record = try #require(try scene.sandbox.audit().last { $0["breakGlass"] != nil })
    let glass = try #require(record["breakGlass"] as? [String: Any])
    #expect(record["taken"] as? Bool == true && record["verdict"] as? String == "refused")
    #expect(glass["granted"] as? Bool == true && glass["who"] as? String == "Aiko Tanaka <aiko@example.com>")
    #expect(glass["reason"] as? String == "the model answers nonsense")
    #expect(glass["overridden"] as? [String] == ["approval/missing"])
    let data = try #require(try scene.sandbox.events().first?["data"] as? [String: Any])
    let told = try #require(data["breakGlass"] as? [String: String])
    #expect(data["judged"] as? Bool == false)
    #expect(told["who"] == "Aiko Tanaka <aiko@example.com>" && told["reason"] == "the model answers nonsense")
    #expect(told["commit"] == tip)
    let shown = try scene.sandbox.mlops(["audit", "show"], in: scene.sandbox.host)
    #expect(
      shown.out.contains("taken by break-glass") && shown.out.contains("the model answers nonsense"), "\(shown.out)")
    #expect(try scene.sandbox.mlops(["audit", "verify"], in: scene.sandbox.host).status == 0)
    let doctor = try scene.sandbox.mlops(["doctor"], in: scene.sandbox.host)
    #expect(doctor.out.contains("note: the glass was broken") && doctor.out.contains("nonsense"), "\(doctor.out)")
    // The next push is judged as ever.
    try scene.clone.commit("More\n", [promoted.path: promoted.with { $0.replicas = "4" }.yaml])
    expectRefused(try scene.clone.push(["main"], environment: Self.aiko), "approval/missing")
  }

  @Test("metrics, order, freezes and shares are overridden too") func content() throws {
    let rules =
      "production: {promote_from: staging, freeze: [{from: \"2020-01-01T00:00:00Z\", until: \"2100-01-01T00:00:00Z\"}]}\nstaging: {}"
    let scene = try scene(Fixtures.policy(Self.rule, environments: rules))
    let bad = Deployment(version: "v9.0.0")
    try scene.clone.commit("Emergency\n", [bad.path: bad.yaml])
    let result = try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko)
    #expect(result.status == 0 && result.moved.count == 1, "\(result.transcript)")
    #expect(result.report.checks.isSuperset(of: ["metric/threshold", "promotion/order", "promotion/freeze"]))
  }

  /// A push that stays refused although a break-glass is asked for.
  struct Refused: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var options = reason
    var environment = aiko
    var policy = Fixtures.policy(rule)
    var settings: [String: String] = [:]
    var says: String
  }

  private static let certificate = [
    "GL_USERNAME": "dev", "GIT_PUSH_CERT_STATUS": "G", "GIT_PUSH_CERT_NONCE_STATUS": "OK",
    "GIT_PUSH_CERT_SIGNER": "Aiko Tanaka <aiko@example.com>",
  ]

  static let refusals = [
    Refused(testDescription: "nobody known", environment: ["GL_USERNAME": "dev"], says: "does not know who `dev` is"),
    Refused(
      testDescription: "not in the role", environment: ["GITEA_PUSHER_EMAIL": "ken@example.com"],
      says: "gives `break_glass` to"),
    Refused(testDescription: "by a certificate", environment: certificate, says: "does not know who `dev` is"),
    Refused(
      testDescription: "two people at once",
      environment: ["GL_USERNAME": "aiko", "GITEA_PUSHER_EMAIL": "ken@example.com"],
      says: "does not know who"),
    Refused(
      testDescription: "by a certificate of somebody else",
      environment: certificate.merging(["GL_USERNAME": "aiko", "GIT_PUSH_CERT_SIGNER": "Ken Sato <ken@example.com>"]) {
        $1
      },
      says: "does not know who"),
    Refused(
      testDescription: "by a display name", environment: ["BB_USER_DISPLAY_NAME": "Aiko Tanaka"], says: "does not know"),
    Refused(testDescription: "no reason", options: ["-o", "mlops.break-glass"], says: "it has no reason"),
    Refused(testDescription: "blank reason", options: ["-o", "mlops.break-glass=  \t "], says: "plain text"),
    Refused(testDescription: "empty reason", options: ["-o", "mlops.break-glass=   "], says: "it has no reason"),
    Refused(
      testDescription: "control characters", options: ["-o", "mlops.break-glass=x\u{1b}[2Jaccepted\u{202e}"],
      says: "plain text"),
    Refused(
      testDescription: "a long reason", options: ["-o", "mlops.break-glass=" + String(repeating: "x", count: 301)],
      says: "301 bytes, more than 300"),
    Refused(testDescription: "asked twice", options: reason + reason, says: "twice"),
    Refused(testDescription: "no such rule", policy: Fixtures.policy(), says: "names no `break_glass`"),
    Refused(
      testDescription: "another ref",
      policy: Fixtures.policy(
        "protected_refs: [refs/heads/main, \"refs/heads/release/*\"]\nbreak_glass: {roles: [ml-opsリード], refs: [\"refs/heads/release/*\"]}"
      ),
      says: "names no `break_glass` for `refs/heads/main`"),
    Refused(testDescription: "one gate a ref", settings: ["mlops.gate": "ref"], says: "git tells `update` no push"),
    Refused(testDescription: "no audit log", settings: ["mlops.audit": "false"], says: "nothing records it"),
  ]

  @Test("it is refused", arguments: refusals) func refused(_ refused: Refused) throws {
    let scene = try scene(refused.policy)
    for (key, value) in refused.settings { try scene.sandbox.configure(key, value) }
    // Whoever wrote the commit is nobody's right.
    try scene.clone.commit(
      "Emergency\n", [promoted.path: promoted.yaml], author: "Aiko Tanaka <aiko@example.com>")
    let result = try scene.clone.push(["main"], options: refused.options, environment: refused.environment)
    expectRefused(result, "approval/missing")
    #expect(result.report.text.contains(refused.says), "\(result.transcript)")
    #expect(!result.report.text.contains("BREAK-GLASS"), "\(result.transcript)")
    #expect(!result.transcript.utf8.contains(0x1b), "an escape reached the terminal")
    #expect(try scene.sandbox.eventFiles().isEmpty)
    if refused.settings["mlops.audit"] == nil {
      #expect(
        try scene.sandbox.audit().allSatisfy { $0["taken"] as? Bool == false || $0["scope"] as? String == "form" })
      #expect(try scene.sandbox.mlops(["audit", "verify"], in: scene.sandbox.host).status == 0)
    }
  }

  @Test("what no exception may touch stays refused beside what it could") func fixed() throws {
    let scene = try scene()
    let main = "refs/heads/main"
    func push(_ changes: Clone.Changes, _ says: String, _ check: String) throws {
      try scene.clone.commit("Emergency\n", changes, from: scene.base)
      let result = try scene.clone.push([main], options: Self.reason, environment: Self.aiko)
      expectRefused(result, check, exactly: false)
      #expect(result.report.text.contains(says), "\(says): \(result.transcript)")
    }
    try push(
      [promoted.path: promoted.yaml + "unknown: 1\n"], "no break-glass overrides `manifest/schema`", "manifest/schema")
    let missing = Deployment(version: "v7.7.7")
    try push([missing.path: missing.yaml], "no break-glass overrides `model/missing`", "model/missing")
    try push(
      [promoted.path: promoted.yaml, Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", silhouette: "0.99")],
      "overrides `model/immutable`", "model/immutable")
    // The rules themselves, and who approves from then on.
    try push(
      [promoted.path: promoted.yaml, "policies/policy.yaml": Fixtures.policy()], "overrides `policy/guard`",
      "policy/guard")
    let fewer = promoted.with { $0.approvers = ["ml-opsリード"] }
    try push([fewer.path: fewer.yaml], "would need fewer approvers from then on", "approval/missing")
    try push([fewer.path: promoted.with { $0.required = false }.yaml], "fewer approvers", "approval/missing")
    let renamed = fewer.with { $0.name = "other" }
    try push([promoted.path: nil, renamed.path: renamed.yaml], "fewer approvers", "approval/missing")
    // An approved change of the rules does not let the rest of its push through.
    try scene.clone.commit(
      "Policy\n\nApproved-by: Root <root@example.com>\n",
      ["policies/policy.yaml": Fixtures.policy(Self.rule + "\nmodels: {immutable: true}")], from: scene.base)
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let both = try scene.clone.push([main], options: Self.reason, environment: Self.aiko)
    expectRefused(both, "approval/missing")
    #expect(both.report.text.contains("push changes `policies/`"), "\(both.transcript)")
  }

  @Test("a rule that comes with the push does not count for it") func sameJourney() throws {
    let scene = try scene(Fixtures.policy())
    try scene.clone.commit(
      "Policy\n\nApproved-by: Root <root@example.com>\n", ["policies/policy.yaml": Fixtures.policy(Self.rule)])
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let result = try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko)
    expectRefused(result, "approval/missing")
    #expect(result.report.text.contains("names no `break_glass`"), "\(result.transcript)")
  }

  @Test("of several refs each must be named, and a malformed one refuses all") func refs() throws {
    let scene = try scene(
      Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]\n" + Self.rule))
    try scene.sandbox.git(["update-ref", "refs/heads/release/1", scene.base])
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let result = try scene.clone.push(
      ["main", "main:refs/heads/release/1"], options: Self.reason, environment: Self.aiko)
    expectRefused(result, "approval/missing")
    #expect(result.report.text.contains("names no `break_glass` for `refs/heads/release/1`"), "\(result.transcript)")
    let reserved = try scene.clone.push(
      ["main", "main:refs/mlops/emitted/heads/x"], options: Self.reason, environment: Self.aiko)
    #expect(reserved.status != 0 && reserved.moved.isEmpty, "\(reserved.transcript)")
    let rewritten = try scene.clone.commit("Other\n", [promoted.path: promoted.yaml], on: "other", orphan: true)
    let forced = try scene.clone.push(["+\(rewritten):refs/heads/main"], options: Self.reason, environment: Self.aiko)
    #expect(forced.status != 0 && forced.moved.isEmpty, "\(forced.transcript)")
  }

  @Test("a repository's rule does not override the host's policy") func host() throws {
    let scene = try scene()
    try scene.sandbox.hostPolicy(Fixtures.policy(), approvers: Fixtures.directory)
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let result = try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko)
    expectRefused(result, "approval/missing")
    #expect(result.report.text.contains("the policy of the host names no `break_glass`"), "\(result.transcript)")
    try scene.sandbox.hostPolicy(Fixtures.policy(Self.rule), approvers: Fixtures.directory)
    #expect(try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko).status == 0)
  }

  @Test("a dry run tells of it and breaks nothing; a push that is fine does not need it") func dry() throws {
    let scene = try scene()
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let dry = try scene.clone.push(["main"], options: Self.reason + ["-o", "mlops.dry-run"], environment: Self.aiko)
    #expect(dry.status != 0 && dry.moved.isEmpty, "\(dry.transcript)")
    #expect(dry.report.text.contains("would be accepted by break-glass"), "\(dry.transcript)")
    #expect(try scene.sandbox.audit().isEmpty && scene.sandbox.eventFiles().isEmpty)
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml], from: scene.base)
    let fine = try scene.clone.push(["main"], options: Self.reason, environment: Self.aiko)
    expectAccepted(fine)
    #expect(fine.report.text.contains("no break-glass was needed"), "\(fine.transcript)")
    #expect(try scene.sandbox.audit().allSatisfy { $0["breakGlass"] == nil })
  }

  @Test("`check` and the server tell those who may, and nobody else") func told() throws {
    let scene = try scene()
    try scene.clone.commit("Emergency\n", [promoted.path: promoted.yaml])
    let words = "mlops.break-glass"
    #expect(try !scene.clone.check().transcript.contains(words))
    try scene.clone.git("config", "user.email", "aiko@example.com")
    try scene.clone.git("config", "user.name", "Aiko Tanaka")
    #expect(try scene.clone.check().transcript.contains(words))
    #expect(try scene.clone.push(["main"], environment: Self.aiko).report.text.contains(words))
    #expect(try !scene.clone.push(["main"], environment: ["GL_USERNAME": "dev"]).report.text.contains(words))
  }

  @Test(
    "a rule that cannot be meant is refused",
    arguments: [
      ("break_glass: {roles: [nobody], refs: [refs/heads/main]}", "`nobody` is not in `approvers.yaml`"),
      ("break_glass: {roles: [ml-opsリード], refs: [refs/heads/mian]}", "is not protected by this policy"),
      ("break_glass: {roles: [], refs: [refs/heads/main]}", "`spec.break_glass.roles` is empty"),
      ("break_glass: {roles: [ml-opsリード], refs: []}", "`spec.break_glass.refs` is empty"),
      ("break_glass: {roles: [ml-opsリード]}", "spec.break_glass.refs"),
      ("break_glass: {role: [ml-opsリード], refs: [refs/heads/main]}", "unknown field"),
      ("break_glass: true", "spec.break_glass"),
      (
        "protected_refs: [refs/heads/main]\nbreak_glass: {roles: [ml-opsリード], refs: [\"refs/heads/*\"]}",
        "`refs/heads/*` is not protected by this policy"
      ),
    ]) func strict(_ lines: String, _ words: String) throws
  {
    let scene = try Scene()
    try scene.clone.commit(
      "Policy\n\nApproved-by: Root <root@example.com>\n", ["policies/policy.yaml": Fixtures.policy(lines)])
    let result = try scene.clone.push("main")
    expectRefused(result, "policy/invalid", at: "policies/policy.yaml:")
    #expect(result.report.text.contains(words), "\(result.transcript)")
  }
}
