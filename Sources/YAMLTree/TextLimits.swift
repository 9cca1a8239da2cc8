/// How much of a text is read before it is refused.
public struct TextLimits: Sendable {
  /// The size of the text in bytes.
  public var maximumBytes: Int
  /// How deep lists and mappings may nest; the outermost is 1 deep.
  public var maximumDepth: Int
  /// How many scalars, lists and mappings a text may hold, keys included.
  public var maximumNodes: Int
  /// Whether JSON's escapes may stand for characters that no text may hold.
  ///
  /// For what we wrote ourselves: names of refs and people may hold such characters, and are escaped.
  public var allowsEscapes: Bool

  /// Creates limits; what is left out is as in the contract.
  public init(
    maximumBytes: Int = 1 << 20, maximumDepth: Int = 32, maximumNodes: Int = 10_000, allowsEscapes: Bool = false
  ) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumNodes = maximumNodes
    self.allowsEscapes = allowsEscapes
  }

  /// The limits of the contract.
  public static let standard = TextLimits()
}
