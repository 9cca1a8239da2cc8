/// The numbers that satisfy several comparisons at once: an interval without some points.
struct ValueSet {
  /// One end of the interval.
  private struct End {
    var bound: ExactDecimal
    var isClosed: Bool
  }

  private var lower: End?
  private var upper: End?
  private var excluded: Set<ExactDecimal> = []

  /// Whether no number is in the set.
  private(set) var isEmpty = false

  /// All numbers.
  static let everything = ValueSet()

  /// No number.
  static let nothing: ValueSet = {
    var set = ValueSet()
    set.isEmpty = true
    return set
  }()

  /// Keeps the numbers for which the comparison with the bound holds.
  mutating func keep(_ comparison: Comparison, _ bound: ExactDecimal) {
    switch comparison {
    case .greater: raise(to: End(bound: bound, isClosed: false))
    case .greaterOrEqual: raise(to: End(bound: bound, isClosed: true))
    case .less: cut(to: End(bound: bound, isClosed: false))
    case .lessOrEqual: cut(to: End(bound: bound, isClosed: true))
    case .equal:
      raise(to: End(bound: bound, isClosed: true))
      cut(to: End(bound: bound, isClosed: true))
    case .notEqual: excluded.insert(bound)
    }
    normalize()
  }

  /// Whether the number is in the set.
  func contains(_ value: ExactDecimal) -> Bool {
    if isEmpty || excluded.contains(value) { return false }
    if let lower, value < lower.bound || (value == lower.bound && !lower.isClosed) { return false }
    if let upper, value > upper.bound || (value == upper.bound && !upper.isClosed) { return false }
    return true
  }

  /// Whether every number of this set is in the other.
  func isSubset(of other: ValueSet) -> Bool {
    if isEmpty { return true }
    if other.isEmpty { return false }
    if let end = other.lower {
      guard let lower else { return false }
      if lower.bound < end.bound || (lower.bound == end.bound && lower.isClosed && !end.isClosed) { return false }
    }
    if let end = other.upper {
      guard let upper else { return false }
      if upper.bound > end.bound || (upper.bound == end.bound && upper.isClosed && !end.isClosed) { return false }
    }
    return !other.excluded.contains(where: contains)
  }

  /// Raises the lower end, if it is below the given one.
  private mutating func raise(to end: End) {
    if let lower, lower.bound > end.bound || (lower.bound == end.bound && !lower.isClosed) { return }
    lower = end
  }

  /// Lowers the upper end, if it is above the given one.
  private mutating func cut(to end: End) {
    if let upper, upper.bound < end.bound || (upper.bound == end.bound && !upper.isClosed) { return }
    upper = end
  }

  /// Turns closed ends that are excluded into open ones, so that equal sets of numbers look alike at their ends.
  private mutating func normalize() {
    if let end = lower, end.isClosed, excluded.contains(end.bound) { lower?.isClosed = false }
    if let end = upper, end.isClosed, excluded.contains(end.bound) { upper?.isClosed = false }
    guard let lower, let upper else { return }
    if lower.bound > upper.bound || (lower.bound == upper.bound && !(lower.isClosed && upper.isClosed)) {
      isEmpty = true
    }
  }
}
