import Foundation
import Testing

/// What the verbs of the promotion workflow say: what is missing, what comes next, and nothing that nobody can use.
@Suite("Workflow reports") struct WorkflowReportTests {
  private let branch = WorkflowScene.branch

  private func proposed(_ policy: String = WorkflowScene.policy()) throws -> WorkflowScene {
    let scene = try WorkflowScene(policy: policy)
    expectDone(
      try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    return scene
  }

  private func approvals(_ scene: WorkflowScene) throws -> [String] {
    try scene.sandbox.refs().keys.filter { $0.hasPrefix("refs/mlops-approvals/") }.sorted()
  }

  @Test("whoever approved hears what is missing still, and who promotes") func next() throws {
    let scene = try proposed()
    let (aiko, ken) = (try scene.aiko, try scene.ken)
    let promote = "Jun Mori, or anybody who approved nothing, promotes it: `mlops-hook promote \(branch) --push`\n"
    let local = try aiko.mlops("approve", branch)
    expectDone(local, "hint: send it, so that it counts: `mlops-hook approve \(branch) --push`\n")
    #expect(!local.out.contains("refs/mlops-approvals/") && !local.out.contains("promotes it"), "\(local.out)")
    expectDone(try aiko.mlops("approve", branch, "--show"), "not pushed yet", "counts once it is pushed")
    try aiko.refused(
      "promote", branch, saying: ["role `ビジネスユニットLG`: open", "aiko@example.com is the committer", "hint: " + promote])
    expectDone(
      try aiko.mlops("approve", branch, "--push"), "it still needs the approval of `ビジネスユニットLG`\n",
      "hint: when all have approved: " + promote)
    expectDone(try ken.mlops("approve", branch, "--push"), "hint: all have approved: " + promote)
    expectDone(try ken.mlops("approve", branch, "--show"), "nothing is missing\n", "hint: " + promote)
  }

  @Test("an approver may promote where the policy excludes neither the committer nor the pusher") func notSeparate()
    throws
  {
    let policy = WorkflowScene.policy().replacingOccurrences(
      of: "proof: signed", with: "proof: signed, exclude: [author, co-author]")
    let scene = try proposed(policy)
    expectDone(try scene.aiko.mlops("approve", branch, "--push"))
    expectDone(
      try scene.ken.mlops("approve", branch, "--push"),
      "hint: all have approved: promote it: `mlops-hook promote \(branch) --push`")
    expectDone(try scene.ken.mlops("promote", branch, "--push"))
  }

  @Test("no report tells of a commit that nobody can look up, nor of approvals of what was before") func quiet() throws
  {
    let scene = try proposed()
    let (jun, aiko, ken) = (try scene.jun, try scene.aiko, try scene.ken)
    for approver in [aiko, ken] { expectDone(try approver.mlops("approve", branch, "--push")) }
    // Left behind on the host, as where somebody merged by hand.
    let refs = try approvals(scene)
    let blobs = try refs.map { try scene.sandbox.git(["rev-parse", $0]) }
    expectDone(try jun.mlops("promote", branch, "--push"))
    #expect(try approvals(scene).isEmpty)
    #expect(try aiko.git("for-each-ref", "refs/mlops-approvals/").isEmpty)
    for (ref, blob) in zip(refs, blobs) { try scene.sandbox.git(["update-ref", ref, blob]) }
    expectDone(
      try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.2.0", "--push"))
    let next = "promote/segmentation-v1.2.0-production"
    let refusal = try jun.mlops("promote", next)
    expectNotDone(refusal, "lacks approvals")
    #expect(!refusal.out.contains("approval of Aiko"), "history: \(refusal.out)")
    try jun.refused(
      "promote", next, "--approved-by", "aiko", saying: ["Aiko Tanaka <aiko@example.com>` does not count: it is not"])
    expectDone(try aiko.mlops("approve", next, "--push"))
    for output in [
      try jun.mlops("promote", next), try aiko.mlops("promote", next), try jun.mlops("approve", next, "--show"),
      try jun.mlops("promote", next, "--approved-by", "ken"),
    ] {
      let said = output.out + output.err
      for word in said.split(whereSeparator: { !$0.isHexDigit }) where word.count == 10 {
        #expect(try jun.tryGit("cat-file", "-e", String(word)).status == 0, "\(word): \(said)")
      }
    }
    // What is gone from the host is gone from whoever saw it, once they ask.
    #expect(try !aiko.git("for-each-ref", "refs/remotes/origin/\(next)").isEmpty)
    try scene.sandbox.git(["update-ref", "-d", "refs/heads/\(next)"])
    for ref in try approvals(scene) { try scene.sandbox.git(["update-ref", "-d", ref]) }
    expectDone(try aiko.mlops("status", "--fetch"))
    #expect(try aiko.git("for-each-ref", "refs/remotes/origin/\(next)", "refs/mlops-remote/").isEmpty)
  }

  @Test("what cannot be signed is refused before the review, and `--show` needs no key") func beforeReview() throws {
    let scene = try proposed()
    let aiko = try scene.aiko
    func refused(_ arguments: String..., saying words: String) throws {
      let output = try aiko.untouched { try aiko.mlops(["approve", branch] + arguments) }
      #expect(output.status != 0 && output.err.contains(words) && output.out.isEmpty, "\(output.out)\(output.err)")
    }
    try refused("--valid-for", "400d", saying: "max_validity")
    try aiko.git("config", "user.email", "eve@example.com")
    try refused(saying: "does not know `eve@example.com`")
    try aiko.git("config", "user.email", "aiko@example.com")
    let key = try aiko.git("config", "user.signingKey")
    for (value, words) in [
      (try scene.sandbox.writeKey(of: "eve"), "is not one that the directory lists"),
      (scene.sandbox.root + "/keys/gone.pub", "could not sign"),
      ("key::" + (try SSHKey.of("aiko").open), "could not sign"),
    ] {
      try aiko.git("config", "user.signingKey", value)
      try refused(saying: words)
    }
    expectDone(try aiko.mlops("approve", branch, "--show"))
    try aiko.git("config", "user.signingKey", key)
    expectDone(try aiko.mlops("approve", branch, "--push"))
  }

  @Test("a name that a shell would read otherwise stands quoted in each command") func quoted() throws {
    let scene = try proposed()
    let odd = "promote/segmentation;rm"
    let jun = try scene.jun
    try jun.git("push", "--quiet", "origin", "\(branch):refs/heads/\(odd)")
    expectDone(try scene.aiko.mlops("approve", odd), "`mlops-hook approve '\(odd)' --push`")
    try jun.refused("promote", odd, saying: ["`mlops-hook approve '\(odd)' --push`"])
  }

  @Test("a canary and a promotion say what they take of the requests, and who published what gains them") func shares()
    throws
  {
    let scene = try WorkflowScene()
    let jun = try scene.jun
    expectDone(
      try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--weight", "10", "--push"),
      "the evidence of `v1.1.0` was published by")
    let canary = try jun.mlops("approve", branch + "-10", "--show")
    expectDone(
      canary, "version v1.1.0 takes 10 % of the requests, beside v1.0.0\n", "the evidence of `v1.1.0` was published by")
    #expect(!canary.out.contains("the evidence of `v1.0.0`"), "\(canary.out)")
    expectDone(
      try jun.mlops(
        "propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--beside", "--push"))
    expectDone(
      try jun.mlops("approve", branch, "--show"), "version v1.1.0 takes all requests, in place of v1.0.0\n")
  }

  @Test("files of which the same is to be said have one ledger") func oneLedger() throws {
    let scene = try WorkflowScene()
    try scene.promote("v1.1.0", "--weight", "10")
    let output = try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0")
    expectDone(
      output, "changing `deployments/production/segmentation.yaml`",
      "removing `deployments/production/segmentation-canary.yaml`", " need the approval of ")
    #expect(output.out.components(separatedBy: "role `ml-opsリード`: open").count == 2, "\(output.out)")
  }

  @Test("what no approval mends comes first, and of approvals no more than a line") func otherErrors() throws {
    let scene = try proposed()
    let jun = try scene.jun
    let path = WorkflowScene.production.path
    try jun.commit(
      "Ask more", [path: Deployment(version: "v1.1.0", metrics: [("silhouette_score", "\">0.99\"")]).yaml], on: branch)
    try jun.git("push", "--quiet", "origin", branch)
    let refusal = try jun.mlops("promote", branch)
    expectNotDone(refusal, "is not > 0.99", "hint: besides, it needs the approval of `ml-opsリード` and `ビジネスユニットLG`\n")
    #expect(!refusal.err.contains("approval/missing") && !refusal.err.contains("role `"), "\(refusal.err)")
    let review = try jun.mlops("approve", branch, "--show").out
    #expect(
      review.contains("[metric/threshold]\n") && review.contains("\nbesides, it needs the approval of"), "\(review)")
  }
}
