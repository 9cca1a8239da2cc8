import Foundation
import Glibc
import Testing

/// What a host's administrator meets after some months: a sink that was renamed, a key that is wrong, a clock that jumped.
@Suite("Relay: upkeep") struct RelayUpkeepTests {
  @Test("one repository that cannot be looked at holds up no other", arguments: [true, false])
  func oneBad(_ isMisconfigured: Bool) throws {
    guard isMisconfigured || geteuid() == 0 else { return }
    let relay = try RelayScene()
    let root = relay.sandbox.root
    try relay.sink("web", at: "/ok")
    try relay.plant("web", 0..<1)
    // It comes first.
    let bad = root + "/a-bad.git"
    try relay.sandbox.git(["init", "--quiet", "--bare", "--template=", bad], in: root)
    if isMisconfigured {
      try relay.sandbox.git(["config", "mlops.timeout", "soon"], in: bad)
    } else {
      chown(bad, 65534, 65534)
    }
    let words = isMisconfigured ? "`mlops.timeout` is `soon`" : "belongs to another user"
    let once = try relay.relay("once", "--scan", root)
    #expect(once.status == 1 && once.err.contains(words) && once.err.contains(bad), "\(once.status) \(once.err)")
    #expect(try relay.receiver.messages().count == 1, "\(once.err)")
    let status = try relay.relay("status", "--scan", root)
    #expect(status.status == 1 && status.out.contains("web: nothing waits"), "\(status.out)")
    #expect(status.out.contains("\(bad): cannot be looked at: ") && status.out.contains(words), "\(status.out)")
    let json = try relay.relay("status", "--scan", root, "--format", "json")
    let object = try JSONSerialization.jsonObject(with: Data(json.standardOutput)) as? [String: Any]
    #expect((object?["unreadable"] as? [[String: Any]])?.first?["repository"] as? String == bad, "\(json.out)")

    try relay.plant("web", 1..<2)
    let running = try relay.start("--repo", bad, "--repo", relay.sandbox.host)
    #expect(try relay.sandbox.eventually { try relay.receiver.messages().count == 2 })
    kill(running.pid, SIGTERM)
    let output = try running.wait(seconds: 20)
    #expect(output.status == 0 && output.err.contains(words), "\(output.err)")
    for verb in ["once", "status", "run"] {
      let alone = try relay.relay(verb, "--repo", bad)
      #expect(alone.status == 2 && alone.err.contains(words), "\(verb): \(alone.status) \(alone.err)")
    }
  }

  @Test("what is no repository is told how to name one") func noRepository() throws {
    let relay = try RelayScene()
    for arguments in [["once", "--repo", "/tmp"], ["status"], ["test", "x"], ["redeliver"], ["run"]] {
      let output = try relay.sandbox.run(["\(GitSandbox.products)/mlops-relay"] + arguments, in: "/")
      #expect(output.status == 2 && output.err.contains("is no git repository"), "\(arguments): \(output.err)")
      #expect(output.err.contains("--repo PATH") && output.err.contains("--scan DIR"), "\(output.err)")
    }
  }

  @Test("events of a sink that was renamed are named by `status`, `once` and `doctor`, and handed over") func renamed()
    throws
  {
    let relay = try RelayScene()
    try relay.sink("old", at: "/status/400")
    try relay.plant("old", 0..<1)
    #expect(try relay.relay("once").status == 1)
    try relay.plant("old", 1..<3)
    try relay.plant("local", 7..<8)
    try relay.sandbox.git(["config", "--remove-section", "mlops.sink.old"])
    let none = try relay.relay("status")
    #expect(none.status == 1 && none.out.contains("2 events and 1 refused of the sink `old`"), "\(none.out)")
    #expect(none.out.contains("`git config mlops.sink.old.url …` gives the sink back"), "\(none.out)")
    try relay.sink("new", at: "/ok")
    let hint = "`mlops-relay redeliver --from old --to new` hands them over"
    let once = try relay.relay("once")
    let doctor = try relay.sandbox.mlops(["doctor"], in: relay.sandbox.host)
    let status = try relay.relay("status")
    #expect(once.status == 0 && status.status == 1 && doctor.status == 0)
    for output in [once.err, doctor.out, status.out] {
      #expect(output.contains(hint) && output.contains("lie in `mlops/outbox/old`"), "\(output)")
      #expect(output.contains("1 event from before a sink was configured lies in `mlops/outbox/local`"), "\(output)")
    }
    #expect(try relay.receiver.messages("/ok").isEmpty)

    let handed = try relay.relay("redeliver", "--from", "old", "--to", "new")
    #expect(handed.status == 0 && handed.out.contains("new: 3 events handed over from `old`"), "\(handed.out)")
    #expect(try relay.relay("redeliver", "--from", "local", "--to", "new").status == 0)
    #expect(try relay.relay("once").status == 0)
    #expect(try relay.receiver.messages("/ok").map(\.id) == [0, 1, 2, 7].map(RelayScene.id), "in their order")
    let after = try relay.relay("status")
    #expect(after.status == 0 && !after.out.contains("outbox/"), "\(after.out)")
    let again = try relay.relay("redeliver", "--from", "old", "--to", "new")
    #expect(again.status == 2 && again.err.contains("nothing lies in `mlops/outbox/old`"), "\(again.err)")
    #expect(try relay.relay("redeliver", "--from", "new", "--to", "new").err.contains("is configured"))
    #expect(try relay.relay("redeliver", "--from", "old").status == 2)
  }

