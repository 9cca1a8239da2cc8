/// Colour for a terminal, and nothing at all for anything else: a file, a pipe, `NO_COLOR`, a dumb terminal.
public struct Palette: Sendable {
  /// How a piece of text looks.
  public enum Style: String, Sendable {
    /// Bold.
    case bold = "1"
    /// Less bright.
    case dim = "2"
    /// Red: it refuses.
    case red = "31"
    /// Green: it is fine.
    case green = "32"
    /// Yellow: it should be looked at.
    case yellow = "33"
  }

  /// Whether there is any colour.
  public let isOn: Bool

  /// Creates a palette.
  public init(isOn: Bool) { self.isOn = isOn }

  /// The palette of one of the process's streams.
  public init(_ stream: StandardStreams.Stream, _ context: HookContext) {
    isOn =
      StandardStreams.isTerminal(stream) && context.variable("NO_COLOR") == nil && context.variable("TERM") != "dumb"
  }

  /// A text in a style.
  public func paint(_ text: String, _ styles: Style...) -> String {
    guard isOn, !styles.isEmpty, !text.isEmpty else { return text }
    return "\u{1b}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1b}[0m"
  }

  /// Lines in which the word before the colon is painted: `error:`, `warning:`, `hint:`, `fine:` and the like.
  public func lines(_ text: String) -> String {
    guard isOn else { return text }
    return text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { line in
      let line = String(decoding: line, as: UTF8.self)
      guard let label = Self.labels.first(where: { line.utf8.starts(with: $0.word.utf8) }) else { return line }
      let rest = String(decoding: line.utf8.dropFirst(label.word.utf8.count), as: UTF8.self)
      return label.paint(self, label.word) + rest
    }.joined(separator: "\n")
  }

  private static let labels: [(word: String, paint: @Sendable (Palette, String) -> String)] = [
    ("error:", { $0.paint($1, .bold, .red) }), ("warning:", { $0.paint($1, .yellow) }),
    ("hint:", { $0.paint($1, .dim) }), ("fine:", { $0.paint($1, .green) }), ("made:", { $0.paint($1, .green) }),
    ("proposed:", { $0.paint($1, .green) }), ("approved:", { $0.paint($1, .green) }),
    ("promoted:", { $0.paint($1, .green) }), ("rolled back:", { $0.paint($1, .green) }),
    ("not promoted:", { $0.paint($1, .bold, .red) }), ("not rolled back:", { $0.paint($1, .bold, .red) }),
    ("kept:", { $0.paint($1, .dim) }), ("next:", { $0.paint($1, .bold) }),
  ]
}
