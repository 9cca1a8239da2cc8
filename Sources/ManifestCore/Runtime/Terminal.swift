/// Lines for a terminal.
public enum Terminal {
  /// A line in which nothing can move the cursor, colour, hide or reorder, with its end.
  public static func line(_ text: String) -> String { Text.escape(text) + "\n" }
}

/// The version of the product.
public enum Version {
  /// The version, as `VERSION` at the root of the sources has it: a test compares the two.
  public static let current = "0.1.0"
}
