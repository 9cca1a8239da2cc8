extension Threshold {
  /// Whether a measured value satisfies a threshold, and if not, why.
  enum Outcome: Sendable {
    case holds
    case fails(Failure)
    case differentUnits(UnitMismatch)
    case baselineMissing(Clause)

    /// Whether the threshold holds.
    var isHolding: Bool {
      if case .holds = self { return true }
      return false
    }

    /// The sentence for the report, or nil where the threshold holds.
    func message(metric: String) -> String? {
      let name = ValueProblem.quoted(metric.utf8)
      switch self {
      case .holds: return nil
      case .fails(let failure):
        return "\(name) \(failure.measured.text) is not \(failure.clause.comparison.rawValue) \(failure.bound.text)"
      case .differentUnits(let mismatch):
        return
          "\(name) is \(mismatch.measured.text), \(mismatch.measured.dimension.phrase); "
          + "\(mismatch.boundText) is \(mismatch.dimension.phrase)"
      case .baselineMissing(let clause):
        return "\(name) is missing in the evidence of the deployed version, on which `\(clause.text)` leans"
      }
    }

    /// What the author can do about it, or nil where the threshold holds.
    func fix(metric: String) -> String? {
      let name = ValueProblem.quoted(metric.utf8)
      switch self {
      case .holds: return nil
      case .fails(let failure):
        return "deploy a version whose \(name) is \(failure.clause.comparison.rawValue) \(failure.bound.text)"
      case .differentUnits(let mismatch):
        return "give \(name) the same kind of unit in the evidence and in `\(mismatch.clause.text)`"
      case .baselineMissing:
        return "write a fixed number in place of `baseline`, or deploy a version first whose evidence has \(name)"
      }
    }
  }

  /// A clause that does not hold, with both numbers.
  struct Failure: Sendable {
    let clause: Clause
    let measured: Measurement
    let bound: ResolvedBound
  }

  /// A clause whose bound is of another dimension than the measured value.
  struct UnitMismatch: Sendable {
    let clause: Clause
    let measured: Measurement
    let boundText: String
    let dimension: Dimension
  }
}
