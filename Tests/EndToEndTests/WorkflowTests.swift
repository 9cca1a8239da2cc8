import Foundation
import Testing

/// The whole way of a promotion, by the verbs alone, and what is left behind.
@Suite("The promotion workflow") struct WorkflowTests {
  private let path = Deployment().path

  @Test("propose, approve twice, promote, roll back: each is one commit, and the approval is used up")
  func wholeWay() throws {
    let scene = try WorkflowScene()
    let (jun, branch) = (try scene.jun, WorkflowScene.branch)
    expectDone(
      try jun.mlops("propose", "segmentation", "--to", "production", "--from", "staging", "--push"),
      "v1.0.0 -> v1.1.0", "ml-opsリード", "ビジネスユニットLG", "Aiko Tanaka", "mlops-hook approve \(branch) --push")
    #expect(try scene.tip() == scene.base, "a proposal is no promotion")
    #expect(try jun.git("status", "--porcelain", "--branch") == "## main...origin/main", "the work tree is as it was")
    try jun.refused("promote", branch, "--push", saying: ["lacks approvals", "nothing was changed", "Aiko Tanaka"])
    for approver in [try scene.aiko, try scene.ken] {
      expectDone(
        try approver.mlops("approve", branch, "--push"), "-    version: v1.0.0", "+    version: v1.1.0",
        "silhouette_score", "approved: \(branch)")
    }
    expectDone(try jun.mlops("promote", branch, "--push"), "promoted: commit")
    let promoted = try scene.tip()
    try checkPromotion(scene, promoted)

    expectDone(
      try jun.mlops(
        "rollback", "segmentation", "--env", "production", "--reason", "latency doubled", "--push"),
      "v1.1.0 -> v1.0.0", "rolled back: commit")
    let message = try scene.sandbox.git(["log", "-1", "--format=%B", "main"])
    #expect(
      message.trimmingCharacters(in: .newlines)
        == "Rollback: segmentation v1.1.0 -> v1.0.0\n\nTo: production\nRollback-of: \(promoted)\nReason: latency doubled"
    )
    #expect(try scene.hostFile(path) == Deployment().yaml)
    #expect(try scene.sandbox.git(["rev-list", "--count", "\(scene.base)..main"]) == "2")

