/// One part of an example: a file, a message, the circumstances of the push.
public struct ExampleSection: Sendable, Equatable {
  /// What a section holds.
  public enum Kind: Sendable, Equatable {
    /// `before/<path>`: a file that stands before the push.
    case before(String)
    /// `after/<path>`: a file as the push leaves it.
    case after(String)
    /// `delete/<path>`: a file that the push removes.
    case delete(String)
    /// `host/<name>`: a file of the host's own policy.
    case host(String)
    /// `message`: the commit's message.
    case message
    /// `push`: who pushes, when, and where to, as `key: value` lines.
    case push
    /// `commands`: what is typed in a clone, instead of files.
    case commands
    /// `and then`: the sections below it belong to a further commit.
    case andThen
    /// A header that none of the others is: a mistake in the example.
    case unknown(String)
  }

  /// What the section holds.
  public var kind: Kind
  /// What stands in parentheses behind a path: `excerpt`, `without <field>`, `symbolic link`, `executable`, `submodule`.
  public var notes: [String]
  /// The lines below the header.
  public var body: String

  /// Cuts the text of an example into its sections; text before the first header is passed over.
  static func parse(_ text: String) -> [ExampleSection] {
    var sections: [ExampleSection] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("-- "), line.hasSuffix(" --") {
        sections.append(ExampleSection(header: String(line.dropFirst(3).dropLast(3))))
      } else if let last = sections.indices.last {
        sections[last].body += line + "\n"
      }
    }
    return sections
  }

  private init(header: String) {
    var header = header
    var notes: [String] = []
    if header.hasSuffix(")"), let open = header.firstIndex(of: "(") {
      let inside = header[header.index(after: open)...].dropLast()
      notes = inside.split(separator: ",").map { String($0.drop { $0 == " " }) }
      header = String(header[..<open].dropLast())
    }
    self.notes = notes
    body = ""
    let path = header.firstIndex(of: "/").map { String(header[header.index(after: $0)...]) } ?? ""
    switch header.prefix(while: { $0 != "/" }) {
    case "before": kind = .before(path)
    case "after": kind = .after(path)
    case "delete": kind = .delete(path)
    case "host": kind = .host(path)
    case "message": kind = .message
    case "push": kind = .push
    case "commands": kind = .commands
    case "and then": kind = .andThen
    default: kind = .unknown(header)
    }
  }

  /// What the section is, in the words of a page.
  var caption: String {
    let isExcerpt = notes.contains("excerpt")
    let others = notes.filter { $0 != "excerpt" }
    let remark = others.isEmpty ? "" : ", \(others.map(Self.words).joined(separator: ", "))"
    switch kind {
    case .before(let path): return "`\(path)` before the push\(isExcerpt ? " (excerpt)" : "")\(remark)"
    case .after(let path): return "`\(path)` as pushed\(isExcerpt ? " (excerpt)" : "")\(remark)"
    case .delete(let path): return "`\(path)` is removed"
    case .host(let name): return "`\(name)` of the host's policy"
    case .message: return "The commit's message"
    case .push: return "The push"
    case .commands: return "Typed in a clone"
    case .andThen: return "And then, in a further commit"
    case .unknown(let header): return header
    }
  }

  private static func words(_ note: String) -> String {
    guard note.hasPrefix("without ") else { return note == "executable" ? note : "a \(note)" }
    return "without `\(note.dropFirst("without ".utf8.count))`"
  }

  /// The language of the section's text, for a page that colours it.
  var language: String {
    switch kind {
    case .before(let path), .after(let path), .host(let path):
      if path.hasSuffix(".yaml") { return "yaml" }
      return path.hasSuffix(".json") ? "json" : "text"
    case .commands: return "sh"
    default: return "text"
    }
  }
}
