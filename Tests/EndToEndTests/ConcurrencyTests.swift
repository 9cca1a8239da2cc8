import Foundation
import TestSizes
import Testing

/// Many pushers at once: what one of them is told, and what is recorded of it, never depends on the others.
@Suite("Many pushers at once", .serialized) struct ConcurrencyTests {
  private struct Push {
    var ref: String
    var pusher: String
    var isGood: Bool
    var before: String
    var tip: String
  }

  private func scene() throws -> Scene {
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/release/*\"]")))
    try scene.sandbox.configure("mlops.pusherEnv", "PUSHER")
    return scene
  }

  /// Starts all pushes, and gives their outputs in the same order.
  private func all(_ pushes: [Push], _ scene: Scene) throws -> [Output] {
    let running = try pushes.map { push in
      try scene.sandbox.start(
        ["git", "push", "--porcelain", "origin", "\(push.tip):\(push.ref)"], in: scene.clone.path,
        environment: ["PUSHER": push.pusher])
    }
    return try running.map { try $0.wait(seconds: 300) }
  }

  @Test("64 pushers, a ref each: every verdict, event and record is its own push's") func distinct() throws {
    let scene = try scene()
    let (clone, sandbox) = (scene.clone, scene.sandbox)
    let rounds = TestSize.of(1, soak: 20)
    var tips = [String](repeating: scene.base, count: 64)
    var judged: [String: Int] = [:]
    var good: [Push] = []
    for number in 0..<64 {
      try sandbox.git(["update-ref", "refs/heads/release/\(number)", scene.base])
      try sandbox.git(["update-ref", "refs/mlops/emitted/heads/release/\(number)", scene.base])
    }
    try sandbox.run(["git", "fetch", "--quiet", "origin"], in: clone.path)
    for round in 0..<rounds {
      let pushes = try (0..<64).map { number in
        // Whose turn it is to be wrong changes with the round.
        let isGood = (number + round) % 3 != 0
        let version = round % 2 == 0 ? "v1.1.0" : "v1.2.0"
        let manifest = Deployment(version: isGood ? version : "v9.0.0")
        let tip = try clone.commit(
          Fixtures.approved("Promote \(number) in round \(round)"), [manifest.path: manifest.yaml],
          on: "line-\(number)", from: tips[number])
        return Push(
          ref: "refs/heads/release/\(number)", pusher: "pusher-\(number)", isGood: isGood, before: tips[number],
          tip: tip)
      }
      for (push, output) in zip(pushes, try all(pushes, scene)) {
        #expect((output.status == 0) == push.isGood, "\(push): \(output.err)\(output.out)")
        #expect(output.err.contains("metric/threshold") != push.isGood, "\(push): \(output.err)")
        #expect(!output.err.contains("warning:"), "\(push): \(output.err)")
        judged[push.ref, default: 0] += 1
        if push.isGood {
          good.append(push)
          tips[Int(push.ref.split(separator: "/").last ?? "") ?? 0] = push.tip
        }
      }
    }
    for number in 0..<64 { #expect(try sandbox.tip("refs/heads/release/\(number)") == tips[number]) }

    var events: Set<[String]> = []
    let found = try sandbox.events()
    for event in found {
      let data = try #require(event["data"] as? [String: Any])
      #expect(data["judged"] as? Bool == true, "\(event)")
      events.insert(["ref", "before", "after", "pusher"].map { data[$0] as? String ?? "" })
    }
    #expect(found.count == good.count, "\(found.count) events of \(good.count) good pushes")
    #expect(events == Set(good.map { [$0.ref, $0.before, $0.tip, $0.pusher] }))

    let records = try sandbox.audit()
    for (type, wanted) in [("judged", judged.values.reduce(0, +)), ("moved", good.count)] {
      let own = records.filter { $0["type"] as? String == type }
      #expect(own.count == wanted, "\(type): \(own.count) lines, not \(wanted)")
      for record in own {
        let update = try #require((record["updates"] as? [[String: Any]])?.first)
        let ref = try #require(update["ref"] as? String)
        #expect(record["pusher"] as? String == "pusher-" + (ref.split(separator: "/").last ?? ""), "\(record)")
      }
    }
    let verified = try sandbox.mlops(["audit", "verify"], in: sandbox.host)
    #expect(verified.status == 0, "\(verified.out)\(verified.err)")
    TestSize.note("64 pushers at once", "\(64 * rounds) pushes, \(good.count) accepted, 0 wrong")
  }

  @Test("one ref: one pusher wins, and the others are told to fetch and retry", arguments: [true, false])
  func sameRef(allSeeTheOld: Bool) throws {
    let scene = try scene()
    let (clone, sandbox) = (scene.clone, scene.sandbox)
    let pushes = try (0..<12).map { number in
      let manifest = Deployment(version: "v1.1.0", replicas: "\(number + 1)")
      let tip = try clone.commit(
        Fixtures.approved("Promote, as \(number)"), [manifest.path: manifest.yaml], on: "line-\(number)",
        from: scene.base)
      return Push(ref: "refs/heads/main", pusher: "pusher-\(number)", isGood: true, before: scene.base, tip: tip)
    }
    if allSeeTheOld {
      // Nobody is judged before all have come: each is judged against what the first of them will have changed.
      try sandbox.wrapHook(
        "pre-receive",
        """
        mkdir -p \(sandbox.root)/here && : >\(sandbox.root)/here/$$
        tries=0
        while [ "$(ls \(sandbox.root)/here | wc -l)" -lt 12 ] && [ $tries -lt 1500 ]; do
          sleep 0.02
          tries=$((tries + 1))
        done
        exec REAL
        """)
    }
    let outputs = try all(pushes, scene)
    let winners = zip(pushes, outputs).filter { $1.status == 0 }.map(\.0)
    #expect(winners.count == 1, "\(outputs.map { $0.err + $0.out })")
    #expect(try sandbox.tip("refs/heads/main") == winners.first?.tip)
    for (push, output) in zip(pushes, outputs) where output.status != 0 {
      let words = output.err + output.out
      // The gate's words, or git's own, where git saw it before or after the gate was asked.
      #expect(
        words.contains("fetch and retry") || words.contains("fetch first")
          || words.contains("cannot lock ref 'refs/heads/main': is at"), "\(push): \(words)")
    }
    let events = try sandbox.events()
    #expect(events.count == 1)
    let data = events.first?["data"] as? [String: Any]
    #expect(data?["after"] as? String == winners.first?.tip && data?["pusher"] as? String == winners.first?.pusher)
    #expect(try sandbox.audit().filter { $0["type"] as? String == "moved" }.count == 1)
  }

  @Test("a push whose branch was moved after it was judged is told by `update` to fetch and retry") func overtaken()
    throws
  {
    let scene = try scene()
    let other = try scene.clone.commit("Other", ["README.md": "other\n"], on: "other", from: scene.base)
    try scene.clone.push("\(other):refs/heads/other")
    let own = try scene.clone.commit("Own", ["README.md": "own\n"])
    try scene.sandbox.wrapHook(
      "update", "unset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main \(other)\nexec REAL \"$@\"\n")
    let pushed = try scene.clone.push("\(own):refs/heads/main")
    #expect(pushed.status != 0 && pushed.report.checks == ["push/malformed"], "\(pushed.transcript)")
    #expect(pushed.transcript.contains("hint: fetch and retry"), "\(pushed.transcript)")
    #expect(try scene.sandbox.tip("refs/heads/main") == other)
  }

  @Test("who waits for another's triggers leaves when they are written, and one who holds on is not waited for forever")
  func heldLock() throws {
    let scene = try scene()
    try scene.sandbox.run(["mkdir", "-p", "-m", "700", "mlops"], in: scene.sandbox.host)
    let lock = open(scene.sandbox.host + "/mlops/emit.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let manifest = Deployment(version: "v1.1.0")
    try scene.clone.commit(Fixtures.approved("Promote"), [manifest.path: manifest.yaml])
    let pushed = try scene.clone.push()
    #expect(pushed.status == 0 && pushed.transcript.contains("another process has been writing triggers"))
    #expect(try scene.sandbox.events().isEmpty)
    close(lock)
    try scene.clone.commit("More", ["README.md": "more\n"])
    expectAccepted(try scene.clone.push())
    let events = try scene.sandbox.events()
    #expect(events.count == 1)
  }
}
