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
  /// Whether a policy's `break_glass` may override it.
  ///
  /// Only what is a question of right or quality: never what a push is, its form, its past, where its bytes come from,
  /// the rules themselves, or what could not be judged.
  public let canBeOverridden: Bool

  /// Creates the description of a check.
  init(
    _ name: CheckName, title: String, rationale: String, remedy: String, exception: String,
    canBeOverridden: Bool = false, examples: [CheckExample]
  ) {
    self.name = name
    self.title = title
    self.rationale = rationale
    self.remedy = remedy
    self.exception = exception
    self.canBeOverridden = canBeOverridden
    self.examples = examples
  }
}
