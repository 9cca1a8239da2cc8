/// Reads strict JSON (RFC 8259); what readers may disagree about is a problem with its place.
public enum JSONReader {
  /// Reads a text: its value, unless a problem ended reading, and its problems in the order of the text.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, limits: TextLimits = .standard
  ) -> (node: Node?, problems: [TextProblem]) {
    var problems = ProblemList()
    var node: Node?
    TextPreflight.withText(bytes, limits: limits, problems: &problems) { text, base, _, problems in
      var parser = JSONParser(text: text, base: base, limits: limits, problems: problems)
      node = parser.readText()
      problems = parser.problems
    }
    return (node, problems.sorted)
  }

  /// Reads a text: its value, unless a problem ended reading, and its problems in the order of the text.
  public static func read(
    _ bytes: [UInt8], limits: TextLimits = .standard
  ) -> (node: Node?, problems: [TextProblem]) {
    bytes.withUnsafeBytes { read($0, limits: limits) }
  }
}
