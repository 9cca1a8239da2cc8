/// A value that is written as YAML, the same bytes for the same value.
///
/// Every text that some reader of YAML takes for something else is quoted; keys stand in the order given.
indirect enum YAMLValue {
  /// A text.
  case text(String)
  /// A whole number.
  case number(Int)
  /// A list.
  case list([YAMLValue])
  /// A mapping.
  case mapping([(String, YAMLValue)])

  /// A text, or nothing to write where there is none.
  static func optional(_ key: String, _ value: String?) -> [(String, YAMLValue)] {
    value.map { [(key, .text($0))] } ?? []
  }

  /// The value as a document, with a line end behind its last line.
  var document: String { lines.map { $0 + "\n" }.joined() }

  /// A scalar on one line; nil for what stands on lines of its own.
  private var scalar: String? {
    switch self {
    case .text(let text): Self.quoted(text)
    case .number(let number): String(number)
    case .list(let items): items.isEmpty ? "[]" : nil
    case .mapping(let pairs): pairs.isEmpty ? "{}" : nil
    }
  }

  private var lines: [String] {
    if let scalar { return [scalar] }
    switch self {
    case .text, .number: return []
    case .list(let items):
      return items.flatMap { item in
        item.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    case .mapping(let pairs):
      return pairs.flatMap { key, value in
        let head = Self.quoted(key) + ":"
        if let scalar = value.scalar { return [head + " " + scalar] }
        return [head] + value.lines.map { "  " + $0 }
      }
    }
  }

  /// A JSON string is a double-quoted text to every reader of YAML.
  private static func quoted(_ text: String) -> String {
    ManifestEditor.plain(text) ?? JSONValue.string(text).text
  }
}
