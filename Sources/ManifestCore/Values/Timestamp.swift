/// A second of universal time, as RFC 3339 writes it.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// The seconds since 1970-01-01T00:00:00Z.
  package let seconds: Int64

  /// The first second of the year 0 and the last one of the year 9999.
  private static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  /// A time by its seconds since 1970, brought into the years 0 to 9999.
  package init(seconds: Int64) {
    self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
  }

  /// Reads a time such as `2026-12-31T00:00:00Z`; a fraction of a second is dropped.
  package init(_ text: String) throws(ValueProblem) {
    var cursor = ValueCursor(text.utf8)
    let seconds = try Self.read(&cursor)
    guard Self.range.contains(seconds) else {
      throw ValueProblem("the time is outside of the years 0 to 9999", fix: "write another time", at: 0)
    }
    self.seconds = seconds
  }

  /// Whether a time is before another.
  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  /// Reads date, time and offset from the text.
  private static func read(_ cursor: inout ValueCursor) throws(ValueProblem) -> Int64 {
    let year = try readNumber(&cursor, digits: 4, within: 0...9999, "year")
    try readMark(&cursor, "-")
    let month = try readNumber(&cursor, digits: 2, within: 1...12, "month")
    try readMark(&cursor, "-")
    let day = try readNumber(&cursor, digits: 2, within: 1...daysOfMonth(month, of: year), "day")
    try readMark(&cursor, "T", or: "t")
    let hour = try readNumber(&cursor, digits: 2, within: 0...23, "hour")
    try readMark(&cursor, ":")
    let minute = try readNumber(&cursor, digits: 2, within: 0...59, "minute")
    try readMark(&cursor, ":")
    let second = try readNumber(&cursor, digits: 2, within: 0...59, "second")
    if cursor.take(UInt8(ascii: ".")), cursor.take(while: \.isDigit).isEmpty {
      throw malformed(cursor, "the fraction has no digits")
    }
    let offset = try readOffset(&cursor)
    guard cursor.isAtEnd else { throw malformed(cursor, "something follows the time") }
    return days(year, month, day) * 86400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset * 60)
  }

  /// Reads `Z` or an offset such as `+09:00`, in minutes.
  private static func readOffset(_ cursor: inout ValueCursor) throws(ValueProblem) -> Int {
    if cursor.take(UInt8(ascii: "Z")) || cursor.take(UInt8(ascii: "z")) { return 0 }
    let sign = cursor.take(UInt8(ascii: "+")) ? 1 : cursor.take(UInt8(ascii: "-")) ? -1 : 0
    guard sign != 0 else { throw malformed(cursor, "the time has no offset") }
    let hours = try readNumber(&cursor, digits: 2, within: 0...23, "hour of the offset")
    try readMark(&cursor, ":")
    return sign * (hours * 60 + (try readNumber(&cursor, digits: 2, within: 0...59, "minute of the offset")))
  }

  /// Reads a number of so many digits.
  private static func readNumber(
    _ cursor: inout ValueCursor, digits: Int, within range: ClosedRange<Int>, _ what: String
  ) throws(ValueProblem) -> Int {
    let start = cursor.offset
    var value = 0
    for _ in 0..<digits {
      guard let byte = cursor.next, byte.isDigit else {
        throw malformed(cursor, "the \(what) has not \(digits) digits")
      }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      cursor.advance()
    }
    guard range.contains(value) else {
      throw ValueProblem(
        "the \(what) \(value) is not within \(range.lowerBound)…\(range.upperBound)",
        fix: what == "second" && value == 60
          ? "write the second before or after the leap second" : "correct the \(what)",
        at: start)
    }
    return value
  }

  /// Reads a character that stands between numbers.
  private static func readMark(
    _ cursor: inout ValueCursor, _ mark: Unicode.Scalar, or other: Unicode.Scalar? = nil
  ) throws(ValueProblem) {
    if cursor.take(UInt8(ascii: mark)) { return }
    if let other, cursor.take(UInt8(ascii: other)) { return }
    throw malformed(cursor, "`\(mark)` is missing")
  }

  /// The problem of a text that is no time.
  private static func malformed(_ cursor: ValueCursor, _ what: String) -> ValueProblem {
    ValueProblem(
      "\(ValueProblem.quoted(cursor.bytes)) is not a time of RFC 3339: \(what)",
      fix: "write a time as in `2026-12-31T00:00:00Z`", at: cursor.offset)
  }

  /// The number of days of a month.
  private static func daysOfMonth(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The days from 1970-01-01 to a day, by the count of leap days in eras of 400 years that begin in March.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
    let shifted = year + 400 - (month <= 2 ? 1 : 0)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return Int64(365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468 - 146_097)
  }
}

extension Timestamp: CustomStringConvertible {
  /// The time in universal time, as in `2026-12-31T00:00:00Z`.
  package var description: String {
    let day = Int((seconds - Self.range.lowerBound) / 86400)  // days from 0000-01-01, never negative
    let second = Int((seconds - Self.range.lowerBound) % 86400)
    var year = min(day / 365, 9999)
    while Self.days(year, 1, 1) > day - 719_528 { year -= 1 }
    var rest = day - 719_528 - Int(Self.days(year, 1, 1))
    var month = 1
    while month < 12, rest >= Self.daysOfMonth(month, of: year) {
      rest -= Self.daysOfMonth(month, of: year)
      month += 1
    }
    func padded(_ value: Int, _ width: Int = 2) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month))-\(padded(rest + 1))"
      + "T\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
  }
}
