@testable import ManifestCore
@testable import YAMLTree

/// What must hold of everything that is told to a pusher.
enum Shown {
  /// Looks at findings as they are reported: the text always, the other formats by turns.
  static func check(_ findings: [Finding], turn: Int) throws(BrokenPromise) {
    guard !findings.isEmpty else { return }
    let report = Report(Verdict(findings: findings), isLimited: true)
    let text = report.text(.text)
    try promise(text.utf8.count <= Report.maximumBytes, "a report has \(text.utf8.count) bytes")
    try harmless(text)
    for line in text.utf8.split(separator: 10) {
      let isKnown = ["error: ", "warning: ", "hint: "].contains { line.starts(with: $0.utf8) }
      try promise(isKnown, "a line of a report begins otherwise: \(String(decoding: line, as: UTF8.self))")
    }
    let formats = Report.Format.allCases
    guard turn % 4 == 0 else { return }
    let format = formats[turn / 4 % formats.count]
    let other = report.text(format)
    try harmless(other)
    if format == .json || format == .sarif || format == .gitlab {
      let limits = TextLimits(maximumBytes: 16 << 20, maximumDepth: 64, maximumNodes: 1_000_000, allowsEscapes: true)
      let (node, problems) = JSONReader.read(Array(other.utf8), limits: limits)
      try promise(
        node != nil && problems.isEmpty, "a report as \(format.rawValue) is no JSON: \(problems.first?.message ?? "")")
    }
  }

  /// Looks at what is wrong with one file.
  static func check(_ problems: [SourceProblem], in text: [UInt8], turn: Int) throws(BrokenPromise) {
    var places = TextPlaces(text)
    for problem in problems { if let mark = problem.mark { try places.check(mark) } }
    try promise(problems.count <= 260, "\(problems.count) problems of one file")
    try check(problems.map { $0.finding(at: Place(path: bytes("deployments/production/a.yaml"))) }, turn: turn)
  }

  /// Throws where a text holds what acts on a terminal; line ends are let be.
  static func harmless(_ text: String) throws(BrokenPromise) {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 10 }) { return }
    for scalar in text.unicodeScalars where scalar != "\n" && Text.isHarmful(scalar) {
      throw BrokenPromise(description: "U+\(String(scalar.value, radix: 16)) is shown in \(text.debugDescription)")
    }
  }

  /// Looks at a problem of one value: its place lies in the text, and its words are fit to be shown.
  static func check(_ problem: ValueProblem, in text: String) throws(BrokenPromise) {
    try promise(
      (0...text.utf8.count).contains(problem.offset),
      "offset \(problem.offset) of \(text.utf8.count): \(problem.message)")
    try promise(!problem.message.isEmpty && !problem.fix.isEmpty, "a problem without words")
    try promise(problem.message.utf8.count + problem.fix.utf8.count < 2000, "a long message: \(problem.message)")
    try harmless(Text.escape(problem.message))
    try harmless(Text.escape(problem.fix))
  }
}
