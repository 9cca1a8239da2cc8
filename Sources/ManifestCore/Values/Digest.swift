/// A SHA-256 of an artifact: `sha256:` and 64 hex digits.
enum Digest {
  /// Why the text is no digest with its algorithm, or nil.
  static func problem(in text: String) -> ValueProblem? {
    let prefix = "sha256:"
    guard text.utf8.starts(with: prefix.utf8) else {
      return ValueProblem(
        "the digest \(ValueProblem.quoted(text.utf8)) does not begin with `sha256:`",
        fix: "write `sha256:` and 64 hex digits", at: 0)
    }
    return problem(inHex: String(text.utf8.dropFirst(prefix.utf8.count)) ?? "")?.moved(by: prefix.utf8.count)
  }

  /// Why the text is not 64 hex digits, as evidence lists them, or nil.
  static func problem(inHex text: String) -> ValueProblem? {
    let bytes = Array(text.utf8)
    let isHex: (UInt8) -> Bool = { $0.isDigit || ($0.lowercased >= 0x61 && $0.lowercased <= 0x66) }
    if let index = bytes.firstIndex(where: { !isHex($0) }) {
      return ValueProblem(
        "the digest has a character that is no hex digit", fix: "write the 64 hex digits that `sha256sum` prints",
        at: index)
    }
    if let index = bytes.firstIndex(where: \.isUppercaseLetter) {
      return ValueProblem("the digest has upper-case hex digits", fix: "write them in lower case", at: index)
    }
    guard bytes.count != 64 else { return nil }
    return ValueProblem(
      "the digest has \(bytes.count) hex digits, not 64", fix: "write the 64 hex digits that `sha256sum` prints",
      at: min(bytes.count, 64))
  }
}
