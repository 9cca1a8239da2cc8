/// A span of time in a policy, as in `90d`.
struct TimeSpan: Hashable, Sendable {
  /// The longest span: ten years of 365 days.
  static let maximumSeconds: Int64 = 3650 * 86400

  /// Its length in seconds.
  let seconds: Int64

  /// Reads a whole number and one of `s`, `m`, `h`, `d`, `w`.
  init(_ text: String) throws(ValueProblem) {
    var cursor = ValueCursor(text.utf8)
    let digits = cursor.take(while: \.isDigit)
    let fix = "write a whole number and `s`, `m`, `h`, `d` or `w`, as in `90d`"
    guard !digits.isEmpty else {
      throw ValueProblem("\(ValueProblem.quoted(cursor.bytes)) does not begin with a whole number", fix: fix, at: 0)
    }
    if digits.count > 1, digits.first == UInt8(ascii: "0") {
      throw ValueProblem("the number begins with a zero", fix: "leave out the leading zeros", at: 0)
    }
    guard let unit = Self.units.first(where: { $0.name.utf8.elementsEqual(cursor.bytes[cursor.offset...]) }) else {
      let rest = cursor.bytes[cursor.offset...]
      throw ValueProblem(
        rest.isEmpty ? "the span has no unit" : "\(ValueProblem.quoted(rest)) is not a unit of a span", fix: fix,
        at: cursor.offset)
    }
    // Ten digits are beyond the bound in every unit, and far from what overflows.
    let count = Int64(String(decoding: digits.prefix(11), as: UTF8.self)) ?? 0
    let seconds = count * unit.seconds
    guard seconds > 0, seconds <= Self.maximumSeconds else {
      throw ValueProblem(
        seconds == 0 ? "the span is 0" : "\(ValueProblem.quoted(cursor.bytes)) is longer than 3650d",
        fix: "write a span from 1s to 3650d", at: 0)
    }
    self.seconds = seconds
  }

  private static let units: [(name: String, seconds: Int64)] = [
    ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("w", 604_800),
  ]
}
