/// What a verb of the past answers, for a reader and as JSON.
public struct PastAnswer: Sendable {
  /// How an answer is written.
  public enum Format: String, Sendable, CaseIterable {
    /// Lines for a reader.
    case text
    /// One JSON object.
    case json
  }

  /// The answer to the question is no: the exit status is 1.
  public struct NotSo: Error, Sendable {
    /// The words for the user.
    public let message: String
    /// What to do.
    public let fix: String
  }

  var lines: [String]
  var json: JSONValue
  /// Whether the exit status is 0.
  public var isFine = true

  /// The answer in a format, with a line end behind each line.
  public func text(_ format: Format) -> String {
    format == .json ? json.text + "\n" : lines.map(Terminal.line).joined()
  }
}