  @Test("nothing is handed to a sink that would not take it") func filtered() throws {
    let relay = try RelayScene()
    try relay.plant("old", 0..<2)
    try relay.sink("new", ["command": "cat > /dev/null", "environment": "staging"])
    let handed = try relay.relay("redeliver", "--from", "old", "--to", "new")
    #expect(handed.status == 0 && handed.out.contains("2 events left where they are"), "\(handed.out)\(handed.err)")
    #expect(try relay.sandbox.eventFiles(sink: "old").count == 2)
  }

  @Test("a clock that was set back between two pushes does not turn their order") func clock() throws {
    let relay = try RelayScene()
    let host = relay.sandbox.host
    try relay.sink("program", ["command": "test -e \(relay.sandbox.root)/ready && cat >> \(relay.sandbox.root)/got"])
    let first = try relay.promote()
    #expect(try relay.relay("once").status == 1)
    // What there is where the clock was an hour ahead at the first push.
    let hour = Int(Date().timeIntervalSince1970) + 3600
    let event = try #require(try relay.sandbox.eventFiles(sink: "program").first)
    for path in ["mlops/emit.lock", "mlops/outbox/program/" + event] {
      var times = [timeval(tv_sec: hour, tv_usec: 0), timeval(tv_sec: hour, tv_usec: 0)]
      #expect(utimes(host + "/" + path, &times) == 0)
    }
    let second = try relay.promote()
    let third = try relay.promote()
    // How long they have waited is told by what they say themselves.
    let oldest = try #require(try relay.status("program")["oldest"] as? String)
    let time = try #require(ISO8601DateFormatter().date(from: oldest))
    #expect(time < Date(timeIntervalSince1970: Double(hour - 1800)))
    try relay.sandbox.write("ready", "")
    try relay.relay("redeliver")
    #expect(try relay.relay("once").status == 0)
    let got = try String(contentsOfFile: relay.sandbox.root + "/got", encoding: .utf8)
    let afters = try got.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return (object?["data"] as? [String: Any])?["after"] as? String ?? ""
    }
    #expect(afters == [first, second, third])
  }

  @Test("the log says what was delivered, and that a sink takes events again") func log() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/flaky")
    try relay.plant("web", 0..<1)
    let failed = try relay.relay("once")
    #expect(failed.status == 1 && failed.err.contains("not delivered: "), "\(failed.err)")
    let nothing = try relay.relay("redeliver", "--sink", "web")
    #expect(nothing.out.contains("web: nothing in `dead/`"), "\(nothing.out)")
    try relay.plant("web", 1..<2)
    try relay.sandbox.write("host.git/mlops/outbox/web/.state", "{\"schema\": 1, \"failures\": 2}\n")
    let once = try relay.relay("once", "--repo", ".")
    #expect(once.status == 0, "\(once.err)")
    let lines = once.err.split(separator: "\n").map(String.init)
    let delivered = lines.filter { $0.contains("level=info msg=delivered event=\(RelayScene.id(1))") }
    let host = try #require(realpath(relay.sandbox.host, nil).map { String(cString: $0) })
    #expect(delivered.count == 1 && delivered[0].contains("repository=\(host)"), "\(once.err)")
    let again = lines.filter { $0.contains("level=notice") && $0.contains("delivered again after 2 failures") }
    #expect(again.count == 1, "\(once.err)")
    let rest = try relay.relay("redeliver", "--sink", "web")
    #expect(rest.status == 0 && rest.out == "nothing in `dead/` of `web`, and it does not stand still\n", "\(rest.out)")
  }
}
