/// A decimal number of any length, kept and compared exactly.
///
/// Thresholds must not depend on how a binary fraction rounds: `0.1 + 0.2` is `0.3` here. A number as written has at
/// most 64 bytes and an exponent of at most 999, so a sum has some 2,100 digits at worst and no operation is expensive.
struct ExactDecimal: Hashable, Sendable {
  /// Whether the number is below zero.
  private(set) var isNegative: Bool

  /// The digits 0 to 9, the most significant first, with no zero at either end; none for zero.
  private(set) var digits: [UInt8]

  /// The power of ten of the last digit.
  private(set) var exponent: Int

  /// Zero.
  static let zero = ExactDecimal(isNegative: false, digits: [], exponent: 0)

  /// A number of digits that may have zeros at both ends.
  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    guard let first = digits.firstIndex(where: { $0 != 0 }), let last = digits.lastIndex(where: { $0 != 0 }) else {
      self.isNegative = false
      self.digits = []
      self.exponent = 0
      return
    }
    self.isNegative = isNegative
    self.digits = Array(digits[first...last])
    self.exponent = exponent + (digits.count - 1 - last)
  }

  /// The number `integer` × 10^`exponent`.
  init(_ integer: Int, exponent: Int = 0) {
    var rest = integer.magnitude
    var reversed: [UInt8] = []
    while rest > 0 {
      reversed.append(UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    self.init(isNegative: integer < 0, digits: reversed.reversed(), exponent: exponent)
  }

  /// Whether the number is zero.
  var isZero: Bool { digits.isEmpty }

  /// Whether the number has no fraction.
  var isInteger: Bool { exponent >= 0 }

  /// The power of ten just above the first digit: the number's magnitude is below 10^`scale`.
  var scale: Int { digits.count + exponent }

  /// The number as an integer of the machine, or nil if it is none or too large.
  var integer: Int64? {
    guard isInteger, scale <= 19 else { return nil }
    var result: Int64 = 0
    for index in 0..<scale {
      let digit = index < digits.count ? Int64(digits[index]) : 0
      let (product, overflows) = result.multipliedReportingOverflow(by: 10)
      let (sum, exceeds) = product.addingReportingOverflow(isNegative ? -digit : digit)
      if overflows || exceeds { return nil }
      result = sum
    }
    return result
  }
}

extension ExactDecimal: Comparable {
  /// Whether a number is less than another, exactly.
  static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.isNegative != right.isNegative { return left.isNegative }
    let order = left.magnitudeOrder(to: right)
    return left.isNegative ? order > 0 : order < 0
  }

  /// Below, at or above zero as this number's magnitude is less than, equal to or greater than the other's.
  private func magnitudeOrder(to other: ExactDecimal) -> Int {
    if isZero || other.isZero { return (isZero ? 0 : 1) - (other.isZero ? 0 : 1) }
    if scale != other.scale { return scale < other.scale ? -1 : 1 }
    if digits == other.digits { return 0 }
    // With no zeros at the end, the shorter of two that agree so far is the smaller one.
    return digits.lexicographicallyPrecedes(other.digits) ? -1 : 1
  }
}

extension ExactDecimal {
  /// The number with the other sign.
  static prefix func - (number: ExactDecimal) -> ExactDecimal {
    var result = number
    result.isNegative = !number.isNegative && !number.isZero
    return result
  }

  /// The exact difference.
  static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal { left + -right }

  /// The exact sum.
  static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    if left.isZero { return right }
    if right.isZero { return left }
    let isSum = left.isNegative == right.isNegative
    let isSwapped = left.magnitudeOrder(to: right) < 0
    let (larger, smaller) = isSwapped ? (right, left) : (left, right)

    let low = min(left.exponent, right.exponent)
    var column = [Int8](repeating: 0, count: larger.scale - low + 1)  // the least significant digit first
    for (place, digit) in larger.digits.reversed().enumerated() {
      column[larger.exponent - low + place] = Int8(digit)
    }
    for (place, digit) in smaller.digits.reversed().enumerated() {
      column[smaller.exponent - low + place] += isSum ? Int8(digit) : -Int8(digit)
    }
    var carry: Int8 = 0
    for place in column.indices {
      let total = column[place] + carry
      carry = total > 9 ? 1 : total < 0 ? -1 : 0
      column[place] = total - 10 * carry
    }
    return ExactDecimal(
      isNegative: larger.isNegative, digits: column.reversed().map { UInt8(truncatingIfNeeded: $0) }, exponent: low)
  }

  /// The exact product.
  static func * (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
    if left.isZero || right.isZero { return zero }
    if right.digits == [1] {
      var result = left
      result.isNegative = left.isNegative != right.isNegative
      result.exponent += right.exponent
      return result
    }
    var columns = [Int](repeating: 0, count: left.digits.count + right.digits.count)
    for (i, a) in left.digits.enumerated() {
      for (j, b) in right.digits.enumerated() { columns[i + j + 1] += Int(a) * Int(b) }
    }
    var carry = 0
    for place in columns.indices.reversed() {
      let total = columns[place] + carry
      columns[place] = total % 10
      carry = total / 10
    }
    return ExactDecimal(
      isNegative: left.isNegative != right.isNegative, digits: columns.map { UInt8(truncatingIfNeeded: $0) },
      exponent: left.exponent + right.exponent)
  }
}
