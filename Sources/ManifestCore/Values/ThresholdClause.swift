extension Threshold {
  /// One condition of a threshold, as in `>0.45` or `>=baseline-0.01`.
  struct Clause: Sendable {
    /// How the measured value must stand to the bound.
    let comparison: Comparison

    /// What it is compared with.
    let bound: Bound

    /// The clause as it is written, without spaces around it.
    let text: String

    /// The place of the clause in the threshold, in bytes.
    let offset: Int

    /// The dimension that the text fixes, or nil where only the baseline has one.
    var dimension: Dimension? {
      switch bound {
      case .fixed(let measurement): measurement.dimension
      case .baseline(.plus(let change)), .baseline(.minus(let change)): change.dimension
      case .baseline(.same), .baseline(.times): nil
      }
    }
  }

  /// What a clause compares with.
  enum Bound: Sendable {
    /// A number that stands in the clause.
    case fixed(Measurement)

    /// The deployed version's value, changed.
    case baseline(Change)
  }

  /// What a clause does to the baseline.
  enum Change: Sendable {
    case same
    case plus(Measurement)
    case minus(Measurement)
    case times(ExactDecimal)
  }

  /// A bound with its baseline filled in.
  struct ResolvedBound: Sendable {
    /// The bound in the base unit of its dimension.
    let value: ExactDecimal

    /// Its dimension.
    let dimension: Dimension

    /// The bound for messages, as in `0.44 (baseline 0.45 - 0.01)`.
    let text: String
  }
}

extension Threshold.Bound {
  /// The bound of a clause once its baseline is known, or nil where the two are of different dimensions.
  func resolved(baseline: Measurement) -> Threshold.ResolvedBound? {
    switch self {
    case .fixed(let measurement):
      return Threshold.ResolvedBound(
        value: measurement.value, dimension: measurement.dimension, text: measurement.text)
    case .baseline(.same):
      return Threshold.ResolvedBound(
        value: baseline.value, dimension: baseline.dimension, text: "\(baseline.text) (baseline)")
    case .baseline(.plus(let change)):
      return resolved(baseline, sign: "+", change)
    case .baseline(.minus(let change)):
      return resolved(baseline, sign: "-", change)
    case .baseline(.times(let factor)):
      let number = (baseline.number * factor).shortDescription + (baseline.unit?.spelling ?? "")
      return Threshold.ResolvedBound(
        value: baseline.value * factor, dimension: baseline.dimension,
        text: "\(number) (baseline \(baseline.text) * \(factor.shortDescription))")
    }
  }

  /// The baseline with something added or taken away.
  private func resolved(
    _ baseline: Measurement, sign: String, _ change: Measurement
  ) -> Threshold.ResolvedBound? {
    guard baseline.dimension == change.dimension else { return nil }
    func sum(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal { sign == "+" ? left + right : left - right }
    let value = sum(baseline.value, change.value)
    let text: String
    switch (baseline.unit, change.unit) {
    case (let unit?, let other?) where unit.isSame(as: other):
      // In the author's own unit: 3600 s may have no finite number of days, but 80ms + 8ms is 88ms.
      text = sum(baseline.number, change.number).shortDescription + unit.spelling
    default:
      text = value.shortDescription + baseline.dimension.baseSuffix
    }
    return Threshold.ResolvedBound(
      value: value, dimension: baseline.dimension, text: "\(text) (baseline \(baseline.text) \(sign) \(change.text))")
  }
}
