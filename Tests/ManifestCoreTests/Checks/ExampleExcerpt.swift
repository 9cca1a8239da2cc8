/// Lays an excerpt of a YAML file over the whole file, line by line.
///
/// A key of the excerpt replaces the same key of the file, or is added at the end of its mapping; a list is replaced as
/// a whole. It knows block mappings, which is all that examples need, and keeps every other line as it is.
struct ExampleExcerpt {
  /// A key with the lines that belong to it.
  private struct Entry {
    var header: String
    var body: [String] = []

    /// The key, without the sign that marks it.
    var key: String {
      String(header.drop { $0 == " " || $0 == "↓" }.prefix { $0 != ":" })
    }

    /// Whether a value follows the key in its line.
    var hasValue: Bool { !header.hasSuffix(":") }

    /// Whether the lines below are a list.
    var isList: Bool { body.first.map { $0.drop { $0 == " " }.hasPrefix("- ") } ?? false }

    var lines: [String] { [header] + body }
  }

  /// The file with the excerpt laid over it.
  static func lay(_ excerpt: String, over file: String) -> String {
    lay(lines(excerpt), over: lines(file)).map { $0 + "\n" }.joined()
  }

  /// The file without one field, named by its path.
  static func remove(_ path: [String], from file: String) -> String {
    remove(path[...], from: lines(file)).map { $0 + "\n" }.joined()
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }

  /// Cuts a block into its entries: a key begins where the indentation is that of the first line.
  private static func entries(_ lines: [String]) -> [Entry] {
    guard let first = lines.first else { return [] }
    let margin = indentation(first)
    var entries: [Entry] = []
    for line in lines {
      let isItem = line.drop { $0 == " " }.hasPrefix("- ")
      if let last = entries.indices.last, indentation(line) > margin || isItem {
        entries[last].body.append(line)
      } else {
        entries.append(Entry(header: line))
      }
    }
    return entries
  }

  private static func lay(_ excerpt: [String], over file: [String]) -> [String] {
    var result = entries(file)
    for entry in entries(excerpt) {
      guard let index = result.firstIndex(where: { $0.key == entry.key }) else {
        result.append(entry)
        continue
      }
      if entry.hasValue || entry.isList || !entry.body.isEmpty && (result[index].isList || result[index].hasValue) {
        result[index] = entry
      } else {
        result[index].header = entry.header
        result[index].body = lay(entry.body, over: result[index].body)
      }
    }
    return result.flatMap(\.lines)
  }

  private static func remove(_ path: ArraySlice<String>, from file: [String]) -> [String] {
    var result: [Entry] = []
    for var entry in entries(file) {
      if entry.key == path.first {
        if path.count == 1 { continue }
        entry.body = remove(path.dropFirst(), from: entry.body)
      }
      result.append(entry)
    }
    return result.flatMap(\.lines)
  }
}
