/// What a measurement is a measure of; only measurements of one dimension compare.
enum Dimension: String, Sendable {
  case number, time, bytes, rate

  /// The dimension with an article, for messages.
  var phrase: String {
    switch self {
    case .number: "a plain number"
    case .time: "a time"
    case .bytes: "a number of bytes"
    case .rate: "a rate"
    }
  }

  /// The unit in which values of the dimension are kept.
  var baseSuffix: String {
    switch self {
    case .number: ""
    case .time: "s"
    case .bytes: "B"
    case .rate: "/s"
    }
  }
}

/// A unit of measurement, as thresholds and evidence spell it.
struct Unit: Sendable {
  /// The unit as it is written.
  let spelling: String

  /// What it measures.
  let dimension: Dimension

  /// How many of the dimension's base unit it is.
  let factor: ExactDecimal

  /// All units, in the order in which messages list them.
  static let known: [Unit] = {
    func decimal(_ spelling: String, _ dimension: Dimension, _ integer: Int, _ exponent: Int = 0) -> Unit {
      Unit(spelling: spelling, dimension: dimension, factor: ExactDecimal(integer, exponent: exponent))
    }
    return [
      decimal("ns", .time, 1, -9), decimal("us", .time, 1, -6), decimal("\u{B5}s", .time, 1, -6),
      decimal("\u{3BC}s", .time, 1, -6), decimal("ms", .time, 1, -3), decimal("s", .time, 1),
      decimal("min", .time, 60), decimal("h", .time, 3600),
      decimal("B", .bytes, 1), decimal("kB", .bytes, 1, 3), decimal("KB", .bytes, 1, 3),
      decimal("KiB", .bytes, 1 << 10), decimal("MB", .bytes, 1, 6), decimal("MiB", .bytes, 1 << 20),
      decimal("GB", .bytes, 1, 9), decimal("GiB", .bytes, 1 << 30), decimal("TB", .bytes, 1, 12),
      decimal("TiB", .bytes, 1 << 40),
      decimal("%", .number, 1, -2),
      decimal("/s", .rate, 1), decimal("rps", .rate, 1), decimal("qps", .rate, 1),
    ]
  }()

  /// The unit of that spelling, byte for byte, or nil.
  static func named(_ bytes: some Sequence<UInt8>) -> Unit? {
    known.first { $0.spelling.utf8.elementsEqual(bytes) }
  }

  /// Whether both units are the same size of the same thing, however they are spelled.
  func isSame(as other: Unit) -> Bool {
    dimension == other.dimension && factor == other.factor
  }

  /// The problem of a word that is no unit.
  static func unknown(_ word: some Collection<UInt8>, at offset: Int) -> ValueProblem {
    let folded = word.prefix(16).map(\.lowercased)
    if folded == Array("and".utf8) || folded == Array("or".utf8) {
      return ValueProblem(
        "\(ValueProblem.quoted(word)) joins no clauses",
        fix: "join clauses that must all hold with a comma, as in `>=0.9, <1`",
        at: offset)
    }
    let meant =
      aliases.first { $0.key.utf8.elementsEqual(folded) }?.value
      ?? known.first { $0.spelling.utf8.map(\.lowercased) == folded }?.spelling
    let list = known.lazy.filter { !$0.spelling.utf8.starts(with: [0xC2]) && !$0.spelling.utf8.starts(with: [0xCE]) }
      .map { "`\($0.spelling)`" }.joined(separator: ", ")
    let message = "\(ValueProblem.quoted(word)) is not a known unit"
    return ValueProblem(
      message, fix: (meant.map { "did you mean `\($0)`? " } ?? "") + "known units are \(list)", at: offset)
  }

  /// What people write for a unit, in lower case.
  private static let aliases: [(key: String, value: String)] = [
    ("sec", "s"), ("secs", "s"), ("second", "s"), ("seconds", "s"), ("msec", "ms"), ("millis", "ms"),
    ("usec", "us"), ("m", "min"), ("mins", "min"), ("minute", "min"), ("minutes", "min"), ("hr", "h"), ("hour", "h"),
    ("hours", "h"), ("byte", "B"), ("bytes", "B"), ("k", "kB"), ("ki", "KiB"), ("mi", "MiB"), ("gi", "GiB"),
    ("g", "GB"), ("ti", "TiB"), ("t", "TB"), ("percent", "%"), ("pct", "%"), ("req/s", "rps"), ("1/s", "/s"),
    ("hz", "/s"),
  ]
}
