/// A line that looks like an approval and does not count as one.
public struct NearMiss: Sendable, Hashable {
  /// The line of the message, from 1.
  public var line: Int
  /// The line's text, with all that can't be seen made visible.
  public var shown: String
  /// Why it does not count.
  public var reason: String
  /// What to do.
  public var fix: String
}

extension MessageTrailers {
  /// Finds lines that look like approvals and do not count, at most `limit`, in the order of the message.
  public func nearMisses(forKeys keys: [String], limit: Int = 20) -> [NearMiss] {
    let counted = Set(values(forKeys: keys).map(\.line))
    var found: [NearMiss] = []
    var place = 0
    for line in 0..<lines.count where found.count < limit {
      while place < paragraphs.count, paragraphs[place].upperBound <= line { place += 1 }
      guard !counted.contains(line + 1), let shape = ApprovalShape(lines[line], keys: keys) else { continue }
      let fault =
        LineFault(at: line, in: lines, keys: keys).map { ($0.reason, $0.fix) }
        ?? misplacement(of: line, paragraph: place, key: shape.key)
      found.append(NearMiss(line: line + 1, shown: Self.shown(lines[line]), reason: fault.0, fix: fault.1))
    }
    return found
  }

  /// Says why a well formed line does not count where it stands.
  private func misplacement(of line: Int, paragraph: Int, key: String) -> (reason: String, fix: String) {
    if let malformation = lines.malformation {
      let words = AmbiguousApproval(malformation.kind, line: malformation.line + 1)
      return ("of line \(words.line): \(words.reason)", words.fix)
    }
    if paragraph == 0 {
      return (
        "it stands in the first paragraph, which is the title", "put a blank line before the `\(key)` lines"
      )
    }
    if let last = paragraphs.last, paragraph < paragraphs.count - 1 {
      let first = last.lowerBound
      return (
        "it stands before the last paragraph: line \(first + 1), `\(Self.shown(lines[first]))`, comes behind it",
        "move the `\(key)` lines to the end of the message"
      )
    }
    let other = stray ?? line
    return (
      "line \(other + 1) of its paragraph, `\(Self.shown(lines[other]))`, is no `Key: value` line",
      "put a blank line between the `\(key)` lines and other text, or remove that line"
    )
  }
}
