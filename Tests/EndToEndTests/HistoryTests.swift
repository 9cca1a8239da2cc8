import Foundation
import Testing

/// `mlops-hook history`, asked of real repositories.
@Suite("History") struct HistoryTests {
  private let path = Deployment().path
  private let routingPath = "deployments/production/segmentation-ab.yaml"

  private func routing(_ one: String, _ other: String) -> String {
    Fixtures.routing(routes: [(one, "v1.1.0", "primary"), (other, "v1.2.0", "candidate")])
  }

  /// A deployment's whole life; gives the commits' names by their ids.
  private func life(_ scene: Scene) throws -> [String: String] {
    var names = [scene.base: "begin"]
    func commit(_ name: String, _ message: String, _ changes: Clone.Changes) throws {
      names[try scene.clone.commit(message, changes)] = name
    }
    let deployment = Deployment()
    func at(_ version: String) -> String { deployment.with { $0.version = version }.yaml }
    try commit("one", Fixtures.approved("Promote to v1.1.0"), [path: at("v1.1.0")])
    try commit("docs", "Write", ["README.md": "more\n"])
    try commit(
      "scale", "Scale", [path: deployment.with { ($0.version, $0.replicas) = ("v1.1.0", "5") }.yaml])
    try commit("back", "Scale down", [path: at("v1.1.0")])
    try commit("canary", Fixtures.approved("Canary"), [routingPath: routing("80", "20")])
    try commit("half", "Half", [routingPath: routing("50", "50")])
    try commit("full", Fixtures.approved("Promote to v1.2.0"), [path: at("v1.2.0"), routingPath: nil])
    try commit(
      "undo", "Roll back\n\nRollback-of: abc\nReason: latency doubled\n\(Fixtures.approvals)", [path: at("v1.1.0")])
    try commit("comment", "Comment", [path: at("v1.1.0") + "# fine\n"])
    try commit("remove", "Remove", [path: nil])
    try commit("again", Fixtures.approved("Add again"), [path: at("v1.2.0")])
    try commit(
      "staging", "Add to staging",
      [
        "deployments/staging/segmentation.yaml": deployment.with {
          ($0.environment, $0.required, $0.approvers) = ("staging", false, [])
        }.yaml
      ])
    try scene.land()
    return names
  }

