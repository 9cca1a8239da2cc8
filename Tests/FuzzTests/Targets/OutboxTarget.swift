@testable import Delivery
@testable import GitObjects
@testable import ManifestCore
@testable import YAMLTree

/// Files of the outbox, and events of ours that are made of hostile text.
enum OutboxTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let (node, problems) = JSONReader.read(input)
    let event: DeliveryEvent?
    let id = problems.isEmpty ? node?["id"]?.scalar?.text : nil
    do throws(DeliveryEvent.Torn) {
      event = try DeliveryEvent(input, file: "\(id ?? "none").json")
    } catch {
      event = nil
      try Shown.harmless(Text.escape(error.message))
      try promise(error.message.utf8.count < 2000, "a long message")
    }
    if let event { try check(event, input) }
    if event != nil, (try? DeliveryEvent(input, file: "../\(id ?? "").json")) != nil {
      throw BrokenPromise(description: "an event is taken under another name")
    }
    try write(input)
  }

  private static func check(_ event: DeliveryEvent, _ input: [UInt8]) throws(BrokenPromise) {
    try promise(event.bytes == input, "an event is not its file")
    try promise(!event.changes.isEmpty && !event.id.isEmpty, "an event without a change, or without an id")
    try promise(
      event.id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }, "an odd id: \(event.id)")
  }

  /// What the gate writes is read again as what it was.
  private static func write(_ input: [UInt8]) throws(BrokenPromise) {
    let texts = input.split(separator: 10, maxSplits: 5, omittingEmptySubsequences: false).map { Text.show($0) }
    func text(_ index: Int) -> String { texts.indices.contains(index) ? texts[index] : "" }
    let change = TriggerEvent.Change(
      kind: .deployment, environment: text(0), name: text(1), path: text(2), operation: .promote,
      from: texts.count % 2 == 0 ? nil : (version: text(3), blob: .zero), to: (version: text(4), blob: .zero),
      commit: .zero, approvals: [CountedApproval(path: input, who: text(3), proof: "trailer", commit: .zero)])
    let written = TriggerEvent(
      id: "0123abcd", source: text(3), ref: text(5), before: .zero, after: .zero, time: Int64(input.count),
      pusher: text(0), isJudged: true, changes: [change]
    ).json.text
    try promise(!written.utf8.contains(10), "an event of two lines")
    try Shown.harmless(written)
    let event: DeliveryEvent
    do {
      event = try DeliveryEvent(Array(written.utf8), file: "0123abcd.json")
    } catch {
      throw BrokenPromise(description: "an event of ours is torn: \(error.message)")
    }
    let wanted = DeliveryEvent.Change(
      environment: text(0), name: text(1), path: text(2), operation: "promote", from: change.from?.version,
      to: text(4), was: change.from != nil, isThere: true)
    try promise(event.changes == [wanted] && event.ref == text(5), "an event of ours says another thing")
  }
}
