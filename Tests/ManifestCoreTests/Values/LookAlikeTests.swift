import Testing

@testable import ManifestCore

@Suite struct LookAlikeTests {
  @Test(
    arguments: [
      ("replica", "replicas"), ("Replicas", "replicas"), ("drift-config", "drift_config"),
      ("drfit_config", "drift_config"),
      ("infrence_endpoint", "inference_endpoint"), ("nmae", "name"), ("approver", "approvers"),
      ("aproval_requierd", "approval_required"), ("xyz", nil), ("", nil), ("na", nil), ("zzzzzzzzzzzz", nil),
      ("promotion", nil), (String(repeating: "replicas", count: 9), nil),
    ] as [(String, String?)])
  func suggests(_ name: String, _ meant: String?) {
    let known = [
      "replicas", "resources", "inference_endpoint", "drift_config", "name", "approvers", "approval_required",
      "version",
    ]
    #expect(Suggestion.nearest(to: name, among: known) == meant)
  }

  @Test func distancesAgreeWithTheWholeTable() {
    var random = RandomText(seed: 99)
    for _ in 0..<20_000 {
      let words = (0..<2).map { _ in (0..<(3 + random.below(8))).map { _ in ["a", "b", "c"][random.below(3)] }.joined()
      }
      let count = words[0].utf8.count
      let limit = count <= 2 ? 0 : count <= 4 ? 1 : min(3, count / 3)
      let isNear = Self.distance(Array(words[0].utf8), Array(words[1].utf8)) <= limit
      if (Suggestion.nearest(to: words[0], among: [words[1]]) != nil) != isNear { Issue.record("\(words)") }
    }
  }

  /// The distance by the textbook's whole table.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { table[i][0] = i }
    for j in 0...b.count { table[0][j] = j }
    for i in 1...a.count {
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        }
      }
    }
    return table[a.count][b.count]
  }

  @Test(arguments: [
    ("deployments", "Deployments", true), ("caf\u{E9}", "cafe\u{301}", true), ("CAF\u{C9}", "cafe\u{301}", true),
    ("stra\u{DF}e", "STRASSE", true), ("\u{1E9E}", "ss", true), ("\u{3C3}", "\u{3C2}", true), ("\u{212A}", "k", true),
    ("\u{17F}", "S", true), ("\u{FB01}le", "file", true), ("a", "b", false), ("a", "a", false), ("ａ", "a", false),
    ("é", "e", false), ("\u{130}", "i\u{307}", true), ("\u{1C4}", "\u{1C5}", true),
    ("\u{AC00}", "\u{1100}\u{1161}", true),
    ("\u{1F80}", "\u{1F88}", true), ("a\u{323}\u{307}", "A\u{307}\u{323}", true),
  ])
  func names(_ left: String, _ right: String, _ isAlike: Bool) {
    #expect(CaseFolding.looksAlike(Array(left.utf8), Array(right.utf8)) == isAlike)
  }

  @Test func bytesThatAreNoText() {
    let key = CaseFolding.key(of: [0x41, 0xFF])
    #expect(!key.isText && key.bytes == [0x41, 0xFF])
    #expect(CaseFolding.key(of: [0x41]).isText)
    #expect(!CaseFolding.looksAlike([0x41, 0xFF], [0x61, 0xFF]))
  }

  @Test func foldingIsStable() {
    for value in UInt32(0x80)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let key = CaseFolding.key(of: Array(String(scalar).utf8))
      if CaseFolding.key(of: key.bytes) != key { Issue.record("U+\(String(value, radix: 16))") }
    }
  }
}
