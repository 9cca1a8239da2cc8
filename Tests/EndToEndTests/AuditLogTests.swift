import Foundation
import Testing

/// The audit log: one line a decision and a move, each following the one before, whatever happens in between.
@Suite("Audit log") struct AuditLogTests {
  let promoted = Deployment(version: "v1.1.0")

  private func path(_ scene: Scene, _ name: String = "audit.jsonl") -> String { scene.sandbox.host + "/mlops/" + name }

  private func verify(_ scene: Scene) throws -> Output {
    try scene.sandbox.mlops(["audit", "verify"], in: scene.sandbox.host)
  }

  private func promote(_ scene: Scene, replicas: String = "3") throws -> PushResult {
    try scene.clone.commit(
      Fixtures.approved("Promote"), [promoted.path: promoted.with { $0.replicas = replicas }.yaml])
    return try scene.clone.push(
      ["main"], environment: ["GL_USERNAME": "dev", "SSH_CONNECTION": "192.0.2.7 5 10.0.0.1 22"])
  }

  private func judged(_ scene: Scene) throws -> Bool? {
    let data = try scene.sandbox.events().compactMap { $0["data"] as? [String: Any] }
    return data.isEmpty ? nil : data.allSatisfy { $0["judged"] as? Bool == true }
  }

  /// Lets the sweep write all triggers anew, by what the log says now.
  private func emitAgain(_ scene: Scene) throws {
    try? FileManager.default.removeItem(atPath: scene.sandbox.host + "/mlops/outbox")
    try scene.sandbox.git(["update-ref", "refs/mlops/emitted/heads/main", scene.base])
    #expect(try scene.sandbox.mlops(["emit"], in: scene.sandbox.host).status == 0)
  }

