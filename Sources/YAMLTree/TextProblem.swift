/// Something that makes a YAML or JSON text unacceptable, with its place.
public struct TextProblem: Error, Sendable, Hashable {
  /// What sort of problem it is.
  public enum Kind: Sendable, Hashable {
    /// The text is not valid UTF-8, YAML or JSON.
    case syntax
    /// The text is larger, deeper or longer than allowed.
    case limit
    /// A mapping names a key twice.
    case duplicateKey
    /// The text is valid, but readers may disagree about what it says.
    case unsupported
  }

  /// What sort of problem it is.
  public var kind: Kind
  /// What is wrong, for a person.
  public var message: String
  /// What to do about it.
  public var fix: String?
  /// Where it is.
  public var mark: Mark

  /// Creates a problem.
  public init(kind: Kind, message: String, fix: String? = nil, mark: Mark) {
    self.kind = kind
    self.message = message
    self.fix = fix
    self.mark = mark
  }
}
