import Foundation
import Testing

/// Receivers that misbehave: each has a sentence, a limit, and loses nothing.
@Suite("Relay: receivers") struct RelayReceiverTests {
  /// A receiver's way to fail.
  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var path: String
    /// What is said.
    var words: String
    /// Whether the event is refused for good.
    var isDead = false
  }

  static let faults = [
    Fault(testDescription: "hangs", path: "/hang", words: "did not answer within 15 s"),
    Fault(testDescription: "drips a byte a second", path: "/drip", words: "did not answer within 15 s"),
    Fault(testDescription: "closes at once", path: "/close", words: "closed the connection without an answer"),
    Fault(testDescription: "speaks another protocol", path: "/garbage", words: "not HTTP"),
    Fault(testDescription: "answers with endless headers", path: "/endless-head", words: "not HTTP"),
    Fault(testDescription: "fails", path: "/status/503", words: "503 (`because I say so`): it failed in itself"),
    Fault(testDescription: "is too slow to read", path: "/status/408", words: "408"),
    Fault(testDescription: "is too early", path: "/status/425", words: "425"),
    Fault(testDescription: "redirects to a private address", path: "/redirect", words: "169.254.169.254", isDead: true),
    Fault(testDescription: "refuses", path: "/status/400", words: "400 (`because I say so`)", isDead: true),
    Fault(testDescription: "wants a login", path: "/status/401", words: "the signature was refused", isDead: true),
    Fault(testDescription: "is not there", path: "/nowhere", words: "nothing listens at this path", isDead: true),
  ]

  @Test("a receiver", arguments: faults) func misbehaves(_ fault: Fault) throws {
    let relay = try RelayScene()
    try relay.sink("web", at: fault.path)
    try relay.plant("web", 0..<2)
    let start = Date()
    let once = try relay.relay("once")
    #expect(Date().timeIntervalSince(start) < 40)
    #expect(once.status == 1)
    #expect(once.err.contains(fault.words), "\(once.err)")
    #expect(try relay.lastError("web").contains(fault.words))
    if fault.isDead {
      let dead = try relay.dead("web")
      #expect(dead.keys.sorted() == (0..<2).map(RelayScene.id), "each is asked for itself")
      #expect(dead.values.allSatisfy { $0.contains(fault.words) }, "\(dead)")
      #expect(try relay.sandbox.eventFiles(sink: "web").isEmpty)
    } else {
      #expect(try relay.sandbox.eventFiles(sink: "web").count == 2)
      #expect(try relay.dead("web").isEmpty)
      #expect(try relay.receiver.messages().count == 1, "the second waits behind the first")
      #expect(try relay.status("web")["failures"] as? Int == 1)
    }
  }

  @Test("an endless answer is cut, and counts by its status") func endless() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/endless")
    try relay.plant("web", 0..<2)
    let start = Date()
    #expect(try relay.relay("once").status == 0)
    #expect(Date().timeIntervalSince(start) < 10, "two answers of 10 GiB")
    #expect(try relay.receiver.messages().map(\.id) == (0..<2).map(RelayScene.id))
  }

  @Test("nobody listens: the connection is refused, in words") func nobody() throws {
    let relay = try RelayScene()
    try relay.sink("web", ["url": "https://127.0.0.1:1/x"])
    try relay.sink("nowhere", ["url": "https://no-such-host.invalid/x"])
    try relay.plant("web", 0..<1)
    try relay.plant("nowhere", 0..<1)
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.lastError("web").contains("no connection to `https://127.0.0.1:1`"))
    #expect(try relay.lastError("nowhere").contains("leads to no address"))
  }

  @Test("`Retry-After` is waited for, then the same event comes again") func busy() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/busy")
    try relay.plant("web", 0..<2)
    let running = try relay.start()
    #expect(try relay.sandbox.eventually(within: 20) { try relay.receiver.messages().count == 3 })
    kill(running.pid, SIGTERM)
    _ = try running.wait(seconds: 20)
    let messages = try relay.receiver.messages()
    #expect(messages.map(\.id) == [0, 0, 1].map(RelayScene.id))
    #expect(messages.count < 2 || messages[1].time - messages[0].time >= 2)
  }

  @Test("a pause outlives the process, and `status` tells when it ends") func later() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/later")
    try relay.plant("web", 0..<1)
    for _ in 0..<3 { #expect(try relay.relay("once").status == 1) }
    #expect(try relay.receiver.messages().count == 1)
    #expect(try relay.status("web")["next_try"] is String)
    #expect(try relay.relay("status").out.contains("failing, 1 attempt, next in "))
    try relay.relay("redeliver")
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.receiver.messages().count == 2, "`redeliver` ends the pause")
  }

  @Test("500, then 200: the same id twice, and the order is kept") func flaky() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/flaky")
    try relay.plant("web", 0..<3)
    let running = try relay.start()
    #expect(try relay.sandbox.eventually(within: 20) { try relay.receiver.messages().count == 4 })
    kill(running.pid, SIGTERM)
    _ = try running.wait(seconds: 20)
    #expect(try relay.receiver.messages().map(\.id) == [0, 0, 1, 2].map(RelayScene.id))
    let status = try relay.status("web")
    #expect(status["failures"] as? Int == 0 && status["last_success"] is String, "\(status)")
  }

  @Test("410 stops the sink until somebody starts it again") func gone() throws {
    let relay = try RelayScene()
    try relay.sink("web", at: "/gone")
    try relay.plant("web", 0..<2)
    for _ in 0..<3 { #expect(try relay.relay("once").status == 1) }
    #expect(try relay.receiver.messages().count == 1, "it was asked once")
    #expect(try relay.status("web")["stopped"] as? Bool == true)
    #expect(try relay.relay("status").out.contains("STOPPED: the receiver answered 410"))
    let started = try relay.relay("redeliver", "--sink", "web")
    #expect(started.status == 0 && started.out.contains("starts again"), "\(started.out)")
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.receiver.messages().count == 2)
    // Another address is another receiver.
    try relay.sandbox.git(["config", "mlops.sink.web.url", "http://127.0.0.1:\(relay.receiver.port)/ok"])
    #expect(try relay.relay("once").status == 0)
    #expect(try relay.receiver.messages("/ok").map(\.id) == (0..<2).map(RelayScene.id))
  }

  @Test("a certificate that nobody vouches for is refused, and taken with `caFile`") func encrypted() throws {
    let relay = try RelayScene(certificateFor: "IP:127.0.0.1")
    try relay.sink("web", at: "/ok")
    try relay.plant("web", 0..<1)
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.lastError("web").contains("certificate"))
    #expect(try relay.receiver.messages().isEmpty)
    try relay.sandbox.configure("mlops.sink.web.caFile", relay.receiver.folder + "/certificate.pem")
    try relay.relay("redeliver")
    let once = try relay.relay("once")
    #expect(once.status == 0, "\(once.err)")
    #expect(try relay.receiver.messages().count == 1)
  }

  @Test("a certificate for another host is refused, whoever vouches for it") func otherHost() throws {
    let relay = try RelayScene(certificateFor: "DNS:elsewhere.example.com")
    try relay.sink("web", at: "/ok", ["caFile": relay.receiver.folder + "/certificate.pem"])
    try relay.plant("web", 0..<1)
    #expect(try relay.relay("once").status == 1)
    #expect(try relay.lastError("web").contains("certificate"))
    #expect(try relay.receiver.messages().isEmpty)
  }
}
