import Foundation
import Testing

/// `mlops-hook rollback`: what it brings back, and when it says no.
@Suite("Roll back") struct WorkflowRollbackTests {
  private let path = Deployment().path

  private func back(_ who: Teammate, _ flags: String...) throws -> Output {
    try who.mlops(["rollback", "segmentation", "--env", "production", "--reason", "latency doubled"] + flags)
  }

  @Test("the first deployment cannot be rolled back, nor what is not there") func first() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    let reason = ["--reason", "x"]
    func refused(_ arguments: [String], status: Int32 = 1, _ words: String) throws {
      let output = try jun.untouched { try jun.mlops(["rollback"] + arguments + reason) }
      expectNotDone(output, status: status)
      #expect((output.out + output.err).contains(words), "no `\(words)`: \(output.err)")
    }
    try refused(["segmentation", "--env", "production"], "nothing stood before `v1.0.0`")
    try refused(["segmentatoin", "--env", "production"], "did you mean `segmentation`?")
    try refused(["segmentation", "--env", "prodction"], "did you mean `production`?")
    try refused(["segmentation", "--env", "production", "--to", "v1.2.0"], "`v1.2.0` never stood in `production`")
    try refused(["segmentation", "--env", "production", "--to", "v1.0.0"], "`v1.0.0` is what stands")
    let blank = try jun.untouched {
      try jun.mlops("rollback", "segmentation", "--env", "production", "--reason", " \n ")
    }
    expectNotDone(blank, status: 2, "a rollback needs a reason")
    #expect(try jun.untouched { try jun.mlops("rollback", "segmentation", "--env", "production") }.status == 2)
  }

  @Test("a rollback is not rolled back; `--to` an older version is a proposal of its own") func twice() throws {
    let scene = try WorkflowScene(more: [Fixtures.evidencePath("v1.3.0"): Fixtures.evidence("v1.3.0")])
    let jun = try scene.jun
    try scene.promote("v1.1.0")
    try scene.promote("v1.2.0")
    expectDone(try back(jun, "--push"), "v1.2.0 -> v1.1.0", "rolled back")
    try jun.refused(
      "rollback", "segmentation", "--env", "production", "--reason", "again",
      saying: ["the last change of `segmentation` was a rollback already, to `v1.1.0`", "--to VERSION"])
    let tip = try scene.tip()
    expectDone(
      try back(jun, "--to", "v1.0.0", "--push"), "it needs approvals", "ml-opsリード",
      "mlops-hook approve rollback/segmentation-v1.1.0-production --push")
    #expect(try scene.tip() == tip)
    let branch = "rollback/segmentation-v1.1.0-production"
    try jun.refused(
      "rollback", "segmentation", "--env", "production", "--to", "v1.0.0", "--reason", "again",
      saying: ["the branch `\(branch)` is there already"])
    expectDone(try jun.mlops("status"), branch)
    try jun.refused("promote", branch, "--push", saying: ["lacks approvals"])
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try scene.hostFile(path) == Deployment().yaml)
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(
      message.hasPrefix("Rollback: segmentation v1.1.0 -> v1.0.0\n") && message.contains("\nReason: latency doubled\n"),
      "\(message)")
  }

  @Test("only the model goes back: later commits to other things and other fields stay") func others() throws {
    let scene = try WorkflowScene()
    try scene.promote()
    try scene.hostCommit(
      "Scale", [path: Deployment(version: "v1.1.0", replicas: "7").yaml, "README.md": "new\n"])
    let staging = WorkflowScene.staging.with { $0.version = "v1.2.0" }
    try scene.hostCommit("Stage", [staging.path: staging.yaml])
    expectDone(try back(scene.jun, "--push"), "rolled back")
    #expect(try scene.hostFile(path) == Deployment(replicas: "7").yaml)
    #expect(try scene.hostFile(staging.path) == staging.yaml)
    #expect(try scene.hostFile("README.md") == "new\n")
  }

  @Test("without --push the branch waits for `git push`") func byHand() throws {
    let scene = try WorkflowScene()
    try scene.promote()
    let (jun, branch) = (try scene.jun, "rollback/segmentation-v1.1.0-production")
    expectDone(try back(jun), "ready: commit", "git push origin \(branch):main")
    let push = try jun.tryGit("push", "origin", "\(branch):main")
    #expect(push.status == 0, "\(push.err)")
    #expect(try scene.hostFile(path) == Deployment().yaml)
  }

  @Test("where the policy does not waive them, a rollback needs approvals") func notWaived() throws {
    let scene = try WorkflowScene(policy: WorkflowScene.policy(environments: "production: {}\nstaging: {}"))
    try scene.promote()
    let (jun, branch) = (try scene.jun, "rollback/segmentation-v1.1.0-production")
    let tip = try scene.tip()
    expectDone(try back(jun, "--push"), "it needs approvals", "Aiko Tanaka")
    #expect(try scene.tip() == tip)
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try scene.hostFile(path) == Deployment().yaml)
  }

  @Test("what cannot be read any more, or lost a push race, is left alone") func cannot() throws {
    let scene = try WorkflowScene()
    try scene.promote()
    let jun = try scene.jun
    _ = try jun.state()
    try scene.hostCommit("Write", ["README.md": "new\n"])
    let before = try jun.state(fetching: false)
    expectNotDone(try back(jun, "--push", "--offline"), "not rolled back", "run it again")
    var after = try jun.state(fetching: false)
    after.objects = before.objects
    #expect(after == before)
    try scene.hostCommit("Break", [path: "kind: [\n"])
    try jun.refused(
      "rollback", "segmentation", "--env", "production", "--reason", "x",
      saying: ["`\(path)` cannot be read as it stands"])
  }

  // MARK: Canaries

  private let routing = "deployments/production/segmentation-canary.yaml"

  @Test("a canary grows step by step, and a promotion ends it") func canary() throws {
    let scene = try WorkflowScene()
    try scene.promote("v1.1.0", "--weight", "20")
    #expect(try scene.hostFile(path) == Deployment().yaml)
    let first = try #require(try scene.hostFile(routing))
    #expect(first.contains("weight: 80\n") && first.contains("weight: 20\n"), "\(first)")
    try scene.promote("v1.1.0", "--weight", "50")
    #expect(try scene.hostFile(routing)?.contains("weight: 20") == false)
    let status = try PastAsked(scene.sandbox, ["status"], in: scene.sandbox.host)
    #expect(status.status == 0, "\(status.transcript)")
    try scene.promote("v1.1.0")
    #expect(try scene.hostFile(routing) == nil, "the canary ended")
    #expect(try scene.hostFile(path) == Deployment(version: "v1.1.0").yaml)
    let history = try PastAsked(
      scene.sandbox, ["history", "segmentation", "--env", "production"], in: scene.sandbox.host)
    #expect(history.operations().map { $0.prefix { $0 != " " } } == ["promote", "route", "route", "add"])

    let promotion = try scene.tip()
    expectDone(try back(scene.jun, "--push"), "rolled back", "undoing \(promotion.prefix(7))")
    #expect(try scene.hostFile(path) == Deployment().yaml)
    #expect(try scene.hostFile(routing) == nil, "the canary of what was rolled back does not come again")
  }

  @Test("a canary is rolled back to what stood before its first step") func fromCanary() throws {
    let scene = try WorkflowScene()
    try scene.promote("v1.1.0", "--weight", "20")
    try scene.promote("v1.1.0", "--weight", "50")
    expectDone(try back(scene.jun, "--push"), "rolled back", "v1.1.0 -> v1.0.0")
    #expect(try scene.hostFile(routing) == nil)
    #expect(try scene.hostFile(path) == Deployment().yaml)
  }

  @Test("a canary shrinks and ends by a proposal, whatever staging runs meanwhile") func shrinks() throws {
    let ordered = "production: {promote_from: staging}\nstaging: {}"
    let scene = try WorkflowScene(policy: WorkflowScene.policy(environments: ordered))
    try scene.promote("v1.1.0", "--weight", "40")
    let staging = WorkflowScene.staging.with { $0.version = "v1.2.0" }
    try scene.hostCommit("Stage", [staging.path: staging.yaml])
    try scene.promote("v1.1.0", "--weight", "10")
    #expect(try scene.hostFile(routing)?.contains("weight: 90\n") == true)
    let jun = try scene.jun
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "30",
      saying: ["promotion/order"])
    try scene.promote("v1.1.0", "--weight", "0")
    #expect(try scene.hostFile(routing) == nil)
    #expect(try scene.hostFile(path) == Deployment().yaml)
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "0",
      saying: ["has no routing in `production`", "--weight 10"])
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "100", status: 2,
      saying: ["is no canary", "leave out `--weight`"])
  }

  @Test("weights back and forth are one change, which one rollback undoes; a canary that ended is not brought back")
  func backAndForth() throws {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    for weight in ["10", "30", "10"] { try scene.promote("v1.1.0", "--weight", weight) }
    expectDone(try back(jun, "--push"), "rolled back", "v1.1.0 -> v1.0.0")
    #expect(try scene.hostFile(routing) == nil)
    try scene.promote("v1.1.0", "--weight", "20")
    try scene.promote("v1.1.0", "--weight", "0")
    let tip = try scene.tip()
    try jun.refused(
      "rollback", "segmentation", "--env", "production", "--reason", "x", "--push", saying: ["stands already", "--to"])
    try jun.refused(
      "rollback", "segmentation", "--env", "production", "--reason", "x", "--push", "--to", "v1.0.0",
      saying: ["`v1.0.0` is what stands"])
    #expect(try scene.tip() == tip)
  }

  @Test("an older version that stood here becomes a proposal, though staging runs another one") func olderInOrder()
    throws
  {
    let ordered = "production: {promote_from: staging, rollback: {approvals: waived}}\nstaging: {}"
    let scene = try WorkflowScene(policy: WorkflowScene.policy(environments: ordered))
    try scene.promote("v1.1.0")
    let staging = WorkflowScene.staging.with { $0.version = "v1.2.0" }
    try scene.hostCommit("Stage", [staging.path: staging.yaml])
    try scene.promote("v1.2.0")
    let tip = try scene.tip()
    expectDone(try back(scene.jun, "--to", "v1.0.0", "--push"), "it needs approvals", "Aiko Tanaka")
    #expect(try scene.tip() == tip)
    let branch = "rollback/segmentation-v1.2.0-production"
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(try scene.ken.mlops("approve", branch, "--push"))
    expectDone(try scene.jun.mlops("promote", branch, "--push"))
    #expect(try scene.hostFile(path) == Deployment().yaml)
  }

  @Test("a canary of the version that stands, and one too bold, are refused") func badCanary() throws {
    let scene = try WorkflowScene(
      policy: WorkflowScene.policy(environments: "production: {max_weight_step: 30}\nstaging: {}"))
    let jun = try scene.jun
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.0.0", "--weight", "20",
      saying: ["a canary is of another one"])
    try jun.refused(
      "propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "40",
      saying: ["routing/step", "30"])
    try jun.refused(
      "propose", "segmentation", "--to", "staging", "--version", "v1.2.0", "--weight", "20", "--from", "production",
      "--ref", "nowhere", status: 2, saying: ["nowhere"])
  }
}
