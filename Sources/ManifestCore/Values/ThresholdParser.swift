extension Threshold {
  /// The most clauses that one threshold may have.
  static let maximumClauses = 16

  /// Reads a threshold such as `>0.45`, `>=0.9, <1` or `<=baseline*1.1`.
  static func parse(_ text: String) throws(ValueProblem) -> Threshold {
    var cursor = ValueCursor(text.utf8)
    var clauses: [Clause] = []
    var literals = ValueSet.everything
    var dimension: Dimension?
    repeat {
      cursor.skipSpaces()
      if cursor.isAtEnd, !clauses.isEmpty {
        throw ValueProblem(
          "no clause follows the last comma", fix: "leave out the comma or add a clause such as `<1`",
          at: cursor.offset)
      }
      guard clauses.count < maximumClauses else {
        throw ValueProblem(
          "the threshold has more than \(maximumClauses) clauses", fix: "join fewer clauses", at: cursor.offset)
      }
      let clause = try readClause(&cursor, after: clauses.last)
      if let found = clause.dimension {
        if let dimension, dimension != found {
          throw ValueProblem(
            "`\(clause.text)` compares \(found.phrase), the clause before it \(dimension.phrase)",
            fix: "use units of one kind in all clauses", at: clause.offset)
        }
        dimension = found
      }
      if case .fixed(let bound) = clause.bound {
        literals.keep(clause.comparison, bound.value)
        if literals.isEmpty {
          throw ValueProblem(
            "no value is `\(clause.text)` and satisfies the clauses before it", fix: "correct one of the bounds",
            at: clause.offset)
        }
      }
      clauses.append(clause)
      cursor.skipSpaces()
    } while cursor.take(UInt8(ascii: ","))
    guard cursor.isAtEnd else { throw unexpected(cursor) }
    return Threshold(clauses: clauses, text: text)
  }

  /// Reads one clause.
  private static func readClause(_ cursor: inout ValueCursor, after previous: Clause?) throws(ValueProblem) -> Clause {
    let start = cursor.offset
    if let previous, cursor.next?.isDigit == true, cursor.peek(-2)?.isDigit == true,
      cursor.peek(-1) == UInt8(ascii: ",")
    {
      let rest = cursor.bytes[start...].prefix(while: \.isDigit)
      let number = previous.text.utf8.drop { !$0.isDigit }
      throw ValueProblem(
        "\(ValueProblem.quoted(Array(number) + [0x2C] + rest)) has a decimal comma",
        fix: "write \(ValueProblem.quoted(Array(number) + [0x2E] + rest))", at: start - 1)
    }
    let comparison = try Comparison.read(&cursor)
    cursor.skipSpaces()
    let bound: Bound
    if cursor.take("baseline") {
      bound = .baseline(try readChange(&cursor))
    } else if cursor.next.map({ $0.lowercased == UInt8(ascii: "b") }) == true {
      let word = cursor.bytes[cursor.offset...].prefix(while: \.isLetter)
      throw ValueProblem(
        "\(ValueProblem.quoted(word)) is not a number", fix: "write a number, or `baseline` in lower case",
        at: cursor.offset)
    } else {
      bound = .fixed(try Measurement.read(&cursor))
    }
    return Clause(comparison: comparison, bound: bound, text: cursor.squeezed(from: start), offset: start)
  }

  /// Reads what follows `baseline`.
  private static func readChange(_ cursor: inout ValueCursor) throws(ValueProblem) -> Change {
    var ahead = cursor
    ahead.skipSpaces()
    guard let sign = ahead.next, "+-*/%".utf8.contains(sign) || ahead.starts(with: "\u{2212}") else { return .same }
    let place = ahead.offset
    ahead.advance()
    ahead.skipSpaces()
    switch sign {
    case UInt8(ascii: "+"):
      let change = try Measurement.read(&ahead)
      cursor = ahead
      return .plus(change)
    case UInt8(ascii: "-"):
      let change = try Measurement.read(&ahead)
      cursor = ahead
      return .minus(change)
    case UInt8(ascii: "*"):
      let factor = try ExactDecimal.read(&ahead)
      let unit = ahead.offset
      cursor = ahead
      ahead.skipSpaces()
      let word = ahead.take { $0.isLetter || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "/") || $0 >= 0x80 }
      guard word.isEmpty else {
        throw ValueProblem(
          "the factor of `baseline` has the unit \(ValueProblem.quoted(word))",
          fix: "write a factor without a unit, as in `<=baseline*1.1`", at: unit)
      }
      return .times(factor)
    default:
      throw ValueProblem(
        "`baseline` is followed by no operation that is known",
        fix: "write `baseline`, `baseline+0.01`, `baseline-0.01` or `baseline*1.1`", at: place)
    }
  }

  /// Says what is wrong with a text that goes on behind a clause.
  private static func unexpected(_ cursor: ValueCursor) -> ValueProblem {
    let rest = cursor.bytes[cursor.offset...]
    let word = rest.prefix { $0 != UInt8(ascii: " ") }
    switch cursor.next {
    case UInt8(ascii: "|"):
      return ValueProblem(
        "\(ValueProblem.quoted(word)) joins no clauses: all clauses of a threshold must hold",
        fix: "keep the one bound that is meant", at: cursor.offset)
    case UInt8(ascii: "&"):
      return ValueProblem(
        "\(ValueProblem.quoted(word)) joins no clauses", fix: "join clauses with a comma, as in `>=0.9, <1`",
        at: cursor.offset)
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "!"):
      return ValueProblem(
        "no comma stands before \(ValueProblem.quoted(word))", fix: "join clauses with a comma, as in `>=0.9, <1`",
        at: cursor.offset)
    default:
      return ValueProblem(
        "\(ValueProblem.quoted(word)) follows a clause", fix: "join clauses with a comma, as in `>=0.9, <1`",
        at: cursor.offset)
    }
  }
}
