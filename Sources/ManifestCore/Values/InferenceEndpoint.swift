/// The path under which a model is served, as in `/api/v1/predict/segmentation`.
enum InferenceEndpoint {
  /// The longest path, in bytes.
  static let maximumLength = 2048

  /// Why the text is no path of an endpoint, or nil.
  static func problem(in text: String) -> ValueProblem? {
    var cursor = ValueCursor(text.utf8)
    guard cursor.bytes.count <= maximumLength else {
      return ValueProblem(
        "the endpoint has \(cursor.bytes.count) bytes, more than \(maximumLength)", fix: "shorten the path",
        at: maximumLength)
    }
    guard cursor.next == UInt8(ascii: "/") else {
      return ValueProblem(
        "the endpoint \(ValueProblem.quoted(cursor.bytes)) does not begin with `/`",
        fix: "write an absolute path, as in `/v1/predict/segmentation`", at: 0)
    }
    while cursor.take(UInt8(ascii: "/")) {
      let segment = cursor.take(while: \.isUnreserved)
      if segment.isEmpty, cursor.isAtEnd {
        return ValueProblem(
          "the endpoint \(ValueProblem.quoted(cursor.bytes)) ends with `/`",
          fix: cursor.bytes.count == 1 ? "write a name after the `/`" : "leave out the last `/`", at: cursor.offset - 1)
      }
      if segment.isEmpty, cursor.next == UInt8(ascii: "/") {
        return ValueProblem("the endpoint has an empty segment", fix: "write one `/` only", at: cursor.offset)
      }
      if segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
        return ValueProblem(
          "the endpoint has the dot segment \(ValueProblem.quoted(segment))",
          fix: "write the path that is meant, without it", at: segment.startIndex)
      }
    }
    guard !cursor.isAtEnd else { return nil }
    return ValueProblem(
      "the endpoint has a character that it may not have", fix: "use letters, digits, `-`, `.`, `_` and `~`",
      at: cursor.offset)
  }
}
