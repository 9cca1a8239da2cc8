/// What was read of a YAML text.
public struct YAMLStream: Sendable {
  /// The documents that were read to their end; an empty one is not among them, but a problem.
  public var documents: [Node]
  /// Where each of `documents` begins: its `---`, or its first value.
  public var starts: [Mark]
  /// What is wrong, in the order of the text; the text is acceptable only if there is nothing.
  public var problems: [TextProblem]

  /// Creates what was read.
  public init(documents: [Node], starts: [Mark], problems: [TextProblem]) {
    self.documents = documents
    self.starts = starts
    self.problems = problems
  }
}
