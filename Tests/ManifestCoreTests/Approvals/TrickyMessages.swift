/// A seeded source of messages made of the pieces that readers of trailers stumble over.
struct TrickyMessages {
  private var state: UInt64

  /// Starts the source at a seed.
  init(seed: UInt64) { state = seed }

  private static let pieces: [String] = [
    "Approved-by: Aiko <a@b>", "Approved-by: B", "approved-by:C", "Approved-by : D", "APPROVED-BY: e\t ",
    "Approved-by:",
    "Approved-by: ", "Approved-by:\tF", "Approved-by", "Approved-by= G", "Approved by: H", "Approved-by\t :\t I",
    "Approved-by: \u{A0}J", "Approved-by:\u{301} K", "Approved\u{2010}by: L", " Approved-by: M", "Approved-by: N: O",
    "Signed-off-by: Z <z@b>", "Signed-off-by:Z", "Signed-off-by: ", "(cherry picked from commit 0123abcd)",
    "(cherry picked from commit ", "(cherry picked from commit zz) x", "Bug: 1", "Bug:1", "Co-authored-by: P <p@q>",
    "prose", "more prose: with colon", ":", ": x", "-: y", " folded", "\tfolded", "  ", "\t", "---", "--- ", "---x",
    "--- a/file", "-- ", "----", "# comment", "#", "# Conflicts:", "#\tfile", "Conflicts:", "\tfile", "\u{C}", "\u{B}",
    "\u{85}", "\u{2028}", "# ------------------------ >8 ------------------------",
    "------------------------ >8 ------------------------", "a\rApproved-by: Q", "Approved-by: R\r", "\r",
    "Approved-by: S\rT", "Approved-by: \rU", "Key-1: v", "diff --git a b", "* Approved-by: V", "[x: y]",
  ]

  /// Bytes that are no UTF-8.
  private static let raw: [[UInt8]] = [
    [UInt8]("Approved-by: ".utf8) + [0xFF, 0x80], [0xC3, 0x28], [UInt8]("Approved-by".utf8) + [0xC0, 0x3A, 0x20, 0x78],
  ]

  /// A number below `bound`.
  private mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  /// The next message.
  mutating func next() -> [UInt8] {
    var message: [UInt8] = []
    let isCRLF = below(8) == 0
    for _ in 0..<below(4) where below(8) == 0 { message += "\n".utf8 }
    if below(10) > 0 { message += "subject\n".utf8 }
    for _ in 0..<below(5) {
      if below(8) > 0 { message += isCRLF ? "\r\n".utf8 : "\n".utf8 }
      // Most paragraphs are nearly right: approvals, with an odd piece among them.
      let isTame = below(3) > 0
      for _ in 0...below(5) {
        let tame = isTame && below(5) > 0
        let line = below(60) == 0 ? Self.raw[below(3)] : [UInt8](Self.pieces[below(tame ? 2 : Self.pieces.count)].utf8)
        message += line + (below(isCRLF ? 9 : 1) > 0 ? [0x0D, 0x0A] : [0x0A])
      }
    }
    for _ in 0..<below(3) where below(2) == 0 { message += [" \n", "\n", "\t\r\n"][below(3)].utf8 }
    if below(6) == 0, !message.isEmpty { message.removeLast() }
    return message
  }
}
