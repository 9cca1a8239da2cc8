/// A version by Semantic Versioning 2.0, with a `v` before it or not.
///
/// Two versions are the same when their texts are: build metadata counts, and `v1.0.0` is another folder than `1.0.0`.
struct SemanticVersion: Hashable, Sendable {
  /// The longest version that is read, in bytes: a version is the name of a folder.
  static let maximumLength = 255

  /// The version as it is written.
  let text: String

  /// Reads a version.
  init(_ text: String) throws(ValueProblem) {
    if let problem = Self.problem(in: text) { throw problem }
    self.text = text
  }

  /// Why the text is no version, or nil.
  static func problem(in text: String) -> ValueProblem? {
    do throws(ValueProblem) {
      var cursor = ValueCursor(text.utf8)
      try read(&cursor)
      return nil
    } catch {
      return error
    }
  }

  /// Steps over a version that fills the text.
  private static func read(_ cursor: inout ValueCursor) throws(ValueProblem) {
    guard cursor.bytes.count <= maximumLength else {
      throw ValueProblem(
        "the version has \(cursor.bytes.count) bytes, more than \(maximumLength)", fix: "shorten the version",
        at: maximumLength)
    }
    _ = cursor.take(UInt8(ascii: "v"))
    for part in ["major", "minor", "patch"] {
      if part != "major", !cursor.take(UInt8(ascii: ".")) { throw noNumber(part, in: cursor) }
      let digits = cursor.take(while: \.isDigit)
      guard !digits.isEmpty else { throw noNumber(part, in: cursor) }
      try checkZeros(digits, in: cursor)
    }
    if cursor.take(UInt8(ascii: "-")) { try readIdentifiers(&cursor, name: "pre-release", zerosMatter: true) }
    if cursor.take(UInt8(ascii: "+")) { try readIdentifiers(&cursor, name: "build", zerosMatter: false) }
    guard cursor.isAtEnd else {
      throw problem(
        in: cursor, "has \(odd(cursor)) behind its numbers", "write a version as in `v1.2.3` or `1.2.3-rc.1`")
    }
  }

  /// Steps over identifiers with dots between them.
  private static func readIdentifiers(
    _ cursor: inout ValueCursor, name: String, zerosMatter: Bool
  ) throws(ValueProblem) {
    repeat {
      let word = cursor.take { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
      guard !word.isEmpty else {
        throw problem(in: cursor, "has an empty \(name) part", "write letters, digits or `-` between the dots")
      }
      if zerosMatter, word.allSatisfy(\.isDigit) { try checkZeros(word, in: cursor) }
    } while cursor.take(UInt8(ascii: "."))
  }

  /// Refuses a number that begins with a zero and goes on.
  private static func checkZeros(_ digits: ArraySlice<UInt8>, in cursor: ValueCursor) throws(ValueProblem) {
    guard digits.count > 1, digits.first == UInt8(ascii: "0") else { return }
    throw ValueProblem(
      "the version \(ValueProblem.quoted(cursor.bytes)) has a number with a leading zero",
      fix: "leave out the leading zeros", at: digits.startIndex)
  }

  /// A number that is not there, with what stands in its place.
  private static func noNumber(_ part: String, in cursor: ValueCursor) -> ValueProblem {
    let isOdd = cursor.bytes.dropFirst(cursor.offset).first.map { $0 != UInt8(ascii: ".") } ?? false
    return problem(
      in: cursor, isOdd ? "has \(odd(cursor)) where its \(part) number belongs" : "has no \(part) number",
      "write major, minor and patch, as in `v1.2.3`")
  }

  /// The character at the cursor.
  private static func odd(_ cursor: ValueCursor) -> String {
    let rest = String(decoding: Array(cursor.bytes.dropFirst(cursor.offset).prefix(4)), as: UTF8.self)
    return ValueProblem.quoted(String(rest.unicodeScalars.prefix(1)).utf8)
  }

  /// A problem at the cursor.
  private static func problem(in cursor: ValueCursor, _ what: String, _ fix: String) -> ValueProblem {
    let subject = cursor.bytes.isEmpty ? "the empty text" : ValueProblem.quoted(cursor.bytes)
    return ValueProblem("the version \(subject) \(what)", fix: fix, at: cursor.offset)
  }
}
