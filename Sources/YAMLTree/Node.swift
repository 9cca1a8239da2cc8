/// A value of a YAML or JSON document, with its place.
public struct Node: Sendable {
  /// What a node holds.
  public enum Content: Sendable {
    /// A scalar.
    case scalar(Scalar)
    /// A list.
    case sequence([Node])
    /// A mapping in the order of the text. Keys are unique in an accepted document.
    case mapping([Pair])
  }

  /// What the node holds.
  public var content: Content
  /// Where the node begins.
  public var mark: Mark
  /// The offset of the first byte behind the node.
  public var end: Int

  /// Creates a node.
  public init(content: Content, mark: Mark, end: Int) {
    self.content = content
    self.mark = mark
    self.end = end
  }
}

/// One key of a mapping with its value.
public struct Pair: Sendable {
  /// The key, unescaped.
  public var key: String
  /// Where the key begins.
  public var keyMark: Mark
  /// The value.
  public var value: Node

  /// Creates a pair.
  public init(key: String, keyMark: Mark, value: Node) {
    self.key = key
    self.keyMark = keyMark
    self.value = value
  }
}

/// A scalar as it was written.
public struct Scalar: Sendable {
  /// How a scalar was written.
  public enum Style: UInt8, Sendable {
    /// Without quotes. A JSON number or literal is plain too.
    case plain
    /// In single quotes.
    case singleQuoted
    /// In double quotes. A JSON string is double-quoted too.
    case doubleQuoted
    /// A literal block, `|`.
    case literal
    /// A folded block, `>`.
    case folded
  }

  /// The text, unescaped and unfolded.
  public var text: String
  /// How it was written.
  public var style: Style

  /// Creates a scalar.
  public init(text: String, style: Style) {
    self.text = text
    self.style = style
  }
}

extension Node {
  /// The scalar that the node holds, if it holds one.
  public var scalar: Scalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  /// The items that the node holds, if it is a list.
  public var sequence: [Node]? {
    if case .sequence(let nodes) = content { return nodes }
    return nil
  }

  /// The pairs that the node holds, if it is a mapping.
  public var mapping: [Pair]? {
    if case .mapping(let pairs) = content { return pairs }
    return nil
  }

  /// The value of a key, if the node is a mapping that has it.
  public subscript(key: String) -> Node? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first { sameBytes($0.key, key) }?.value
  }
}
