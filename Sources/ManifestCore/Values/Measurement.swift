/// A number with its unit: what evidence reports and what a threshold demands.
struct Measurement: Sendable {
  /// The number as it is written, in `unit`.
  let number: ExactDecimal

  /// The unit that is written, if any.
  let unit: Unit?

  /// The number in the base unit of its dimension (seconds, bytes, per second, plain).
  let value: ExactDecimal

  /// The text as it is written.
  let text: String

  /// What is measured.
  var dimension: Dimension { unit?.dimension ?? .number }

  /// A number of a unit, with the text that stands for it.
  init(number: ExactDecimal, unit: Unit?, text: String) {
    self.number = number
    self.unit = unit
    self.value = unit.map { number * $0.factor } ?? number
    self.text = text
  }

  /// Reads a text such as `87ms` or `0.4 %`.
  init(_ text: String) throws(ValueProblem) {
    var cursor = ValueCursor(text.utf8)
    self = try Measurement.read(&cursor)
    guard cursor.isAtEnd else {
      throw ValueProblem(
        "\(ValueProblem.quoted(cursor.bytes[cursor.offset...])) follows the measurement",
        fix: "write one number and its unit, as in `87ms`", at: cursor.offset)
    }
  }

  /// Reads a number and its unit that stand apart, as in `{"value": 0.4, "unit": "%"}`.
  ///
  /// A problem's offset counts within the field that the problem is about.
  init(number: String, unit: String) throws(ValueProblem) {
    let value = try ExactDecimal(number)
    guard let known = Unit.named(unit.utf8) else { throw Unit.unknown(unit.utf8, at: 0) }
    self.init(number: value, unit: known, text: number + known.spelling)
  }

  /// Reads the measurement that stands at the cursor: a number, spaces if any, a unit if any.
  static func read(_ cursor: inout ValueCursor) throws(ValueProblem) -> Measurement {
    let start = cursor.offset
    let number = try ExactDecimal.read(&cursor)
    var ahead = cursor
    ahead.skipSpaces()
    let place = ahead.offset
    let word = ahead.take { !isBoundary($0) }
    guard !word.isEmpty else {
      return Measurement(
        number: number, unit: nil, text: cursor.squeezed(from: start))
    }
    guard let unit = Unit.named(word) else { throw Unit.unknown(word, at: place) }
    cursor = ahead
    return Measurement(
      number: number, unit: unit, text: cursor.squeezed(from: start))
  }

  /// Whether a unit ends before the byte.
  private static func isBoundary(_ byte: UInt8) -> Bool {
    " ,<>=!|&".utf8.contains(byte)
  }
}
