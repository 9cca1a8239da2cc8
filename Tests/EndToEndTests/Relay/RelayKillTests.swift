import Foundation
import Glibc
import Testing

/// Killed at any point, and on a disk that is full: no event is lost, and none invented.
@Suite("Relay: killed", .serialized) struct RelayKillTests {
  private static let events = 0..<2
  /// What changes something outside of the process.
  private static let calls = ["write", "writev", "sendto", "sendmsg", "fsync", "rename", "unlink", "mkdir", "flock"]

  /// A host with a sink of each fate.
  private func scene() throws -> RelayScene {
    let relay = try RelayScene()
    try FileManager.default.createDirectory(atPath: relay.sandbox.root + "/drop", withIntermediateDirectories: true)
    try relay.sink("files", ["directory": relay.sandbox.root + "/drop"])
    try relay.sink("web", at: "/ok")
    try relay.sink("bad", at: "/status/400")
    try relay.sink("down", at: "/status/500")
    return relay
  }

  /// Puts everything back to where it began.
  private func reset(_ relay: RelayScene) throws {
    let files = FileManager.default
    for sink in ["files", "web", "bad", "down"] {
      try? files.removeItem(atPath: relay.sandbox.host + "/mlops/outbox/\(sink)")
      try relay.plant(sink, Self.events)
    }
    for name in try files.contentsOfDirectory(atPath: relay.sandbox.root + "/drop") {
      try files.removeItem(atPath: relay.sandbox.root + "/drop/" + name)
    }
    truncate(relay.receiver.folder + "/received.jsonl", 0)
  }

  private func trace(_ relay: RelayScene, _ strace: String, _ options: [String]) throws -> Output {
    try relay.sandbox.run(
      [strace, "-f", "-e", "trace=" + Self.calls.joined(separator: ",")] + options
        + ["\(GitSandbox.products)/mlops-relay", "once", "--log-level", "error"], in: relay.sandbox.host)
  }

  /// Everything that has to hold, with the id of what does not.
  private func faults(_ relay: RelayScene) throws -> [String] {
    let wanted = Self.events.map(RelayScene.id)
    var faults: [String] = []
    func expect(_ good: Bool, _ words: @autoclosure () -> String) { if !good { faults.append(words()) } }
    let drop = relay.sandbox.root + "/drop"
    let dropped = try FileManager.default.contentsOfDirectory(atPath: drop).filter { $0.hasSuffix(".json") }.sorted()
    expect(dropped == wanted.map { $0 + ".json" }, "the folder has \(dropped)")
    for name in dropped {
      let text = try String(contentsOfFile: drop + "/" + name, encoding: .utf8)
      expect(text == RelayScene.event(String(name.dropLast(5))), "\(name) is not whole")
    }
    let came = try relay.receiver.messages("/ok").map(\.id)
    expect(Set(came) == Set(wanted), "the receiver has \(came)")
    expect(came == came.sorted(), "the order is \(came)")
    for (sink, waiting) in [("files", []), ("web", []), ("bad", []), ("down", wanted)] {
      let names = try relay.sandbox.eventFiles(sink: sink).map { String($0.dropLast(5)) }
      expect(names == waiting, "\(names) wait for \(sink)")
    }
    let dead = try relay.dead("bad")
    expect(dead.keys.sorted() == wanted && dead.values.allSatisfy { $0.contains("400") }, "refused: \(dead)")
    return faults
  }

  @Test("SIGKILL at each call that changes something loses nothing, and the next round needs no help") func kill()
    throws
  {
    guard let strace = try TestTool.strace.orSkip() else { return }
    let relay = try scene()
    try reset(relay)
    let log = relay.sandbox.root + "/trace"
    let plain = try trace(relay, strace, ["-o", log])
    #expect(plain.status == 1)
    #expect(try faults(relay).isEmpty)
    // A thread counts its own calls.
    var counts: [String: [String: Int]] = [:]
    for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2 else { continue }
      counts[String(words[1].drop { $0 == " " }.prefix { $0 != "(" }), default: [:]][String(words[0]), default: 0] += 1
    }
    var points = 0
    for call in Self.calls {
      for number in 1...max(1, min(counts[call]?.values.max() ?? 0, 40)) {
        try reset(relay)
        let killed = try trace(relay, strace, ["-o", "/dev/null", "-e", "inject=\(call):signal=KILL:when=\(number)"])
        if killed.status == 128 + SIGKILL { points += 1 }
        // Two rounds: the first may meet the pause of a failure.
        try relay.relay("once", "--log-level", "error")
        let found = try faults(relay)
        #expect(found.isEmpty, "killed at \(call) \(number): \(found)")
      }
    }
    FileHandle.standardError.write(Data("relay: killed at \(points) points\n".utf8))
    #expect(points > 15, "only \(points) points were met")
  }

  @Test("a full disk stops nothing that needs no room, and what was not written is said") func fullDisk() throws {
    let relay = try scene()
    let probe = try relay.sandbox.run(
      ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], in: relay.sandbox.root)
    guard probe.status == 0 else {
      FileHandle.standardError.write(Data("SKIPPED: a small disk cannot be mounted here\n".utf8))
      return
    }
    try reset(relay)
    let script = """
      set -e
      cd '\(relay.sandbox.host)'
      mv mlops ../kept
      mkdir -m 700 mlops
      mount -t tmpfs -o size=64k,mode=700 none mlops
      cp -a ../kept/outbox mlops/
      dd if=/dev/zero of=mlops/filler bs=4k 2>/dev/null || true
      '\(GitSandbox.products)/mlops-relay' once || echo "status $?"
      rm mlops/filler
      '\(GitSandbox.products)/mlops-relay' redeliver
      '\(GitSandbox.products)/mlops-relay' once || echo "status $?"
      cp -a mlops/outbox ../after
      """
    let output = try relay.sandbox.run(["unshare", "-m", "sh", "-c", script], in: relay.sandbox.root)
    #expect(output.status == 0 && output.out.contains("status 1"), "\(output.out)\(output.err)")
    #expect(output.err.contains("No space left on device"), "\(output.err)")
    let host = relay.sandbox.host
    try FileManager.default.removeItem(atPath: host + "/mlops")
    try FileManager.default.createDirectory(atPath: host + "/mlops", withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: relay.sandbox.root + "/after", toPath: host + "/mlops/outbox")
    let found = try faults(relay)
    #expect(found.isEmpty, "\(found): \(output.err)")
  }
}
