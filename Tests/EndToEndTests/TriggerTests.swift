import Foundation
import Glibc
import Testing

/// Triggers: one event for each accepted update, never lost, never invented.
@Suite("Triggers") struct TriggerTests {
  let promoted = Deployment(version: "v1.1.0")

  private func promote(_ scene: Scene) throws -> String {
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
  }

  @Test("an event says what changed, for whom and by whose approval") func content() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.source", "https://git.example.com/models.git")
    let tip = try promote(scene)
    expectAccepted(try scene.clone.push(["main"], environment: ["GL_USERNAME": "dev"]))
    let events = try scene.sandbox.events()
    let event = try #require(events.first)
    #expect(events.count == 1)
    #expect(event["specversion"] as? String == "1.0")
    #expect(event["type"] as? String == "mlops.reconcile.requested.v1")
    #expect(event["source"] as? String == "https://git.example.com/models.git")
    #expect(event["subject"] as? String == "refs/heads/main")
    #expect(event["datacontenttype"] as? String == "application/json")
    #expect((event["time"] as? String)?.hasSuffix("Z") == true)
    #expect((event["id"] as? String).map { id in (try? scene.sandbox.eventFiles()) == ["\(id).json"] } == true)
    let data = try #require(event["data"] as? [String: Any])
    #expect(data["ref"] as? String == "refs/heads/main")
    #expect(data["before"] as? String == scene.base)
    #expect(data["after"] as? String == tip)
    #expect(data["pusher"] as? String == "dev")
    #expect(data["judged"] as? Bool == true)
    let changes = try #require(data["changes"] as? [[String: Any]])
    let change = try #require(changes.first)
    #expect(changes.count == 1)
    #expect(change["kind"] as? String == "ModelDeployment")
    #expect(change["environment"] as? String == "production")
    #expect(change["name"] as? String == "segmentation")
    #expect(change["path"] as? String == promoted.path)
    #expect(change["operation"] as? String == "promote")
    #expect(change["commit"] as? String == tip)
    let from = change["from"] as? [String: String]
    let to = change["to"] as? [String: String]
    #expect(from?["version"] == "v1.0.0" && to?["version"] == "v1.1.0")
    #expect(try from?["blob"] == scene.clone.git("rev-parse", "\(scene.base):\(promoted.path)"))
    #expect(try to?["blob"] == scene.clone.git("rev-parse", "\(tip):\(promoted.path)"))
    let approvals = change["approved_by"] as? [[String: String]]
    #expect(approvals?.count == 2 && approvals?.allSatisfy { $0["proof"] == "trailer" } == true, "\(change)")
    #expect(approvals?.contains { $0["who"]?.contains("aiko@example.com") == true } == true)
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == tip)
  }

  @Test("each operation has its name") func operations() throws {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy(environments: "production: {rollback: {approvals: waived}}\nstaging: {}"))
    )
    let other = Deployment(name: "other", endpoint: "/v1/other")
    let ab = "deployments/production/segmentation-ab.yaml"
    let steps: [(String, Clone.Changes)] = [
      ("promote", [promoted.path: promoted.yaml]), ("rollback", [promoted.path: Deployment().yaml]),
      ("update", [promoted.path: Deployment(replicas: "5").yaml]), ("add", [other.path: other.yaml]),
      ("route", [ab: ManifestRefusalTests.ab("80", "20")]), ("remove", [other.path: nil]),
    ]
    var seen: Set<String> = []
    for (operation, changes) in steps {
      try scene.clone.commit(Fixtures.approved(operation), changes)
      expectAccepted(try scene.clone.push("main"))
      let new = try scene.sandbox.events().filter { seen.insert("\($0["id"] ?? "")").inserted }
      let change = ((new.first?["data"] as? [String: Any])?["changes"] as? [[String: Any]])?.first
      #expect(new.count == 1 && change?["operation"] as? String == operation, "\(operation): \(new)")
    }
  }

  @Test("what changes no manifest, no protected ref or nothing at all emits nothing") func silence() throws {
    let scene = try Scene()
    try scene.clone.commit("Docs", ["README.md": "x\n"])
    expectAccepted(try scene.clone.push("main"))
    try scene.clone.commit("Wild", [promoted.path: promoted.yaml], on: "wip")
    expectAccepted(try scene.clone.push("wip"))
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.push("main"), "approval/missing")
    #expect(try scene.sandbox.eventFiles().isEmpty)
  }

  @Test("the first push emits what it brings") func firstPush() throws {
    let sandbox = try GitSandbox()
    let clone = try Clone(sandbox)
    try clone.commit("Begin", Fixtures.seedFiles.mapValues { Optional($0) })
    expectAccepted(try clone.push("main"))
    let data = try sandbox.events().first?["data"] as? [String: Any]
    #expect(data?["before"] as? String == RawReceivePack.zero)
    let changes = data?["changes"] as? [[String: Any]] ?? []
    #expect(Set(changes.compactMap { $0["kind"] as? String }) == ["ModelDeployment", "ModelRouting"])
    #expect(changes.allSatisfy { ["add", "route"].contains($0["operation"] as? String) })
  }

  @Test("the same update emitted twice has the same id") func stableID() throws {
    let scene = try Scene()
    let tip = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    let files = try scene.sandbox.eventFiles()
    try scene.sandbox.git(["update-ref", "refs/mlops/emitted/heads/main", scene.base])
    try FileManager.default.removeItem(atPath: scene.sandbox.host + "/mlops/outbox/local")
    let output = try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root)
    #expect(output.status == 0, "\(output.err)")
    #expect(try scene.sandbox.eventFiles() == files)
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == tip)
    // Again: nothing is missing, nothing is written.
    try FileManager.default.removeItem(atPath: scene.sandbox.host + "/mlops/outbox/local")
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    #expect(try scene.sandbox.eventFiles().isEmpty)
  }

  @Test("217: a post-receive that was killed is caught up by the next push") func killedThenPush() throws {
    let scene = try Scene()
    try scene.sandbox.wrapHook("post-receive", "kill -9 $$\n")
    let tip = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.eventFiles().isEmpty)
    try scene.sandbox.installHook("post-receive")
    // Even a push of a branch that nobody protects.
    expectAccepted(try scene.clone.push("main:refs/heads/wip"))
    let data = try scene.sandbox.events().first?["data"] as? [String: Any]
    #expect(data?["before"] as? String == scene.base && data?["after"] as? String == tip)
  }

  @Test("217: missed updates coalesce into one event, whose judged is true for recorded verdicts") func coalesced()
    throws
  {
    let scene = try Scene(hooks: ["pre-receive", "update"])
    _ = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    let tip = try scene.clone.commit(Fixtures.approved("Again"), [promoted.path: Deployment(version: "v1.2.0").yaml])
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    let events = try scene.sandbox.events()
    let data = events.first?["data"] as? [String: Any]
    #expect(events.count == 1)
    #expect(data?["before"] as? String == scene.base && data?["after"] as? String == tip)
    #expect(data?["judged"] as? Bool == true)
    let change = (data?["changes"] as? [[String: Any]])?.first
    #expect((change?["to"] as? [String: Any])?["version"] as? String == "v1.2.0")
  }

  @Test("a state that nobody judged is emitted as such") func unjudged() throws {
    let scene = try Scene()
    try scene.clone.commit("Behind the gate's back", [promoted.path: promoted.yaml])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:main"])
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    let data = try scene.sandbox.events().first?["data"] as? [String: Any]
    #expect(data?["judged"] as? Bool == false)
  }

  @Test("a ref without a record is compared with the empty tree") func withoutRecord() throws {
    let scene = try Scene()
    try scene.sandbox.git(["update-ref", "-d", "refs/mlops/emitted/heads/main"])
    #expect(try scene.sandbox.mlops(["emit"], in: scene.sandbox.host).status == 0)
    let data = try scene.sandbox.events().first?["data"] as? [String: Any]
    #expect((data?["changes"] as? [[String: Any]])?.first?["operation"] as? String == "add")
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == scene.base)
  }

  @Test("215: a client that vanishes loses nothing") func vanished() throws {
    let scene = try Scene()
    let tip = try promote(scene)
    let flag = scene.sandbox.root + "/begun"
    try scene.sandbox.wrapHook("pre-receive", "touch \(flag)\nsleep 0.5\nexec REAL\n")
    try RawReceivePack(scene.clone).pushAndVanish(
      [.init(scene.base, tip, "refs/heads/main")], pack: [tip, "^\(scene.base)"]
    ) { FileManager.default.fileExists(atPath: flag) }
    let moved = try scene.sandbox.tip("refs/heads/main") == tip
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    #expect(try scene.sandbox.events().count == (moved ? 1 : 0))
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == (moved ? tip : scene.base))
  }

  @Test("216, 220: killed at any moment, post-receive leaves no torn event") func killedAnywhere() throws {
    let scene = try Scene(hooks: ["pre-receive", "update"])
    let tip = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    for delay in stride(from: UInt32(0), to: 30_000, by: 1500) {
      let hook = try scene.sandbox.start(
        ["\(GitSandbox.products)/post-receive"], in: scene.sandbox.host, environment: ["GIT_DIR": "."],
        input: Array("\(scene.base) \(tip) refs/heads/main\n".utf8))
      usleep(delay)
      kill(hook.pid, SIGKILL)
      _ = try hook.wait()
      // Every event that can be seen can be read.
      #expect(try scene.sandbox.events().count <= 1)
      // A killed writer may leave its lock, as any of git's own does; here it goes away with the record.
      unlink(scene.sandbox.host + "/refs/mlops/emitted/heads/main.lock")
      try scene.sandbox.git(["update-ref", "refs/mlops/emitted/heads/main", scene.base])
    }
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    #expect(try scene.sandbox.events().count == 1)
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == tip)
  }

  @Test("the lock of a writer that was killed does not hold events back") func staleLock() throws {
    let scene = try Scene()
    try scene.sandbox.write("host.git/refs/mlops/emitted/heads/main.lock", "")
    _ = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.events().count == 1)
  }

  @Test(
    "nor does the lock of one that was killed while it forgot a branch, nor one that is held", arguments: [true, false])
  func lockedRecord(isStale: Bool) throws {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, refs/heads/old]")))
    try scene.sandbox.git(["update-ref", "refs/heads/old", scene.base])
    try scene.clone.commit("Note", ["README.md": "note\n"])
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/old") == scene.base)
    try scene.sandbox.git(["update-ref", "-d", "refs/heads/old"])
    let lock = isStale ? "refs/mlops/emitted/heads/old.lock" : "packed-refs.lock"
    try scene.sandbox.write("host.git/" + lock, "")
    _ = try promote(scene)
    #expect(try scene.clone.push("main").status == 0)
    #expect(try scene.sandbox.events().filter { $0["subject"] as? String == "refs/heads/main" }.count == 1)
    try scene.clone.commit("More", ["README.md": "more\n"])
    #expect(try scene.clone.push("main").status == 0)
    unlink(scene.sandbox.host + "/" + lock)
    try scene.sandbox.mlops(["emit"], in: scene.sandbox.host)
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/old") == nil)
    let gone = try scene.sandbox.audit().filter { record in
      let update = (record["updates"] as? [[String: Any]])?.first
      return record["type"] as? String == "moved" && update?["ref"] as? String == "refs/heads/old"
        && (update?["new"] as? String)?.allSatisfy { $0 == "0" } == true
    }
    #expect(gone.count == 1, "\(gone)")
  }

  @Test("who pushed what nobody recorded is not made up") func unknownPusher() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.pusherEnv", "PUSHER")
    let tip = try promote(scene)
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main"])
    try scene.sandbox.git(["update-ref", "refs/heads/main", tip])
    let topic = try scene.clone.commit("Topic", ["README.md": "topic\n"], on: "topic", from: scene.base)
    let pushed = try scene.clone.push(["\(topic):refs/heads/topic"], environment: ["PUSHER": "mallory"])
    #expect(pushed.status == 0, "\(pushed.transcript)")
    let data = try #require(try scene.sandbox.events().first?["data"] as? [String: Any])
    #expect(data["pusher"] is NSNull && data["judged"] as? Bool == false, "\(data)")
  }

  @Test("219: a link in the outbox is not followed") func outboxLink() throws {
    let scene = try Scene()
    let victim = try scene.sandbox.write("victim/keep", "precious")
    try FileManager.default.createDirectory(atPath: scene.sandbox.host + "/mlops", withIntermediateDirectories: true)
    chmod(scene.sandbox.host + "/mlops", 0o700)
    symlink(scene.sandbox.root + "/victim", scene.sandbox.host + "/mlops/outbox")
    _ = try promote(scene)
    let result = try scene.clone.push("main")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scene.sandbox.root + "/victim") == ["keep"],
      "\(result.transcript)")
    #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == scene.base, "the trigger is still owed")
  }

  @Test("a directory sink gets a file for each event, a command sink gets it on its standard input") func sinks() throws
  {
    let scene = try Scene()
    let drop = scene.sandbox.root + "/drop"
    try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: true)
    try scene.sandbox.configure("mlops.sink.files.directory", drop)
    try scene.sandbox.configure("mlops.sink.program.command", "cat > \(scene.sandbox.root)/received")
    try scene.sandbox.configure("mlops.sink.elsewhere.command", "cat > \(scene.sandbox.root)/unwanted")
    try scene.sandbox.configure("mlops.sink.elsewhere.environment", "staging")
    _ = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.mlops(["emit", "--repo", scene.sandbox.host], in: scene.sandbox.root).status == 0)
    let files = FileManager.default
    let arrived = scene.sandbox.eventually {
      (try? files.contentsOfDirectory(atPath: drop).count) == 1
        && files.fileExists(atPath: scene.sandbox.root + "/received")
        && (files.contents(atPath: scene.sandbox.root + "/received")?.count ?? 0) > 0
    }
    #expect(arrived)
    let names = try files.contentsOfDirectory(atPath: drop)
    let dropped = try #require(names.first.flatMap { files.contents(atPath: drop + "/" + $0) })
    let received = try #require(files.contents(atPath: scene.sandbox.root + "/received"))
    let ids = try [dropped, received].map {
      (try JSONSerialization.jsonObject(with: $0) as? [String: Any])?["id"] as? String
    }
    #expect(ids[0] != nil && ids[0] == ids[1])
    #expect(!files.fileExists(atPath: scene.sandbox.root + "/unwanted"), "the filter names another environment")
  }

  @Test("181: a slow sink does not hold the push") func slowSink() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.sink.slow.command", "sleep 5; cat > /dev/null")
    _ = try promote(scene)
    let start = Date()
    expectAccepted(try scene.clone.push("main"))
    #expect(Date().timeIntervalSince(start) < 4)
  }

  @Test("a network sink's events wait in its outbox") func networkSink() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.sink.argo.url", "https://argocd.example.com/api/webhook")
    try scene.sandbox.configure("mlops.sink.argo.format", "argocd")
    _ = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.eventFiles(sink: "argo").count == 1)
  }

  @Test("G9: every judged push has one audit record") func audit() throws {
    let scene = try Scene()
    let evil = try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.push("main"), "approval/missing")
    try scene.clone.set("main", to: scene.base)
    let good = try promote(scene)
    expectAccepted(try scene.clone.push("main"))
    let all = try scene.sandbox.audit()
    let records = all.filter { $0["type"] as? String == "judged" }
    // The third line is the move of the second push.
    #expect(records.count == 2 && all.count == 3 && all.last?["type"] as? String == "moved", "\(all)")
    #expect(records.first.map { "\($0)".contains(evil) && "\($0)".contains("refused") } == true, "\(records)")
    #expect(records.last.map { "\($0)".contains(good) && "\($0)".contains("accepted") } == true, "\(records)")
    try scene.sandbox.configure("mlops.audit", "false")
    try scene.clone.commit("Docs", ["README.md": "y\n"])
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.audit().count == 3)
  }
}