  @Test("every operation of a deployment's life is told, the newest first, from a bare repository and from a clone")
  func operations() throws {
    let scene = try Scene()
    let names = try life(scene)
    let expected = [
      "add staging", "add again", "remove remove", "update comment", "rollback undo", "promote full", "route half",
      "route canary", "update back", "update scale", "promote one", "add begin",
    ]
    let bare = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(bare.status == 0 && bare.operations(names) == expected, "\(bare.transcript)")
    let clone = try PastAsked(
      scene.sandbox, ["history", "segmentation", "--repo", scene.clone.path], in: scene.sandbox.root)
    #expect(clone.operations(names) == expected, "\(clone.transcript)")
    #expect(bare.object["ref"] as? String == "refs/heads/main")
    #expect(clone.object["ref"] as? String == "refs/remotes/origin/main")
    #expect("\(clone.object["notes"] ?? "")".contains("refs/remotes/origin/main"))
    #expect(
      bare.list("history").map { $0["environment"] as? String } == ["staging"]
        + [String](repeating: "production", count: 11))
    let moves = bare.list("history").map { "\($0.version("from") ?? "-") \($0.version("to") ?? "-")" }
    #expect(
      moves == [
        "- v1.0.0", "- v1.2.0", "v1.1.0 -", "v1.1.0 v1.1.0", "v1.2.0 v1.1.0", "v1.1.0 v1.2.0", "v1.1.0 v1.1.0",
        "v1.1.0 v1.1.0", "v1.1.0 v1.1.0", "v1.1.0 v1.1.0", "v1.0.0 v1.1.0", "- v1.0.0",
      ])
  }

  @Test("an entry has the approvers with their proof, the author, the routes, the reason and the metrics")
  func fields() throws {
    let scene = try Scene()
    let names = try life(scene)
    let entries = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host).list("history")
    func entry(_ name: String) throws -> [String: Any] {
      try #require(entries.first { names[$0["commit"] as? String ?? ""] == name })
    }
    let both: Set = ["Aiko Tanaka <aiko@example.com> trailer", "Ken Sato <ken@example.com> trailer"]
    let undo = try entry("undo")
    #expect(undo.approvers == both && undo["author"] as? String == "Dev <dev@example.com>")
    #expect(undo["rollback_of"] as? String == "abc" && undo["reason"] as? String == "latency doubled")
    #expect(undo["date"] as? String == "2023-11-14T22:22:20Z" && undo["subject"] as? String == "Roll back")
    #expect(undo["routes"] == nil)
    #expect(try entry("scale").approvers.isEmpty && entry("canary").approvers == both)
    let version = try #require(undo.list("versions").first)
    #expect(version["version"] as? String == "v1.1.0" && version["share"] as? Int == 100)
    #expect(version["evidence"] as? String == "models/segmentation/v1.1.0")
    #expect(version["holds"] as? Bool == true && version["shadow_test_passed"] as? Bool == true)
    let metrics = version.list("metrics").map { "\($0["name"] ?? "") \($0["value"] ?? "") \($0["threshold"] ?? "")" }
    #expect(metrics == ["silhouette_score 0.47 >0.45", "inference_latency_p99 87ms <100ms"])
    let canary = try entry("canary")
    #expect(
      canary.list("versions").map { "\($0["version"] ?? "") \($0["share"] ?? "")" } == ["v1.1.0 80", "v1.2.0 20"])
    let routes = try entry("half")["routes"] as? [String: Any] ?? [:]
    #expect(routes.list("from").map { $0["weight"] as? Int } == [80, 20])
    #expect(routes.list("to").map { "\($0["version"] ?? "") \($0["weight"] ?? "")" } == ["v1.1.0 50", "v1.2.0 50"])
    let full = try entry("full").list("changes").map {
      "\($0["kind"] ?? "") \($0["operation"] ?? "") \($0["path"] ?? "")"
    }
    #expect(full == ["ModelDeployment promote \(path)", "ModelRouting remove \(routingPath)"])
    #expect(try entry("remove").list("versions").isEmpty)
  }

  @Test("--env tells of one environment") func environment() throws {
    let scene = try Scene()
    let names = try life(scene)
    let asked = try PastAsked(scene.sandbox, ["history", "segmentation", "--env", "staging"], in: scene.sandbox.host)
    #expect(asked.operations(names) == ["add staging"], "\(asked.transcript)")
  }

  @Test("the words are those of the triggers, push by push") func sameWords() throws {
    let free = Deployment().with { ($0.required, $0.approvers) = (false, []) }
    let scene = try Scene(Fixtures.plain(deployment: free))
    func push(_ changes: Clone.Changes) throws {
      try scene.clone.commit("Change", changes)
      expectAccepted(try scene.clone.push("main"))
    }
    func at(_ version: String) -> String { free.with { $0.version = version }.yaml }
    try push([path: at("v1.1.0")])
    try push([path: at("v1.2.0")])
    try push([path: at("v1.1.0")])
    try push([routingPath: routing("50", "50")])
    try push([path: at("v1.2.0"), routingPath: routing("10", "90")])
    try push([path: at("v1.1.0"), routingPath: routing("50", "50")])
    try push([routingPath: nil])
    try push([path: nil])
    try push([path: at("v1.0.0")])
    var told: Set<String> = []
    for event in try scene.sandbox.events() {
      for change in (event["data"] as? [String: Any] ?? [:]).list("changes") {
        told.insert("\(change["commit"] ?? "") \(change["kind"] ?? "") \(change["operation"] ?? "")")
      }
    }
    var found: Set<String> = []
    for entry in try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host).list("history")
    where entry["commit"] as? String != scene.base {
      for change in entry.list("changes") {
        found.insert("\(entry["commit"] ?? "") \(change["kind"] ?? "") \(change["operation"] ?? "")")
      }
    }
    #expect(told == found && told.count == 11, "\(told.symmetricDifference(found))")
    #expect(found.contains { $0.hasSuffix("rollback") })
  }

  @Test("a merge is one entry, with the approvals that it brings in") func merges() throws {
    let scene = try Scene()
    let promoted = Deployment().with { $0.version = "v1.1.0" }
    try scene.clone.commit("Try", [path: promoted.with { $0.replicas = "7" }.yaml], on: "topic", from: scene.base)
    let made = try scene.clone.commit(Fixtures.approved("Promote"), [path: promoted.yaml], on: "topic")
    try scene.clone.commit("Write", ["README.md": "x\n"])
    let merge = try scene.clone.commit(
      "Merge", [path: promoted.yaml], merge: [made], author: "Mina Ito <mina@example.com>")
    try scene.land()
    let asked = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(asked.operations() == ["promote \(merge)", "add \(scene.base)"], "\(asked.transcript)")
    #expect(asked.list("history").first?.approvers.count == 2, "\(asked.transcript)")
  }

  @Test("a renamed deployment is removed under one name and added under the other") func renames() throws {
    let scene = try Scene()
    let other = Deployment(name: "clusters")
    let renamed = try scene.clone.commit("Rename", [path: nil, other.path: other.yaml])
    try scene.land()
    let old = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(old.operations() == ["remove \(renamed)", "add \(scene.base)"])
    let new = try PastAsked(scene.sandbox, ["history", "clusters"], in: scene.sandbox.host)
    #expect(new.operations() == ["add \(renamed)"])
  }

  @Test("a routing that changes hands is told to both") func changingHands() throws {
    let routing = Fixtures.routing(
      name: "segmentation-two-ab", routes: [("60", "v1.0.0", "one"), ("40", "v1.1.0", "two")])
    let scene = try Scene(Fixtures.people(more: ["deployments/production/segmentation-two-ab.yaml": routing]))
    let two = Deployment(name: "segmentation-two", endpoint: "/v1/two")
    let added = try scene.clone.commit("Add two", [two.path: two.yaml])
    try scene.land()
    let one = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(one.operations() == ["route \(added)", "add \(scene.base)"], "\(one.transcript)")
    #expect((one.list("history").first?["routes"] as? [String: Any])?.list("to").isEmpty == true)
    let other = try PastAsked(scene.sandbox, ["history", "segmentation-two"], in: scene.sandbox.host)
    #expect(other.operations() == ["add \(added)"], "\(other.transcript)")
  }

  @Test("without a remote a clone's own branch is read, with --ref the one that is named") func whichLine() throws {
    let scene = try Scene()
    let tip = try scene.clone.commit(Fixtures.approved("Promote"), [path: Deployment(version: "v1.1.0").yaml])
    let remote = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.clone.path)
    #expect(remote.operations() == ["add \(scene.base)"], "what is not pushed is not on the line")
    for ref in ["main", "refs/heads/main"] {
      let own = try PastAsked(scene.sandbox, ["history", "segmentation", "--ref", ref], in: scene.clone.path)
      #expect(own.operations() == ["promote \(tip)", "add \(scene.base)"], "\(own.transcript)")
      #expect(own.list("history").first?.approvers.count == 2)
    }
    let named = try PastAsked(scene.sandbox, ["history", "segmentation", "--ref", "origin/main"], in: scene.clone.path)
    #expect(named.operations() == ["add \(scene.base)"])
    try scene.clone.git("remote", "remove", "origin")
    let alone = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.clone.path)
    #expect(alone.operations() == ["promote \(tip)", "add \(scene.base)"], "\(alone.transcript)")
  }

  @Test("a manifest that cannot be read is told as such") func unreadable() throws {
    let scene = try Scene()
    let broken = try scene.clone.commit("Break", [path: "kind: [\n"])
    try scene.land()
    let asked = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(asked.operations() == ["remove \(broken)", "add \(scene.base)"], "\(asked.transcript)")
    #expect(asked.list("history").first?["unreadable"] is String)
    let text = try scene.sandbox.mlops(["history", "segmentation"], in: scene.sandbox.host).out
    #expect(text.contains("cannot be read: "), "\(text)")
  }

  @Test("a routing's file that becomes another deployment is the loss of a routing, and no more") func takenOver()
    throws
  {
    let scene = try Scene(
      Fixtures.people(more: [routingPath: Fixtures.routing(routes: [("60", "v1.0.0", "one"), ("40", "v1.1.0", "two")])])
    )
    let other = Deployment(name: "segmentation-ab", endpoint: "/v1/ab")
    let commit = try scene.clone.commit("Replace", [routingPath: other.yaml])
    try scene.land()
    let one = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host)
    #expect(one.operations() == ["route \(commit)", "add \(scene.base)"], "\(one.transcript)")
    #expect(one.list("history").first?.list("changes").map { $0["operation"] as? String } == ["remove"])
    let ab = try PastAsked(scene.sandbox, ["history", "segmentation-ab"], in: scene.sandbox.host)
    #expect(ab.operations() == ["add \(commit)"], "\(ab.transcript)")
  }

  @Test("who approved is counted by the policy before each commit, not by today's") func policyOfTheTime() throws {
    let scene = try Scene()
    let promoted = try scene.clone.commit(Fixtures.approved("Promote"), [path: Deployment(version: "v1.1.0").yaml])
    let others = Fixtures.directory.replacingOccurrences(of: "[ken@example.com, ", with: "[paz@example.com, ")
    try scene.clone.commit("People", ["policies/approvers.yaml": others])
    let late = try scene.clone.commit(Fixtures.approved("Promote"), [path: Deployment(version: "v1.2.0").yaml])
    try scene.land()
    let entries = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host).list("history")
    #expect(entries.map { $0["commit"] as? String } == [late, promoted, scene.base])
    #expect(entries.map(\.approvers.count) == [0, 2, 0], "\(entries)")
  }

  @Test("a threshold on the baseline is told against what the commit's parent deployed") func baseline() throws {
    let scene = try Scene(
      Fixtures.people(more: [Fixtures.evidencePath("v1.3.0"): Fixtures.evidence("v1.3.0", silhouette: "0.46")]))
    let leaning: (inout Deployment) -> Void = { $0.metrics = [("silhouette_score", "\">=baseline\"")] }
    for version in ["v1.1.0", "v1.3.0"] {
      try scene.clone.commit(Fixtures.approved("Promote"), [path: Deployment(version: version).with(leaning).yaml])
    }
    try scene.land()
    let entries = try PastAsked(scene.sandbox, ["history", "segmentation"], in: scene.sandbox.host).list("history")
    let versions = entries.compactMap { $0.list("versions").first }
    #expect(versions.map { $0["holds"] as? Bool } == [false, true, true], "\(entries)")
    let problem = versions.first?.list("metrics").first?["problem"] as? String
    #expect(problem == "`silhouette_score` 0.46 is not >= 0.47 (baseline)", "\(problem ?? "")")
    let row = try PastAsked(scene.sandbox, ["status"], in: scene.sandbox.host).list("deployments").first
    #expect(row?["holds"] as? Bool == false)
  }
}
