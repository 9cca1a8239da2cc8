import Foundation
import Testing

/// `mlops-hook status`, asked of real repositories.
@Suite("Status") struct StatusTests {
  private let path = Deployment().path

  private func status(_ scene: Scene, _ arguments: String..., in folder: String? = nil) throws -> PastAsked {
    try PastAsked(scene.sandbox, ["status"] + arguments, in: folder ?? scene.sandbox.host)
  }

  /// The deployments as `name environment version`.
  private func rows(_ asked: PastAsked) -> [String] {
    asked.list("deployments").map { "\($0["name"] ?? "") \($0["environment"] ?? "") \($0["version"] ?? "")" }
  }

  private func since(_ row: [String: Any]?) -> [String: Any] { row?["since"] as? [String: Any] ?? [:] }

  @Test("each deployment of each environment is told once, by name and environment; what was removed is not")
  func rows() throws {
    let gone = Deployment(name: "gone", endpoint: "/v1/gone")
    let churn = Deployment(name: "churn", version: "v1.2.0", endpoint: "/v1/churn")
    let staging = Deployment(environment: "staging", version: "v1.1.0")
    let scene = try Scene(Fixtures.people(more: [gone.path: gone.yaml, staging.path: staging.yaml]))
    try scene.clone.commit(Fixtures.approved("Change"), [gone.path: nil, churn.path: churn.yaml])
    try scene.land()
    let expected = ["churn production v1.2.0", "segmentation production v1.0.0", "segmentation staging v1.1.0"]
    let bare = try status(scene)
    #expect(bare.status == 0 && rows(bare) == expected, "\(bare.transcript)")
    #expect(try rows(status(scene, in: scene.clone.path)) == expected)
    #expect(try rows(status(scene, "--repo", scene.sandbox.host, in: scene.sandbox.root)) == expected)
    #expect(bare.object["commit"] as? String == (try scene.sandbox.tip("main")))
    #expect((bare.object["proposals"] as? [Any])?.isEmpty == true)
  }

  @Test("since, author and approvers are those of the commit that last changed the version or the routing")
  func since() throws {
    let scene = try Scene()
    let routing = "deployments/production/segmentation-ab.yaml"
    let next = Deployment(version: "v1.1.0")
    let promoted = try scene.clone.commit(
      Fixtures.approved("Promote"), [path: next.yaml], author: "Dana <dana@example.com>")
    try scene.clone.commit("Scale", [path: next.with { $0.replicas = "9" }.yaml])
    try scene.clone.commit("Write", ["README.md": "x\n"])
    try scene.land()
    let row = try status(scene).list("deployments").first
    #expect(since(row)["commit"] as? String == promoted, "a change of replicas is none of the version")
    #expect(since(row)["author"] as? String == "Dana <dana@example.com>" && since(row).approvers.count == 2)
    #expect(since(row)["date"] as? String == "2023-11-14T22:15:20Z" && since(row)["subject"] as? String == "Promote")
    #expect(row?.list("routes").isEmpty == true)

    let canary = try scene.clone.commit(
      "Canary", [routing: Fixtures.routing(routes: [("75", "v1.1.0", "one"), ("25", "v1.2.0", "two")])])
    try scene.clone.commit("Comment", [path: next.with { $0.replicas = "9" }.yaml + "# fine\n"])
    try scene.land()
    let later = try status(scene).list("deployments").first
    #expect(since(later)["commit"] as? String == canary && since(later).approvers.isEmpty)
    #expect(later?.list("routes").map { "\($0["version"] ?? "") \($0["weight"] ?? "")" } == ["v1.1.0 75", "v1.2.0 25"])
    #expect(later?.list("versions").map { $0["version"] as? String } == ["v1.1.0", "v1.2.0"])
    let text = try scene.sandbox.mlops(["status"], in: scene.sandbox.host).out
    #expect(text.contains("v1.1.0 75%, v1.2.0 25%"), "\(text)")
  }

