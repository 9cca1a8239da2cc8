/// Everything that is said about one check: what its page shows, what `mlops-hook explain` prints, what its tests run.
public struct CheckInfo: Sendable {
  /// The name, as reports show it.
  public let name: CheckName
  /// What the check refuses: one line, lower case, no full stop.
  public let title: String
  /// Why the rule exists.
  public let rationale: String
  /// What to do after a refusal.
  public let remedy: String
  /// When breaking the rule is right and how that is done, or that it never is.
  public let exception: String
  /// Small pushes, refused and accepted; each is a test.
  public let examples: [CheckExample]

  /// Creates the description of a check.
  init(
    _ name: CheckName, title: String, rationale: String, remedy: String, exception: String, examples: [CheckExample]
  ) {
    self.name = name
    self.title = title
    self.rationale = rationale
    self.remedy = remedy
    self.exception = exception
    self.examples = examples
  }
}
