/// An amount of a resource by the quantity grammar of Kubernetes: `2`, `500m`, `4Gi`, `1e3`.
enum ResourceQuantity {
  /// The longest quantity that is read, in bytes.
  static let maximumLength = 64

  /// Why the text is no quantity of a resource, or nil.
  static func problem(in text: String) -> ValueProblem? {
    var cursor = ValueCursor(text.utf8)
    let name = ValueProblem.quoted(cursor.bytes)
    guard cursor.bytes.count <= maximumLength else {
      return ValueProblem(
        "the quantity has \(cursor.bytes.count) bytes, more than \(maximumLength)", fix: "write fewer digits",
        at: maximumLength)
    }
    if cursor.next == UInt8(ascii: "-") {
      return ValueProblem("the quantity \(name) is below 0", fix: "write a quantity of at least 0", at: 0)
    }
    _ = cursor.take(UInt8(ascii: "+"))
    let start = cursor.offset
    var digits = cursor.take(while: \.isDigit).count
    if cursor.take(UInt8(ascii: ".")) { digits += cursor.take(while: \.isDigit).count }
    guard digits > 0 else {
      return ValueProblem(
        "the quantity \(name) does not begin with a number", fix: "write a quantity as in `2`, `500m` or `4Gi`",
        at: start)
    }
    return suffixProblem(in: cursor, name: name)
  }

  /// Why what follows the number is no suffix, or nil.
  private static func suffixProblem(in cursor: ValueCursor, name: String) -> ValueProblem? {
    let suffix = cursor.bytes[cursor.offset...]
    if suffixes.contains(where: { $0.utf8.elementsEqual(suffix) }) { return nil }
    var exponent = cursor
    if exponent.take(UInt8(ascii: "e")) || exponent.take(UInt8(ascii: "E")) {
      _ = exponent.take(UInt8(ascii: "-")) || exponent.take(UInt8(ascii: "+"))
      let digits = exponent.take(while: \.isDigit)
      if exponent.isAtEnd, !digits.isEmpty {
        if digits.count <= 3 { return nil }
        return ValueProblem(
          "the exponent of \(name) has \(digits.count) digits, more than 3", fix: "write a smaller exponent",
          at: digits.startIndex)
      }
    }
    return ValueProblem(
      "the quantity \(name) ends in \(ValueProblem.quoted(suffix)), which is no suffix", fix: hint(for: suffix),
      at: cursor.offset)
  }

  /// What the author most likely means by a wrong suffix.
  private static func hint(for suffix: ArraySlice<UInt8>) -> String {
    let folded = suffix.prefix(8).map(\.lowercased)
    let known = "known suffixes are `m`, `k`, `M`, `G`, `T`, `P`, `E`, `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`, `n`, `u`"
    let stem = folded.last == UInt8(ascii: "b") ? Array(folded.dropLast()) : folded
    let meant = suffixes.first { !$0.isEmpty && $0.utf8.map(\.lowercased) == stem && $0 != "m" }
    return meant.map { "did you mean `\($0)`? \(known)" } ?? known
  }

  private static let suffixes = [
    "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
  ]
}
