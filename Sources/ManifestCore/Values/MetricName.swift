/// The key of a metric in evidence, manifests and policies.
enum MetricName {
  /// The longest name, in bytes.
  static let maximumLength = 255

  /// Why the text is no name of a metric, or nil.
  static func problem(in text: String) -> ValueProblem? {
    var offset = 0
    // Printable ASCII, as nearly all names are, needs no tables.
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    if isPlain { offset = text.utf8.count }
    for scalar in isPlain ? "".unicodeScalars : text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        return ValueProblem(
          "the metric \(ValueProblem.quoted(text.utf8)) has a control character", fix: "use printable characters only",
          at: offset)
      default: offset += UTF8.width(scalar)
      }
    }
    if offset == 0 { return ValueProblem("the name of the metric is empty", fix: "write the metric's name", at: 0) }
    guard offset > maximumLength else { return nil }
    return ValueProblem(
      "the name of the metric has \(offset) bytes, more than \(maximumLength)", fix: "shorten the name",
      at: maximumLength)
  }
}