  @Test("refused pushes of many long refs do not crowd out what was taken") func crowded() throws {
    let scene = try Scene()
    let tip = try scene.clone.commit(
      Fixtures.approved("Promote"), [Deployment(version: "v1.1.0").path: Deployment(version: "v1.1.0").yaml])
    // Taken and recorded, and then killed before its trigger.
    try scene.sandbox.wrapHook("post-receive", "exit 0\n")
    expectAccepted(try scene.clone.push(["main"], environment: ["GL_USERNAME": "dev"]))
    let long = String(repeating: "\u{202e}", count: 320)
    let zero = String(repeating: "0", count: 40)
    let commands = (0..<600).map { RawReceivePack.Command(zero, tip, "refs/replace/\(long)\($0)") }
    for _ in 0..<4 {
      let refused = try RawReceivePack(scene.clone).push(commands, pack: [])
      #expect(
        refused.moved.isEmpty && refused.report.checks == ["push/malformed"], "\(refused.transcript.prefix(2000))")
    }
    let size =
      try FileManager.default.attributesOfItem(atPath: scene.sandbox.host + "/mlops/audit.jsonl")[.size] as? Int
    #expect(try #require(size) < 1 << 20)
    try scene.sandbox.mlops(["emit"], in: scene.sandbox.host)
    let data = try #require(try scene.sandbox.events().first?["data"] as? [String: Any])
    #expect(data["judged"] as? Bool == true && data["pusher"] as? String == "dev", "\(data)")
  }

  @Test("a judged push and what it moved are two lines that say who, from where and by which policy") func content()
    throws
  {
    let scene = try Scene()
    expectAccepted(try promote(scene))
    try scene.clone.commit("Evil\n", [promoted.path: promoted.with { $0.replicas = "9" }.yaml])
    expectRefused(try scene.clone.push("main"), "approval/missing")
    let records = try scene.sandbox.audit()
    #expect(records.map { $0["type"] as? String } == ["judged", "moved", "judged"])
    let judged = try #require(records.first)
    #expect(judged["pusher"] as? String == "dev")
    #expect((judged["from"] as? [String: String])?["SSH_CONNECTION"] == "192.0.2.7 5 10.0.0.1 22")
    let policy = try scene.clone.git("rev-parse", "\(scene.base):policies/policy.yaml")
    #expect(judged["policies"] as? [String] == ["repository:\(policy)"])
    let moved = records[1]
    #expect(moved["judged"] as? Bool == true && moved["pusher"] as? String == "dev")
    #expect((moved["updates"] as? [[String: Any]])?.first?["old"] as? String == scene.base)
    #expect(records[0]["file"] as? Int == 1 && records[0]["previous"] as? String == String(repeating: "0", count: 64))
    let verified = try verify(scene)
    #expect(verified.status == 0 && verified.out.contains("3 lines, each follows the one before"), "\(verified.out)")

    func show(_ arguments: String...) throws -> String {
      let output = try scene.sandbox.mlops(["audit", "show"] + arguments, in: scene.sandbox.host)
      #expect(output.status == 0, "\(output.err)")
      return output.out
    }
    let all = try show()
    #expect(all.contains("accepted: dev (SSH_CONNECTION=192.0.2.7 5 10.0.0.1 22), pre-receive"), "\(all)")
    #expect(all.contains("moved: dev") && all.contains("approved by ") && all.contains("[approval/missing]"))
    let refused = try show("--refused")
    #expect(refused.contains("refused: ") && !refused.contains("accepted: ") && !refused.contains("moved: "))
    #expect(try show("--ref", "other").contains("no record of that kind"))
    #expect(try show("--ref", "main", "-n", "1").split(separator: "\n").filter { !$0.hasPrefix(" ") }.count == 1)
    #expect(try show("--since", "2999-01-01").contains("no record of that kind"))
    let json = try show("--format", "json", "--refused")
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect((object?["records"] as? [[String: Any]])?.count == 1)
  }

  @Test("what is no log cannot be verified or shown") func nowhere() throws {
    let scene = try Scene()
    #expect(try verify(scene).status == 2)
    #expect(try scene.sandbox.mlops(["audit", "show"], in: scene.sandbox.host).status == 2)
    #expect(try scene.sandbox.mlops(["audit", "verify"], in: scene.sandbox.root).status == 2)
    #expect(try scene.sandbox.mlops(["audit", "show", "--since", "soon"], in: scene.sandbox.host).status == 2)
  }

  @Test("a line that a crash cut off neither breaks the chain nor joins with the next") func torn() throws {
    let scene = try Scene()
    expectAccepted(try promote(scene))
    let handle = try #require(FileHandle(forWritingAtPath: path(scene)))
    handle.seekToEndOfFile()
    handle.write(Data("{\"previous\": \"12".utf8))
    try handle.close()
    let open = try verify(scene)
    #expect(open.status == 0 && open.out.contains("is cut off"), "\(open.out)")
    expectAccepted(try promote(scene, replicas: "4"))
    let closed = try verify(scene)
    #expect(closed.status == 0 && closed.out.contains("audit.jsonl:3 was cut off"), "\(closed.out)")
    #expect(try judged(scene) == true)
    let lines = try String(contentsOfFile: path(scene), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 6 && lines[3].contains("\"type\": \"repaired\"") && lines[3].contains("\"bytes\": 16"))
    // Without the line that tells of it, it is no crash.
    try (lines[..<3] + lines[4...]).joined(separator: "\n").appending("\n")
      .write(toFile: path(scene), atomically: false, encoding: .utf8)
    #expect(try verify(scene).status == 1)
  }

  @Test("a line that was changed, taken out, swapped or put in is found, and doctor warns") func tampered() throws {
    let scene = try Scene()
    for replicas in ["3", "4", "5"] { expectAccepted(try promote(scene, replicas: replicas)) }
    let lines = try String(contentsOfFile: path(scene), encoding: .utf8).split(separator: "\n").map(String.init)
    try #require(lines.count == 6)
    var changed = lines
    changed[2] = changed[2].replacingOccurrences(of: "\"dev\"", with: "\"eve\"")
    var swapped = lines
    swapped.swapAt(2, 3)
    var doubled = lines
    doubled.insert(lines[2], at: 2)
    let forged = lines.map {
      $0.replacingOccurrences(of: "\"previous\": \"[0-9a-f]{64}\", ", with: "", options: .regularExpression)
    }
    let cases: [(lines: [String], line: Int)] = [
      (changed, 4), (Array(lines[..<2] + lines[3...]), 3), (swapped, 3), (doubled, 4), (Array(lines[1...]), 1),
      (Array(lines[..<4] + forged[4...]), 5), (Array(lines[..<3] + ["nonsense"] + lines[3...]), 4),
    ]
    for (index, (content, line)) in cases.enumerated() {
      try content.joined(separator: "\n").appending("\n")
        .write(toFile: path(scene), atomically: false, encoding: .utf8)
      let output = try verify(scene)
      #expect(output.status == 1 && output.out.contains("error: audit.jsonl:\(line): "), "case \(index): \(output.out)")
    }
    let doctor = try scene.sandbox.mlops(["doctor"], in: scene.sandbox.host)
    #expect(doctor.status == 0 && doctor.out.contains("warning: the audit log is not whole"), "\(doctor.out)")
  }

  @Test("a full file is put aside, and chain and verdicts go on over the files") func rotation() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.auditSize", "2KiB")
    for count in 1...6 { expectAccepted(try promote(scene, replicas: "\(count)")) }
    let files = try FileManager.default.contentsOfDirectory(atPath: path(scene, "")).filter { $0.hasPrefix("audit.0") }
    try #require(files.count >= 2 && files.contains("audit.000001.jsonl"), "\(files)")
    let whole = try verify(scene)
    #expect(whole.status == 0 && whole.out.contains("12 lines"), "\(whole.out)")
    try emitAgain(scene)
    #expect(try judged(scene) == true)
    let shown = try scene.sandbox.mlops(["audit", "show", "-n", "100"], in: scene.sandbox.host).out
    #expect(shown.components(separatedBy: "accepted: dev").count == 7, "\(shown)")
    try FileManager.default.moveItem(atPath: path(scene, "audit.000002.jsonl"), toPath: path(scene, "kept"))
    #expect(try verify(scene).status == 1)
    try FileManager.default.moveItem(atPath: path(scene, "kept"), toPath: path(scene, "audit.000002.jsonl"))
    // The oldest may go: then the log begins later, and says so.
    try FileManager.default.removeItem(atPath: path(scene, "audit.000001.jsonl"))
    let later = try verify(scene)
    #expect(later.status == 0 && later.out.contains("older files"), "\(later.out)")
    try scene.sandbox.configure("mlops.auditSize", "lots")
    expectRefused(try scene.clone.push("+main~1:refs/heads/main"), "host/internal", exactly: false)
  }

  @Test("a log from before lines had digests goes on, and counts") func old() throws {
    let scene = try Scene()
    expectAccepted(try promote(scene))
    let first = try #require(try String(contentsOfFile: path(scene), encoding: .utf8).split(separator: "\n").first)
    var plain = String(first)
    for part in ["\"previous\": \"[0-9a-f]{64}\", ", "\"file\": 1, ", "\"type\": \"judged\", "] {
      plain = plain.replacingOccurrences(of: part, with: "", options: .regularExpression)
    }
    try "\(plain)\nhalf a li\n".write(toFile: path(scene), atomically: false, encoding: .utf8)
    try emitAgain(scene)
    #expect(try judged(scene) == true)
    expectAccepted(try promote(scene, replicas: "4"))
    let output = try verify(scene)
    #expect(output.status == 0 && output.out.contains("2 lines from before lines had digests"), "\(output.out)")
    let text = try String(contentsOfFile: path(scene), encoding: .utf8)
    try text.replacingOccurrences(of: "half a li", with: "half a lie").write(
      toFile: path(scene), atomically: false, encoding: .utf8)
    #expect(try verify(scene).status == 1)
  }

  @Test("pushes at the same time make one chain") func concurrent() throws {
    let count = 16
    let scene = try Scene(
      Fixtures.people(policy: Fixtures.policy("protected_refs: [refs/heads/main, \"refs/heads/r/*\"]")))
    try scene.sandbox.configure("mlops.auditSize", "16KiB")
    for index in 0..<count {
      try scene.clone.commit("Note \(index)", ["notes.md": "\(index)\n"], on: "r\(index)", from: scene.base)
    }
    let running = try (0..<count).map { index in
      try scene.sandbox.start(
        ["git", "push", "--quiet", "origin", "r\(index):refs/heads/r/\(index)"], in: scene.clone.path)
    }
    for push in running { #expect(try push.wait().status == 0) }
    let output = try verify(scene)
    #expect(output.status == 0, "\(output.out)")
    let shown = try scene.sandbox.mlops(["audit", "show", "-n", "1000", "--format", "json"], in: scene.sandbox.host).out
    let object = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any]
    let records = try #require(object?["records"] as? [[String: Any]])
    func refs(_ type: String) -> [String] {
      records.filter { $0["type"] as? String == type }.flatMap { $0["updates"] as? [[String: Any]] ?? [] }
        .compactMap { $0["ref"] as? String }.filter { $0.hasPrefix("refs/heads/r/") }.sorted()
    }
    let wanted = (0..<count).map { "refs/heads/r/\($0)" }.sorted()
    #expect(refs("judged") == wanted)
    #expect(refs("moved") == wanted)
  }

  @Test("moves that no push made are found by the sweep, and told as not judged") func behindTheGate() throws {
    let scene = try Scene()
    expectAccepted(try promote(scene))
    let tip = try scene.clone.commit("Evil\n", [promoted.path: promoted.with { $0.replicas = "9" }.yaml])
    try scene.clone.push("main:refs/heads/wip")
    try scene.sandbox.git(["update-ref", "refs/heads/main", tip])
    #expect(try scene.sandbox.mlops(["emit"], in: scene.sandbox.host).status == 0)
    let last = try #require(try scene.sandbox.audit().last)
    #expect(last["type"] as? String == "moved" && last["hook"] as? String == "emit")
    #expect(last["judged"] as? Bool == false && last["pusher"] is NSNull, "\(last)")
    #expect(try verify(scene).status == 0)
  }

  @Test("a strange ref beside it does not hide an acceptance, nor does another name of the ref") func names() throws {
    let scene = try Scene()
    try scene.sandbox.git(["symbolic-ref", "refs/heads/live", "refs/heads/main"])
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    let strange = "refs/heads/x\u{202e}y"
    #expect(try scene.clone.push("main:refs/heads/live", "main:\(strange)").status == 0)
    #expect(try judged(scene) == true)
    #expect(try verify(scene).status == 0)
  }

  @Test("a log that cannot be written refuses, and is not followed elsewhere") func unwritable() throws {
    let scene = try Scene()
    let target = try scene.sandbox.write("elsewhere", "kept\n")
    try FileManager.default.createDirectory(atPath: path(scene, ""), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path(scene), withDestinationPath: target)
    try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
    expectRefused(try scene.clone.push("main"), "host/internal", exactly: false)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept\n")
  }
}
