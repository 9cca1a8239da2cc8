@testable import ManifestCore

/// Thresholds, measurements and numbers: the lines are a threshold, a floor, a measured value and a baseline.
enum ThresholdsTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let lines = input.split(separator: 10, maxSplits: 3, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    var thresholds: [Threshold] = []
    for line in lines.prefix(2) { if let threshold = try threshold(line) { thresholds.append(threshold) } }
    var measured: [Measurement] = []
    for line in lines.dropFirst(2) { if let value = try measurement(line) { measured.append(value) } }
    for line in lines { try number(line) }
    guard let own = thresholds.first else { return }
    var baselines: [BaselineValue] = [.notJudged, .nothingStood, .missing]
    if let last = measured.last { baselines.append(.value(last)) }
    for baseline in baselines {
      try promise(
        !own.isWeaker(than: own, baseline: baseline) || own.mixes(baseline), "weaker than itself: \(own.text)")
      for value in measured {
        let outcome = own.evaluate(value, baseline: baseline)
        for words in [outcome.message(metric: lines[0]), outcome.fix(metric: lines[0])] {
          try promise((words == nil) == outcome.isHolding, "no words, or words without a reason")
          if let words { try Shown.harmless(Text.escape(words)) }
        }
        guard thresholds.count == 2 else { continue }
        // What a manifest's threshold lets through, a floor that it is not weaker than does not fail.
        guard outcome.isHolding, !own.isWeaker(than: thresholds[1], baseline: baseline) else { continue }
        if case .fails = thresholds[1].evaluate(value, baseline: baseline) {
          throw BrokenPromise(description: "\(own.text) lets \(value.text) through, below \(thresholds[1].text)")
        }
      }
    }
  }

  private static func threshold(_ text: String) throws(BrokenPromise) -> Threshold? {
    let threshold: Threshold
    do { threshold = try Threshold.parse(text) } catch {
      try Shown.check(error, in: text)
      return nil
    }
    try promise(threshold.text == text, "the text of a threshold is another one")
    try promise(
      !threshold.clauses.isEmpty && threshold.clauses.count <= Threshold.maximumClauses,
      "\(threshold.clauses.count) clauses")
    // Outside of its spaces, a threshold is its clauses and the commas between them.
    let kept = { (text: String) in text.utf8.filter { $0 != 0x20 } }
    try promise(
      kept(threshold.clauses.map(\.text).joined(separator: ",")) == kept(text), "clauses that are not the text: \(text)"
    )
    for clause in threshold.clauses {
      guard let again = try? Threshold.parse(clause.text), let only = again.clauses.first, again.clauses.count == 1
      else {
        throw BrokenPromise(description: "the clause \(clause.text) of \(text) cannot be read by itself")
      }
      try promise(
        only.comparison == clause.comparison && only.dimension == clause.dimension && only.text == clause.text,
        "the clause \(clause.text) reads otherwise by itself")
      if case .fixed(let one) = clause.bound, case .fixed(let other) = only.bound {
        try promise(one.value == other.value, "the number of \(clause.text) is another one by itself")
      }
    }
    return threshold
  }

  private static func measurement(_ text: String) throws(BrokenPromise) -> Measurement? {
    let value: Measurement
    do { value = try Measurement(text) } catch {
      try Shown.check(error, in: text)
      return nil
    }
    guard let again = try? Measurement(value.text) else {
      throw BrokenPromise(description: "`\(value.text)` of `\(text)` cannot be read again")
    }
    try promise(again.value == value.value && again.dimension == value.dimension, "`\(text)` reads otherwise again")
    return value
  }

  /// A number's text means the same number, and arithmetic is exact.
  private static func number(_ text: String) throws(BrokenPromise) {
    let number: ExactDecimal
    do { number = try ExactDecimal(text) } catch {
      try Shown.check(error, in: text)
      return
    }
    if number.digits.count <= 40 {
      // A number as it is shown may have an exponent beyond what is read.
      if let again = try? ExactDecimal(number.description) {
        try promise(again == number, "\(text) is shown as \(number.description)")
      } else {
        try promise(abs(number.scale) > 900, "\(text) is shown as \(number.description), which is no number")
      }
    }
    let third = ExactDecimal(1, exponent: number.exponent)
    try promise(number + third - third == number && number - number == .zero, "\(text) does not add up")
    try promise(number < number + third && number > number - third, "\(text) is not in order")
    try promise(number * third == third * number, "\(text) does not multiply")
    try promise(-(-number) == number && (number.isNegative ? -number : number) >= .zero, "the sign of \(text)")
    if let integer = number.integer { try promise(ExactDecimal(Int(integer)) == number, "\(text) is not \(integer)") }
  }
}

extension Threshold {
  /// Whether the threshold cannot be compared with such a baseline at all, for want of one dimension.
  fileprivate func mixes(_ baseline: BaselineValue) -> Bool {
    guard case .value(let value) = baseline, leansOnBaseline else { return false }
    return clauses.contains { $0.dimension.map { $0 != value.dimension } ?? false }
  }
}
