internal import CYAML

/// Reads YAML that every reader understands alike; anything else is a problem with its place.
public enum YAMLReader {
  /// How many lines may begin with `%` before libyaml, quadratic over directives, is not asked at all.
  static let maximumPercentLines = 16

  /// Reads a text to the end of its stream, or to its first syntax problem.
  public static func read(_ bytes: UnsafeRawBufferPointer, limits: TextLimits = .standard) -> YAMLStream {
    var problems = ProblemList()
    var documents: [Node] = []
    var starts: [Mark] = []
    TextPreflight.withText(bytes, limits: limits, problems: &problems) { text, base, scan, problems in
      guard scan.percentLines <= maximumPercentLines else {
        problems.add(
          .unsupported, "\(scan.percentLines) lines begin with `%`, limit \(maximumPercentLines)",
          fix: "remove the directives", at: .start)
        return
      }
      guard let parser = YAMLEventParser(text) else {
        problems.add(.limit, "no memory to read the file", at: .start)
        return
      }
      var builder = YAMLTreeBuilder(
        parser: parser, positions: CharacterPositions(text: text, base: base, isASCII: scan.isASCII), limits: limits,
        scan: scan, problems: problems)
      builder.readStream()
      documents = builder.documents
      starts = builder.starts
      problems = builder.problems
    }
    return YAMLStream(documents: documents, starts: starts, problems: problems.sorted)
  }

  /// Reads a text to the end of its stream, or to its first syntax problem.
  public static func read(_ bytes: [UInt8], limits: TextLimits = .standard) -> YAMLStream {
    bytes.withUnsafeBytes { read($0, limits: limits) }
  }
}
