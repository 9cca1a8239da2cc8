/// Why a verb did not do what it was asked: the exit status is 1.
public struct Refused: Error, Sendable {
  /// One reason.
  public struct Reason: Sendable {
    /// What is wrong: lower case, no full stop.
    public var message: String
    /// What to do about it.
    public var fix: String

    /// Creates a reason.
    public init(_ message: String, fix: String) {
      self.message = message
      self.fix = fix
    }
  }

  /// Every reason that was found.
  public var reasons: [Reason]

  /// Creates a refusal for one reason.
  public init(_ message: String, fix: String) { reasons = [Reason(message, fix: fix)] }

  /// Creates a refusal for several reasons.
  public init(_ reasons: [Reason]) { self.reasons = reasons }

  /// What a verb that changes files tells of a failure of the system.
  static func toWrite(_ path: String, _ words: String) -> Refused {
    Refused("`\(Text.cut(path))` cannot be written: \(words)", fix: "look for a full disk and at who may write there")
  }
}
