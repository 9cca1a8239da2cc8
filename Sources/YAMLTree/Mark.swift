/// A place in a text: what a finding points at.
public struct Mark: Sendable, Hashable, Comparable {
  /// The line, from 1.
  public var line: Int
  /// The column, from 1, counted in Unicode scalars.
  public var column: Int
  /// The offset from the start of the text, in bytes.
  public var offset: Int

  /// Creates a mark from a 1-based line and column and a byte offset.
  public init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }

  /// The start of a text.
  public static let start = Mark(line: 1, column: 1, offset: 0)

  /// Orders marks by their byte offset.
  public static func < (left: Mark, right: Mark) -> Bool { left.offset < right.offset }
}
