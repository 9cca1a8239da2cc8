internal import Foundation
public import Logging
internal import ManifestCore

/// How a program that runs on writes its log to standard error: one line an entry.
public enum LogOutput: String, Sendable, CaseIterable {
  /// `key=value` pairs.
  case logfmt
  /// A JSON object.
  case json

  /// A logger that writes so.
  public func logger(_ label: String, level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: label) { _ in LogLines(output: self) }
    logger.logLevel = level
    return logger
  }
}

/// Writes entries as lines in which nothing can break the line or move a terminal.
private struct LogLines: LogHandler {
  let output: LogOutput
  var metadata = Logger.Metadata()
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let now = "\(Timestamp(seconds: Int64(Date().timeIntervalSince1970)))"
    var pairs = [("time", now), ("level", event.level.rawValue), ("msg", "\(event.message)")]
    let more = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in more.sorted(by: { $0.key < $1.key }) { pairs.append((key, "\(value)")) }
    switch output {
    case .json:
      StandardStreams.writeError(JSONValue.object(pairs.map { ($0.0, .string($0.1)) }).text + "\n")
    case .logfmt:
      StandardStreams.writeError(pairs.map { "\($0.0)=\(Self.value($0.1))" }.joined(separator: " ") + "\n")
    }
  }

  /// A value as it is where it is one plain word, else in quotes.
  private static func value(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"\"=\\".utf8.contains($0) }
    return isPlain && !text.isEmpty ? text : JSONValue.string(text).text
  }
}
