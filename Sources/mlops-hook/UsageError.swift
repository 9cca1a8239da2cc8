import ManifestCore

/// What the parser of arguments says of a wrong usage, in the words and the shape of our other messages.
enum UsageError {
  /// Writes it to standard error.
  static func show(_ message: String) {
    let palette = Palette(.errors, .live())
    for line in lines(message) { StandardStreams.writeError(palette.lines(Terminal.line(line))) }
  }

  /// The parser begins its lines with `Error: `, `Help: ` and `Usage: `, and ends with where to read more.
  static func lines(_ message: String) -> [String] {
    message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if let rest = line.behind("Error: ") { return "error: " + lowered(rest) }
      if let rest = line.behind("Usage: ") { return "hint: usage: " + rest }
      if let rest = line.behind("Help:  ") { return "hint: " + rest }
      if let rest = line.behind("  See '") { return "hint: `\(rest.prefix { $0 != "'" })` says more" }
      return String(line)
    }
  }

  private static func lowered(_ text: Substring) -> String {
    guard let first = text.unicodeScalars.first, ("A"..."Z").contains(first) else { return String(text) }
    return first.properties.lowercaseMapping + text.unicodeScalars.dropFirst().map(String.init).joined()
  }
}

extension Substring {
  /// What stands behind a beginning; nil where the text begins otherwise.
  fileprivate func behind(_ beginning: String) -> Substring? {
    utf8.starts(with: beginning.utf8) ? Substring(utf8.dropFirst(beginning.utf8.count)) : nil
  }
}
