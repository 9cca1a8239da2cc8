/// A name by RFC 1123: 1 to 63 lower-case letters, digits and inner hyphens, as Kubernetes names objects.
package enum DNSLabel {
  /// The longest label, in bytes.
  static let maximumLength = 63

  /// Why the text is no label, or nil.
  package static func problem(in text: String) -> ValueProblem? {
    let bytes = Array(text.utf8)
    var name: String { ValueProblem.quoted(bytes) }
    let fix = "write lower-case letters, digits and `-`, with a letter or digit at both ends"
    guard let first = bytes.first, let last = bytes.last else {
      return ValueProblem("the name is empty", fix: fix, at: 0)
    }
    if let index = bytes.firstIndex(where: { !($0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-")) }) {
      let isUppercase = bytes[index].isUppercaseLetter
      return ValueProblem(
        "\(name) has \(isUppercase ? "an upper-case letter" : "a character that names may not have")",
        fix: fix, at: index)
    }
    if first == UInt8(ascii: "-") { return ValueProblem("\(name) begins with `-`", fix: fix, at: 0) }
    if bytes.count > maximumLength {
      return ValueProblem(
        "\(name) has \(bytes.count) characters, more than \(maximumLength)", fix: "shorten the name", at: maximumLength)
    }
    if last == UInt8(ascii: "-") { return ValueProblem("\(name) ends with `-`", fix: fix, at: bytes.count - 1) }
    return nil
  }
}