    let rolledBack = try scene.tip()
    try jun.git("fetch", "--quiet")
    try jun.git("switch", "--quiet", "--create", "again", "origin/main")
    try jun.git("cherry-pick", promoted)
    let push = try jun.tryGit("push", "origin", "again:main")
    #expect(push.status != 0)
    #expect(try scene.tip() == rolledBack)
    let report = Report.remote(in: push.standardError)
    #expect(report.checks == ["approval/missing", "approval/unsigned"], "\(push.err)")
    #expect(report.text.contains("stale: `\(path)` was changed since, by \(rolledBack.prefix(10))"), "\(push.err)")
    let checked = Checked(try jun.mlops("check", "--format", "json", "--ref", "main"))
    #expect(checked.verdict == "refused" && checked.checks == report.checks, "\(checked.transcript)")
  }

  private func checkPromotion(_ scene: WorkflowScene, _ promoted: String) throws {
    let host = scene.sandbox.host
    #expect(try scene.sandbox.git(["rev-list", "--parents", "-1", promoted]) == "\(promoted) \(scene.base)")
    #expect(
      try scene.sandbox.git(["diff", "--name-only", scene.base, promoted]) == path)
    #expect(try scene.hostFile(path) == Deployment(version: "v1.1.0").yaml, "only the version is another one")
    #expect(
      try scene.sandbox.git(["log", "-1", "--format=%an <%ae>", promoted]) == "Jun Mori <jun@example.com>")

    let body = try scene.sandbox.git(["log", "-1", "--format=%B", promoted])
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "Promotion: segmentation v1.0.0 -> v1.1.0" && lines[1].isEmpty, "\(body)")
    let trailers = Array(lines[2...].filter { !$0.isEmpty })
    let parsed = try scene.sandbox.git(["interpret-trailers", "--parse"], input: Array(body.utf8))
    #expect(parsed.split(separator: "\n").map(String.init) == trailers, "git reads other trailers: \(parsed)")
    #expect(
      trailers.map { String($0.prefix { $0 != ":" }) } == [
        "From", "To", "Promotion-Id", "Approved-by", "Approval-Signature", "Approved-by", "Approval-Signature",
      ])
    #expect(trailers[0] == "From: staging" && trailers[1] == "To: production")
    #expect(
      Set(trailers.filter { $0.hasPrefix("Approved-by: ") })
        == ["Approved-by: Aiko Tanaka <aiko@example.com>", "Approved-by: Ken Sato <ken@example.com>"])

    for line in trailers where line.hasPrefix("Approval-Signature: ") {
      let words = line.split(separator: " ").map(String.init)
      try #require(words.count == 4)
      var statement = try HandStatement(scene.sandbox, in: host, from: scene.base, to: promoted)
      statement.expires = words[2]
      let name = String(words[1].prefix { $0 != "@" })
      #expect(try scene.sandbox.verifies(words[3], of: statement.text, by: name, email: words[1]), "\(statement.text)")
      #expect(try !scene.sandbox.verifies(words[3], of: statement.text + " ", by: name, email: words[1]))
      #expect(try !scene.sandbox.verifies(words[3], of: statement.text, by: "eve", email: words[1]))
    }
    try checkRecords(scene, promoted)
  }

  private func checkRecords(_ scene: WorkflowScene, _ promoted: String) throws {
    let wanted: Set<String> = ["Aiko Tanaka <aiko@example.com> signed", "Ken Sato <ken@example.com> signed"]
    let event = try #require(
      try scene.sandbox.events().first { ($0["data"] as? [String: Any])?["after"] as? String == promoted })
    let change = try #require((event["data"] as? [String: Any])?.list("changes").first)
    #expect(change.approvers == wanted && change["operation"] as? String == "promote", "\(event)")
    #expect(change.version("from") == "v1.0.0" && change.version("to") == "v1.1.0")
    let audit = try scene.sandbox.audit().map { "\($0)" }
    #expect(audit.contains { $0.contains(promoted) && $0.contains("signed") && !$0.contains("unsigned") }, "\(audit)")

    let history = try PastAsked(
      scene.sandbox, ["history", "segmentation", "--env", "production"], in: scene.sandbox.host)
    #expect(history.operations() == ["promote \(promoted)", "add \(scene.base)"], "\(history.transcript)")
    #expect(history.list("history").first?.approvers == wanted)
  }

  @Test("a promotion leaves no branch and no approval behind, here or on the host") func tidy() throws {
    let scene = try WorkflowScene()
    try scene.promote()
    #expect(try scene.sandbox.refs() == ["refs/heads/main": scene.tip()])
    let refs = try scene.jun.git("for-each-ref", "--format=%(refname)").split(separator: "\n").filter {
      $0.contains("promote") || $0.contains("approvals")
    }
    #expect(refs.isEmpty, "\(refs)")
    #expect(try scene.jun.git("status", "--porcelain").isEmpty)
  }

  @Test("without --push nothing moves, and either `git push` or the same verb brings the commit there") func byHand()
    throws
  {
    for byVerb in [false, true] {
      let scene = try WorkflowScene()
      let (jun, branch) = (try scene.jun, WorkflowScene.branch)
      expectDone(try jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
      for approver in [try scene.aiko, try scene.ken] { expectDone(try approver.mlops("approve", branch, "--push")) }
      let proposed = try jun.git("rev-parse", branch)
      expectDone(try jun.mlops("promote", branch), "ready: commit", "mlops-hook promote \(branch) --push")
      #expect(try scene.tip() == scene.base)
      #expect(try jun.git("rev-parse", branch) == proposed, "the proposal stays as it was approved")
      let ready = try jun.git("rev-parse", "refs/mlops-ready/\(branch)")
      if byVerb {
        expectDone(try jun.mlops("promote", branch, "--push"), "promoted", "git pull --ff-only")
        #expect(try jun.git("for-each-ref", "refs/mlops-ready", "refs/heads/promote").isEmpty)
      } else {
        let push = try jun.tryGit("push", "origin", "\(ready):main")
        #expect(push.status == 0, "\(push.err)")
        #expect(try scene.tip() == ready)
      }
    }
  }
}
