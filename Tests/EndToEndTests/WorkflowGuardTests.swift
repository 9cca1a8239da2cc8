import Foundation
import Testing

/// Signed approvals before the gate: what else than a version has to be signed for.
@Suite("What is signed") struct WorkflowGuardTests {
  private let path = Deployment().path

  /// One change that needs two signatures, and takes them.
  struct Signed: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var changes: [String: String?]
    var more: [String: String?] = [:]
    var approvers = ["aiko", "ken"]
    var checks = ["approval/missing", "approval/unsigned"]
  }

  static let changes: [Signed] = [
    Signed(testDescription: "the removal of a deployment", changes: [Deployment().path: nil]),
    Signed(
      testDescription: "a routing of its own file",
      changes: [
        "deployments/production/segmentation-ab.yaml": Fixtures.routing(
          routes: [("80", "v1.0.0", "primary"), ("20", "v1.2.0", "candidate")])
      ]),
    Signed(
      testDescription: "weights of a routing in the deployment's file",
      changes: [
        Deployment().path: Deployment().yaml + "---\n"
          + Fixtures.routing(routes: [("50", "v1.0.0", "primary"), ("50", "v1.2.0", "candidate")])
      ],
      more: [
        Deployment().path: Deployment().yaml + "---\n"
          + Fixtures.routing(routes: [("80", "v1.0.0", "primary"), ("20", "v1.2.0", "candidate")])
      ]),
    Signed(testDescription: "the number of replicas", changes: [Deployment().path: Deployment(replicas: "0").yaml]),
    Signed(
      testDescription: "two manifests at once",
      changes: [
        Deployment().path: Deployment(version: "v1.1.0").yaml,
        WorkflowScene.staging.path: WorkflowScene.staging.with { $0.version = "v1.2.0" }.yaml,
      ]),
    Signed(
      testDescription: "a policy",
      changes: ["policies/policy.yaml": WorkflowScene.policy("models: {lfs_over: 2MiB}")],
      approvers: ["aiko"], checks: ["policy/guard", "approval/unsigned"]),
  ]

  @Test("a change is signed for, and a name without a signature is not enough", arguments: changes)
  func signed(_ change: Signed) throws {
    let scene = try WorkflowScene(more: change.more)
    let parent = try scene.clone.tip()
    try scene.commit(HandApproval(changes: change.changes, approvers: change.approvers, isSigned: false))
    let refused = try scene.clone.checkAndPush()
    expectRefused(refused, change.checks, at: change.changes.keys.sorted()[0])
    try scene.commit(HandApproval(changes: change.changes, approvers: change.approvers), from: parent)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("an approval of the model is none of a routing that comes with it") func more() throws {
    let scene = try WorkflowScene()
    let lines = try HandApproval().lines(scene, over: scene.statement(HandApproval().changes))
    var changes = HandApproval().changes
    changes["deployments/production/segmentation-ab.yaml"] = Fixtures.routing(
      routes: [("50", "v1.1.0", "primary"), ("50", "v1.2.0", "candidate")])
    try scene.clone.commit("Promote\n\n" + lines.joined(separator: "\n") + "\n", changes, from: scene.base)
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/unsigned", exactly: true)
  }

  @Test("a merge brings the signed approvals of its branch, as long as main stands where they were signed")
  func merge() throws {
    let scene = try WorkflowScene()
    let promoted = try scene.commit(on: "topic", from: scene.base, ref: "refs/heads/main")
    let other = try scene.clone.commit("Write", ["README.md": "new\n"], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
    try scene.clone.commit("Merge\n", HandApproval().changes, from: other, merge: [promoted])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a merge whose manifest changed on main meanwhile needs new approvals") func staleMerge() throws {
    let scene = try WorkflowScene()
    let promoted = try scene.commit(on: "topic", from: scene.base, ref: "refs/heads/main")
    try scene.commit(HandApproval(changes: [path: Deployment(version: "v1.2.0").yaml]), from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
    try scene.clone.commit("Merge\n", HandApproval().changes, merge: [promoted])
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "approval/missing", "approval/unsigned", at: path)
    #expect(result.report.text.contains("stale: "), "\(result.transcript)")
  }

  @Test("two policies with two identities ask for two signatures of each") func twoPolicies() throws {
    let scene = try WorkflowScene()
    let policy = WorkflowScene.policy("approvers: repository").replacingOccurrences(
      of: WorkflowScene.repository, with: "host/models")
    try scene.sandbox.hostPolicy(policy, approvers: nil)
    let statement = try scene.statement(HandApproval().changes)
    let own = try HandApproval().lines(scene, over: statement)
    var hosts = HandApproval()
    hosts.spoil = { $0.repository = "host/models" }
    let theirs = try hosts.lines(scene, over: statement)
    for lines in [own, theirs] {
      try scene.clone.commit("Promote\n\n" + lines.joined(separator: "\n") + "\n", hosts.changes, from: scene.base)
      expectRefused(try scene.clone.checkAndPush(), "approval/missing", "approval/unsigned", at: path)
    }
    let both = own + theirs.filter { $0.hasPrefix("Approval-Signature") }
    try scene.clone.commit("Promote\n\n" + both.joined(separator: "\n") + "\n", hosts.changes, from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("the verbs sign for the host's policy and the repository's") func twoPoliciesByVerbs() throws {
    let scene = try WorkflowScene()
    let policy = WorkflowScene.policy(
      "approvers: repository", environments: WorkflowScene.environments
    ).replacingOccurrences(of: WorkflowScene.repository, with: "host/models")
    let folder = try scene.sandbox.hostPolicy(policy, approvers: nil)
    let (jun, branch) = (try scene.jun, WorkflowScene.branch)
    for who in [jun, try scene.aiko, try scene.ken] { try who.git("config", "mlops.policy", folder) }
    expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.aiko.mlops("approve", branch, "--withdraw", "--push"), "withdrawn")
    #expect(try scene.sandbox.refs().keys.sorted() == ["refs/heads/main", "refs/heads/\(branch)"])
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(message.components(separatedBy: "\nApproval-Signature: ").count == 5, "\(message)")
    #expect(message.components(separatedBy: "\nApproved-by: ").count == 3, "\(message)")
    #expect(try scene.sandbox.refs().keys.sorted() == ["refs/heads/main"])
  }

  @Test("a host without `ssh-keygen` refuses what it cannot look at, and what needs no signature passes")
  func noProgram()
    throws
  {
    let scene = try WorkflowScene()
    let gone = scene.sandbox.root + "/no-ssh-keygen"
    try scene.sandbox.configure("mlops.sshKeygen", gone)
    try scene.clone.git("config", "mlops.sshKeygen", gone)
    let signed = try scene.commit()
    let result = try scene.clone.push("main")
    #expect(result.status != 0 && result.moved.isEmpty, "\(result.transcript)")
    #expect(result.report.checks == ["host/internal"], "\(result.transcript)")
    let checked = try scene.clone.check()
    #expect(checked.status != 0 && checked.verdict != "accepted", "\(checked.transcript)")
    try scene.clone.commit("Write", ["README.md": "new\n"], from: scene.base)
    expectAccepted(try scene.clone.push("main"))
    try scene.sandbox.git(["config", "--unset", "mlops.sshKeygen"])
    try scene.clone.git("config", "--unset", "mlops.sshKeygen")
    try scene.sandbox.git(["update-ref", "refs/heads/main", scene.base])
    try scene.clone.git("fetch", "--quiet", "origin")
    try scene.clone.set("main", to: signed)
    expectAccepted(try scene.clone.checkAndPush())
  }
}
