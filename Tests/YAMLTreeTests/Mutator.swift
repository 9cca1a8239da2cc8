/// Makes hostile texts of good ones, the same ones in every run.
struct Mutator {
  private var state: UInt64

  /// Creates a mutator; equal seeds make equal texts.
  init(seed: UInt64) { state = seed }

  /// The next pseudo-random number below a bound.
  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }

  /// What is spliced in: all that has a meaning in YAML or JSON, or once fooled a reader.
  static let pieces: [String] = [
    " ", "  ", "\n", "\n  ", "\t", ":", ": ", "- ", "? ", "#", " #", ",", "[", "]", "{", "}", "'", "\"", "|", ">", "|-",
    ">+2\n", "&a ", "*a", "!", "!!str ", "%", "@", "`", "---\n", "...\n", "--- ", "<<: ", "\\", "\\n", "\\\"",
    "\\u00e9",
    "\\ud83d\\ude00", "\\ud800", "''", "null", "~", "no", "true", "on", "010", "1:20", "1_0", "0x1F", "1.5e+3", "-1",
    "1.0", "2026-01-01", ".5", "=", "e\u{301}", "リ", "😀", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{A0}", "-", "::",
    "a:b",
    "a: b\n", "- a\n", "x y", "\n\n", "/", "_", "+", "\"a\": ", "[1, 2]", "{a: b}", "{\"a\":1}", "- - x\n", "  \n",
  ]

  /// A text with one to three changes.
  mutating func mutate(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0...next(3) {
      let offset = next(bytes.count + 1)
      switch next(5) {
      case 0:
        bytes.removeSubrange(offset..<min(bytes.count, offset + 1 + next(6)))
      case 1 where offset < bytes.count:
        bytes[offset] = next(8) == 0 ? UInt8(next(256)) : UInt8(0x20 + next(0x5F))
      case 2:
        let start = next(bytes.count + 1)
        let slice = bytes[start..<min(bytes.count, start + next(24))]
        bytes.insert(contentsOf: Array(slice), at: offset)
      default:
        bytes.insert(contentsOf: Array(Self.pieces[next(Self.pieces.count)].utf8), at: offset)
      }
    }
    return bytes
  }
}
