/// What a verb of the promotion workflow has to say, and how it ends.
public struct WorkflowReport: Sendable {
  /// What was done or found, a line each.
  public var lines: [String] = []
  /// What the gate has against it, where that is why nothing was done.
  public var verdict: Verdict?
  /// The exit status: 0 done, 1 not done.
  public var status: Int32 = 0

  /// Creates a report that says nothing yet.
  public init() {}

  /// Adds a line.
  mutating func say(_ line: String) { lines.append(line) }
}
