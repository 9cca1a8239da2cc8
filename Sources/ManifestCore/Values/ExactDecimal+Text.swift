extension ExactDecimal {
  /// The longest number that is read, in bytes.
  static let maximumLength = 64

  /// The largest exponent that is read, on both sides of zero.
  static let maximumExponent = 999

  /// Reads a text that is one JSON number from its first byte to its last.
  init(_ text: String) throws(ValueProblem) {
    var cursor = ValueCursor(text.utf8)
    self = try ExactDecimal.read(&cursor)
    guard cursor.isAtEnd else {
      throw ValueProblem(
        "\(ValueProblem.quoted(cursor.bytes[cursor.offset...])) follows the number", fix: "write the number alone",
        at: cursor.offset)
    }
  }

  /// Reads the JSON number that stands at the cursor, as far as it goes.
  static func read(_ cursor: inout ValueCursor) throws(ValueProblem) -> ExactDecimal {
    let start = cursor.offset
    let isNegative = cursor.take(UInt8(ascii: "-"))
    guard let first = cursor.next, first.isDigit else { throw notANumber(cursor) }
    let whole = cursor.take(while: \.isDigit)
    if whole.count > 1, first == UInt8(ascii: "0") {
      throw ValueProblem(
        "the number \(ValueProblem.quoted(whole)) begins with a zero", fix: "leave out the leading zeros",
        at: whole.startIndex)
    }
    var digits = whole.map { $0 - UInt8(ascii: "0") }
    var exponent = 0
    if cursor.next == UInt8(ascii: ".") {
      cursor.advance()
      let fraction = cursor.take(while: \.isDigit)
      guard !fraction.isEmpty else {
        throw ValueProblem(
          "no digits follow the decimal point", fix: "write a digit after the point, as in `1.0`", at: cursor.offset)
      }
      digits.append(contentsOf: fraction.lazy.map { $0 - UInt8(ascii: "0") })
      exponent = -fraction.count
    }
    exponent += try readExponent(&cursor)
    try checkEnd(cursor, start: start)
    return ExactDecimal(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  /// Reads the power of ten, or nothing where the `e` is the beginning of a unit.
  private static func readExponent(_ cursor: inout ValueCursor) throws(ValueProblem) -> Int {
    guard let mark = cursor.next, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return 0 }
    let sign = cursor.peek(1)
    let isSigned = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    guard let digit = cursor.peek(isSigned ? 2 : 1), digit.isDigit else {
      guard isSigned else { return 0 }
      throw ValueProblem(
        "the exponent has no digits", fix: "write the exponent as in `1e-3`",
        at: min(cursor.offset + 2, cursor.bytes.count))
    }
    cursor.advance(by: isSigned ? 2 : 1)
    let start = cursor.offset
    var value = 0
    for byte in cursor.take(while: \.isDigit) { value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 100_000) }
    guard value <= maximumExponent else {
      throw ValueProblem(
        "the exponent is not within −\(maximumExponent)…\(maximumExponent)", fix: "write a number of ordinary size",
        at: start)
    }
    return sign == UInt8(ascii: "-") ? -value : value
  }

  /// Refuses a number that is too long or runs into something that other languages count to it.
  private static func checkEnd(_ cursor: ValueCursor, start: Int) throws(ValueProblem) {
    let length = cursor.offset - start
    guard length <= maximumLength else {
      throw ValueProblem(
        "the number has \(length) bytes, more than \(maximumLength)", fix: "write fewer digits",
        at: start + maximumLength)
    }
    switch cursor.next {
    case UInt8(ascii: "_"):
      throw ValueProblem("a number has no underscores", fix: "write the digits without `_`", at: cursor.offset)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      throw ValueProblem("a number is not hexadecimal", fix: "write the number in decimal digits", at: cursor.offset)
    case UInt8(ascii: "."):
      throw ValueProblem("a number has one decimal point", fix: "write the number as in `1234.5`", at: cursor.offset)
    default: return
    }
  }

  /// Says why no number begins at the cursor.
  private static func notANumber(_ cursor: ValueCursor) -> ValueProblem {
    let place = cursor.offset
    switch cursor.next {
    case nil: return ValueProblem("a number is missing", fix: "write a number, as in `0.95`", at: place)
    case UInt8(ascii: "+"):
      return ValueProblem("a number has no plus sign", fix: "leave out the `+`", at: place)
    case UInt8(ascii: "."):
      return ValueProblem("a number begins with a digit", fix: "write a `0` before the point", at: place)
    default: break
    }
    if cursor.starts(with: "\u{2212}") {
      return ValueProblem("`−` (U+2212) is not a minus sign here", fix: "write `-` (U+002D)", at: place)
    }
    let word = cursor.bytes[place...].prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ",") }
    return ValueProblem(
      "\(ValueProblem.quoted(word)) is not a number", fix: "write a decimal number, as in `0.95` or `1e-3`", at: place)
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// The number in full: plain digits, or with an exponent where those would be many zeros.
  var description: String {
    if isZero { return "0" }
    let sign = isNegative ? "-" : ""
    let text = String(decoding: digits.lazy.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    if exponent >= 0, scale <= 21 {
      return sign + text + String(repeating: "0", count: exponent)
    }
    if exponent < 0, scale > 0, scale <= 21 {
      return sign + text.prefix(scale) + "." + text.dropFirst(scale)
    }
    if exponent < 0, scale > -6, scale <= 0 {
      return sign + "0." + String(repeating: "0", count: -scale) + text
    }
    return sign + text.prefix(1) + (digits.count > 1 ? "." : "") + text.dropFirst() + "e\(scale - 1)"
  }

  /// The number for a message: as `description`, a very long one cut after 40 digits and marked with `…`.
  var shortDescription: String {
    guard digits.count > ExactDecimal.maximumLength else { return description }
    let text = String(decoding: digits.prefix(40).map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    return (isNegative ? "-" : "") + text.prefix(1) + "." + text.dropFirst() + "…e\(scale - 1)"
  }
}
