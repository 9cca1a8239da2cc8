import Foundation
import GitObjects
import Testing

@testable import ManifestCore

/// Whatever stands in its fields, a record is exactly one line that reads again.
@Suite struct AuditFieldTests {
  /// Bytes that forge lines, end texts, move terminals or are no text.
  private static let pieces: [[UInt8]] = [
    [10], [13, 10], [0], [0x1b, 0x5b, 0x32, 0x4a], [0x22], [0x5c], [0x5c, 0x22], [0xff], [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    bytes("\u{85}"), bytes("\u{2028}"), bytes("\u{202e}"), bytes("\u{feff}"), bytes("é"), bytes("e\u{301}"),
    bytes("\", \"verdict\": \"accepted\"}\n{\"previous\": \""), bytes("モデル"), bytes("x"), bytes("refs/heads/main"),
  ]

  private struct Dice: RandomNumberGenerator {
    var state: UInt64 = 0x2026
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test func tenThousandHostileRecordsAreTenThousandLines() throws {
    var template = Array("\(NSTemporaryDirectory())/mlops-audit-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let log = AuditLog(gitDirectory: root, limit: 2 << 20, isDurable: false)
    var dice = Dice()
    func raw() -> [UInt8] {
      (0..<Int.random(in: 0...6, using: &dice)).flatMap { _ in Self.pieces.randomElement(using: &dice) ?? [] }
    }
    func text() -> String { String(decoding: raw(), as: UTF8.self) }
    let count = 10_000
    for index in 0..<count {
      let ref = raw()
      var verdict = Verdict()
      verdict.updates = [
        JudgedUpdate(
          update: RefUpdate(old: .zero, new: .zero, ref: raw()), isProtected: true, commits: 0, manifests: 0,
          target: ref)
      ]
      verdict.findings = [Finding(.metricFloor, Place(ref: ref, path: raw()), text())]
      verdict.policies = [text()]
      verdict.approvals = [CountedApproval(path: raw(), who: text(), proof: text(), commit: .zero)]
      let pusher = Pusher(identities: [.init(source: .host, name: text()), .init(source: .certificate, name: text())])
      let actor = AuditLog.Actor(pusher: pusher, origin: [("SSH_CONNECTION", text())])
      if index.isMultiple(of: 10) {
        try log.append([
          AuditLog.Moved(
            time: 0, hook: "emit", actor: index.isMultiple(of: 20) ? actor : nil, pusher: text(), ref: ref, old: .zero,
            new: .zero, isJudged: false)
        ])
        continue
      }
      let glass = BreakGlass.Outcome(
        reason: text(), isGranted: true, who: text(), refs: [ref], checks: [.metricFloor], refusals: [text()])
      try log.append(
        AuditLog.Judged(
          time: 0, hook: "pre-receive", actor: actor, mode: "enforce", scope: "full", isTaken: false,
          verdict: verdict, breakGlass: glass))
    }
    var lines = 0
    for file in log.files.all() {
      let data = try Data(contentsOf: URL(fileURLWithPath: log.files.folder + "/" + file.name))
      for line in data.split(separator: 10) {
        lines += 1
        let bytes = Array(line)
        let entry = try #require(AuditEntry(bytes[...]), "\(String(decoding: bytes, as: UTF8.self))")
        #expect(entry.previous?.utf8.count == 64 && (entry.type == "moved" || !entry.isAccepted))
        #expect((try JSONSerialization.jsonObject(with: line)) is [String: Any])
      }
    }
    #expect(lines == count)
    #expect(log.files.all().count > 1, "nothing was put aside")
    var check = AuditCheck(log.files)
    try check.run()
    #expect(check.fault == nil && check.lines == count && check.notes.isEmpty, "\(String(describing: check.fault))")
  }
}
