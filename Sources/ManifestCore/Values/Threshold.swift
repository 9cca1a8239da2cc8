/// What a metric must reach: conditions that all have to hold, as in `>=0.9, <1`.
struct Threshold: Sendable {
  /// The conditions, in the order of the text; at least one.
  let clauses: [Clause]

  /// The threshold as it is written.
  let text: String

  /// The dimension that the text fixes, or nil where it leans on the baseline alone.
  var dimension: Dimension? {
    clauses.lazy.compactMap(\.dimension).first
  }

  /// Whether a clause compares with the version that is deployed now.
  var leansOnBaseline: Bool {
    clauses.contains { if case .baseline = $0.bound { true } else { false } }
  }

  /// Whether the measured value satisfies the threshold; otherwise the first clause that it breaks.
  func evaluate(_ measured: Measurement, baseline: BaselineValue) -> Outcome {
    for clause in clauses {
      let outcome = Self.evaluate(clause, measured, baseline: baseline)
      guard outcome.isHolding else { return outcome }
    }
    return .holds
  }

  /// Whether the measured value satisfies one clause.
  private static func evaluate(_ clause: Clause, _ measured: Measurement, baseline: BaselineValue) -> Outcome {
    // The dimension that stands in the clause is judged even where there is no baseline to compare with.
    if let dimension = clause.dimension, dimension != measured.dimension {
      return .differentUnits(
        UnitMismatch(clause: clause, measured: measured, boundText: "`\(clause.text)`", dimension: dimension))
    }
    let bound: ResolvedBound?
    let other: Measurement
    switch (clause.bound, baseline) {
    case (.fixed(let measurement), _): (bound, other) = (clause.bound.resolved(baseline: measurement), measurement)
    case (.baseline, .notJudged), (.baseline, .nothingStood): return .holds
    case (.baseline, .missing): return .baselineMissing(clause)
    case (.baseline, .value(let value)): (bound, other) = (clause.bound.resolved(baseline: value), value)
    }
    guard let bound, bound.dimension == measured.dimension else {
      return .differentUnits(
        UnitMismatch(
          clause: clause, measured: measured, boundText: "the baseline \(other.text)", dimension: other.dimension))
    }
    return clause.comparison.holds(measured.value, bound.value)
      ? .holds : .fails(Failure(clause: clause, measured: measured, bound: bound))
  }

  /// Whether some value satisfies this threshold that the floor refuses, or the two measure different things.
  ///
  /// A clause without a baseline to judge by lets everything through, and one whose baseline is missing nothing, as in
  /// `evaluate`: so `>=baseline` is weaker than `>0.45` where nothing stood.
  func isWeaker(than floor: Threshold, baseline: BaselineValue) -> Bool {
    guard let own = accepted(baseline: baseline), let needed = floor.accepted(baseline: baseline) else { return true }
    if let dimension = own.dimension, let other = needed.dimension, dimension != other { return true }
    return !own.set.isSubset(of: needed.set)
  }

  /// The values that satisfy the threshold, or nil where the baseline is of another dimension than a clause.
  private func accepted(baseline: BaselineValue) -> (set: ValueSet, dimension: Dimension?)? {
    var set = ValueSet.everything
    var found = dimension
    for clause in clauses {
      let bound: ResolvedBound?
      switch (clause.bound, baseline) {
      case (.fixed(let measurement), _): bound = clause.bound.resolved(baseline: measurement)
      case (.baseline, .notJudged), (.baseline, .nothingStood): continue
      case (.baseline, .missing):
        set = .nothing
        continue
      case (.baseline, .value(let value)): bound = clause.bound.resolved(baseline: value)
      }
      guard let bound, found == nil || found == bound.dimension else { return nil }
      found = bound.dimension
      set.keep(clause.comparison, bound.value)
    }
    return (set, found)
  }
}
