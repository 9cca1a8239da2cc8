@testable import ManifestCore
@testable import YAMLTree

/// What must hold of everything that is told to a pusher.
enum Shown {
  private static let beginnings = ["error: ", "warning: ", "hint: "].map { bytes($0) }

  /// Looks at findings as they are reported.
  ///
  /// A report takes many times as long as what it tells of: every fourth is written as text, every 32nd otherwise.
  static func check(_ findings: [Finding], of input: [UInt8]) throws(BrokenPromise) {
    guard !findings.isEmpty else { return }
    for finding in findings { try promise(!finding.message.isEmpty, "a finding without words") }
    let turn = turn(of: input)
    if turn % 4 == 0 { try checkText(Report(Verdict(findings: findings), isLimited: true).text(.text)) }
    guard turn % 32 == 1 else { return }
    let formats = Report.Format.allCases
    let format = formats[Int(turn / 32) % formats.count]
    let other = Report(Verdict(findings: findings), isLimited: true).text(format)
    try harmless(other)
    if format == .json || format == .sarif || format == .gitlab {
      let limits = TextLimits(maximumBytes: 16 << 20, maximumDepth: 64, maximumNodes: 1_000_000, allowsEscapes: true)
      let (node, problems) = JSONReader.read(Array(other.utf8), limits: limits)
      try promise(
        node != nil && problems.isEmpty, "a report as \(format.rawValue) is no JSON: \(problems.first?.message ?? "")")
    }
  }

  /// A number that an input has, and that nothing about it tells.
  private static func turn(of input: some Sequence<UInt8>) -> UInt32 {
    input.reduce(into: UInt32(2_166_136_261)) { $0 = ($0 ^ UInt32($1)) &* 16_777_619 } >> 8
  }

  private static func checkText(_ text: String) throws(BrokenPromise) {
    try promise(text.utf8.count <= Report.maximumBytes, "a report has \(text.utf8.count) bytes")
    try harmless(text)
    for line in Array(text.utf8).split(separator: 10) {
      let isKnown = beginnings.contains { line.starts(with: $0) }
      try promise(isKnown, "a line of a report begins otherwise: \(String(decoding: line, as: UTF8.self))")
    }
  }

  /// Looks at what is wrong with one file.
  static func check(_ problems: [SourceProblem], in text: [UInt8]) throws(BrokenPromise) {
    var places = TextPlaces(text)
    for problem in problems { if let mark = problem.mark { try places.check(mark) } }
    try promise(problems.count <= 260, "\(problems.count) problems of one file")
    try check(problems.map { $0.finding(at: Place(path: bytes("deployments/production/a.yaml"))) }, of: text)
  }

  /// Throws where a text holds what acts on a terminal; line ends are let be.
  static func harmless(_ text: String) throws(BrokenPromise) {
    let isPlain = { (bytes: UnsafeBufferPointer<UInt8>) in
      bytes.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 10 }
    }
    if text.utf8.withContiguousStorageIfAvailable(isPlain) == true { return }
    for scalar in text.unicodeScalars where scalar != "\n" && Text.isHarmful(scalar) {
      throw BrokenPromise(description: "U+\(String(scalar.value, radix: 16)) is shown in \(text.debugDescription)")
    }
  }

  /// Looks at a problem of one value: its place lies in the text, and, by turns, its words are fit to be shown.
  static func check(_ problem: ValueProblem, in text: String) throws(BrokenPromise) {
    try promise(
      (0...text.utf8.count).contains(problem.offset),
      "offset \(problem.offset) of \(text.utf8.count): \(problem.message)")
    try promise(!problem.message.isEmpty && !problem.fix.isEmpty, "a problem without words")
    try promise(problem.message.utf8.count + problem.fix.utf8.count < 2000, "a long message: \(problem.message)")
    guard turn(of: text.utf8) % 4 == 0 else { return }
    try harmless(Text.escape(problem.message))
    try harmless(Text.escape(problem.fix))
  }
}
