/// A field name of HTTP by RFC 9110, as in `X-Model-Version`.
enum HeaderName {
  /// Why the text is no field name, or nil.
  static func problem(in text: String) -> ValueProblem? {
    tokenProblem(in: text, what: "header name", example: "X-Model-Version")
  }

  /// Why the text is no token, or nil.
  fileprivate static func tokenProblem(in text: String, what: String, example: String) -> ValueProblem? {
    let bytes = Array(text.utf8)
    let fix = "use letters, digits and hyphens, as in `\(example)`"
    if bytes.isEmpty { return ValueProblem("the \(what) is empty", fix: fix, at: 0) }
    if let index = bytes.firstIndex(where: { !$0.isTokenCharacter }) {
      return ValueProblem(
        "the \(what) \(ValueProblem.quoted(bytes)) has a character that it may not have", fix: fix, at: index)
    }
    guard bytes.count > 255 else { return nil }
    return ValueProblem("the \(what) has \(bytes.count) bytes, more than 255", fix: "shorten the name", at: 255)
  }
}

/// The name of a cookie by RFC 6265, which has the characters of a field name.
enum CookieName {
  /// Why the text is no name of a cookie, or nil.
  static func problem(in text: String) -> ValueProblem? {
    HeaderName.tokenProblem(in: text, what: "cookie name", example: "model-version")
  }
}