  @Test("evidence is told against thresholds: what holds, what does not, what was not measured, what is not there")
  func evidence() throws {
    let asks = [("silhouette_score", "\">0.45\""), ("recall", "\">=0.9\""), ("inference_latency_p99", "\"<80ms\"")]
    let bad = Deployment(name: "bad", endpoint: "/v1/bad", metrics: asks)
    let ghost = Deployment(name: "ghost", version: "v7.0.0", endpoint: "/v1/ghost")
    let policy = Fixtures.policy(environments: "production: {metrics: {error_rate: \"<1%\"}}\nstaging: {}")
    let scene = try Scene(Fixtures.people(policy: policy, more: [bad.path: bad.yaml, ghost.path: ghost.yaml]))
    let asked = try status(scene)
    let found = asked.list("deployments")
    #expect(found.map { $0["holds"] as? Bool } == [false, false, false], "\(asked.transcript)")
    let metrics = found.first?.list("versions").first?.list("metrics") ?? []
    let words = metrics.map { metric in
      ["name", "value", "threshold", "holds", "asked_by"].map { "\(metric[$0] ?? "")" }.joined(separator: " ")
    }
    #expect(
      words == [
        "silhouette_score 0.47 >0.45 1 manifest", "recall <null> >=0.9 0 manifest",
        "inference_latency_p99 87ms <80ms 0 manifest", "error_rate <null> <1% 0 policy",
      ])
    #expect(found.last { $0["name"] as? String == "ghost" }?.list("versions").first?["evidence"] is NSNull)
    let text = try scene.sandbox.mlops(["status"], in: scene.sandbox.host).out
    for line in [
      "`recall` was not measured (asked: >=0.9)", "inference_latency_p99 87ms <80ms DOES NOT HOLD",
      "silhouette_score 0.47 >0.45 holds", "v7.0.0: no evidence is there", "`error_rate` was not measured (asked: <1%)",
    ] {
      #expect(text.contains(line), "\(text)")
    }
  }

  @Test("the table is aligned, and nothing deployed is said") func table() throws {
    let long = Deployment(name: "a-rather-long-name", environment: "staging", endpoint: "/v1/long")
    let scene = try Scene(Fixtures.people(more: [long.path: long.yaml]))
    let lines = try scene.sandbox.mlops(["status"], in: scene.sandbox.host).out.split(
      separator: "\n", omittingEmptySubsequences: false)
    let table = lines.drop { !$0.isEmpty }.dropFirst().prefix { !$0.isEmpty }.map(String.init)
    #expect(table.count == 3 && table[0].hasPrefix("DEPLOYMENT "), "\(lines)")
    for word in ["ENVIRONMENT", "VERSION", "SINCE", "BY"] {
      let column = try #require(table[0].range(of: word)).lowerBound
      for row in table.dropFirst() {
        let offset = table[0].distance(from: table[0].startIndex, to: column)
        let index = row.index(row.startIndex, offsetBy: offset)
        #expect(row[index] != " " && row[row.index(before: index)] == " ", "\(row)")
      }
    }
    let empty = try Scene(["README.md": "x\n"])
    let output = try empty.sandbox.mlops(["status"], in: empty.sandbox.host)
    #expect(output.status == 0 && output.out.contains("nothing is deployed"), "\(output.out)")
  }

  @Test("a manifest that cannot be read is told as such") func unreadable() throws {
    let scene = try Scene()
    let broken = try scene.clone.commit("Break", [path: "kind: [\n"])
    try scene.land()
    let row = try status(scene).list("deployments").first
    #expect(row?["version"] is NSNull && since(row)["commit"] as? String == broken)
    let text = try scene.sandbox.mlops(["status"], in: scene.sandbox.host).out
    #expect(text.contains("cannot be read"), "\(text)")
  }

  @Test("a merge that brings a promotion is its commit, with the approvals that it brings in") func merges() throws {
    let scene = try Scene()
    let next = Deployment(version: "v1.1.0")
    let made = try scene.clone.commit(Fixtures.approved("Promote"), [path: next.yaml], on: "topic", from: scene.base)
    try scene.clone.commit("Write", ["README.md": "x\n"])
    let merge = try scene.clone.commit(
      "Merge", [path: next.yaml], merge: [made], author: "Mina Ito <mina@example.com>")
    try scene.land()
    let row = try status(scene).list("deployments").first
    #expect(since(row)["commit"] as? String == merge && since(row).approvers.count == 2)
  }

  @Test("a host's policy that cannot be used is said, and what is deployed is told all the same")
  func brokenHostPolicy() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.policy", scene.sandbox.root + "/nowhere")
    let asked = try status(scene)
    #expect(asked.status == 0 && rows(asked) == ["segmentation production v1.0.0"], "\(asked.transcript)")
    #expect("\(asked.object["notes"] ?? "")".contains("policy cannot be used, and approvals"), "\(asked.transcript)")
  }

  @Test("what was fetched just now is not called old, and a bare repository has nobody to ask") func fetching() throws {
    let scene = try WorkflowScene()
    expectDone(
      try scene.jun.mlops("propose", "segmentation", "--to", "production", "--version", "v1.1.0", "--push"))
    let aiko = try scene.aiko
    expectDone(try aiko.mlops("status"), "as it was last fetched; `--ref`", "proposed, as it was last fetched")
    let fresh = try aiko.mlops("status", "--fetch")
    expectDone(fresh, "`refs/remotes/origin/main`, fetched just now;", "\nproposed\n")
    #expect(!fresh.out.contains("last fetched"), "\(fresh.out)")
    let bare = try scene.sandbox.mlops(["status"], in: scene.sandbox.host)
    expectDone(bare, "\nproposed\n")
    let asked = try scene.sandbox.mlops(["status", "--fetch"], in: scene.sandbox.host)
    #expect(asked.status == 0 && asked.out == bare.out, "\(asked.out)\(asked.err)")
  }
}
