import Foundation

/// What the gate wrote, read back by the message format of CONTRACT §4.
struct Report: Sendable {
  /// One `error:` or `warning:` line with the hints that follow it.
  struct Item: Sendable, CustomStringConvertible {
    /// `error` or `warning`.
    var severity: String
    /// The whole text behind the severity.
    var text: String
    /// The check's name out of the last brackets, or an empty text.
    var check: String
    /// The texts of the hints below it.
    var hints: [String] = []
    /// What comes before the check's name.
    var body: String
    var description: String { "\(severity): \(text)" }
  }

  /// The lines, without the prefix that git puts before them.
  var lines: [String]
  /// The problems and warnings in order.
  var items: [Item] = []

  /// Reads the lines of a report.
  init(lines: [String]) {
    self.lines = lines
    for line in lines {
      let text = line.hasPrefix("GL-HOOK-ERR: ") ? String(line.dropFirst(13)) : line
      if let severity = ["error", "warning"].first(where: { text.hasPrefix($0 + ": ") }) {
        let rest = String(text.dropFirst(severity.count + 2))
        var check = ""
        var body = rest
        if rest.hasSuffix("]"), let open = rest.range(of: " [", options: .backwards) {
          check = String(rest[open.upperBound...].dropLast())
          body = String(rest[..<open.lowerBound])
        }
        items.append(Item(severity: severity, text: rest, check: check, body: body))
      } else if text.hasPrefix("hint: "), !items.isEmpty {
        items[items.count - 1].hints.append(String(text.dropFirst(6)))
      }
    }
  }

  /// The problems: items of severity `error` that name a check.
  var problems: [Item] { items.filter { $0.severity == "error" && !$0.check.isEmpty } }
  /// The names of the checks that failed.
  var checks: Set<String> { Set(problems.map(\.check)) }
  /// The whole report as text.
  var text: String { lines.joined(separator: "\n") }

  /// Reads the `remote:` lines out of what `git push` printed.
  static func remote(in bytes: [UInt8]) -> Report {
    var lines: [String] = []
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
      guard line.starts(with: Array("remote: ".utf8)) else { continue }
      var text = line.dropFirst(8)
      while text.last == UInt8(ascii: " ") { text = text.dropLast() }
      lines.append(String(decoding: text, as: UTF8.self))
    }
    return Report(lines: lines)
  }

  /// Reads what a hook or the command line printed itself.
  static func plain(_ text: String) -> Report {
    Report(lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }
}
