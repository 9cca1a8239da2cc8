import GitObjects

/// The message of a promotion or a rollback: a subject, and a last paragraph of trailers.
struct PromotionMessage {
  var subject: String
  /// What stands between the subject and the trailers, without blank lines around it.
  var body: [UInt8] = []
  var trailers: [(key: String, value: String)] = []

  /// Creates a message.
  init(subject: String, trailers: [(key: String, value: String)]) {
    self.subject = subject
    self.trailers = trailers
  }

  /// Reads the message of a proposal.
  init(_ message: [UInt8]) {
    let parsed = MessageTrailers.parse(message)
    var lines = message.split(separator: 10, omittingEmptySubsequences: false).map {
      $0.last == 13 ? $0.dropLast() : $0
    }
    if !parsed.trailers.isEmpty { lines = Array(lines.prefix(parsed.paragraph.lowerBound - 1)) }
    subject = Text.show(lines.first.map(Array.init) ?? [])
    var rest = lines.dropFirst()
    while rest.first.map({ $0.allSatisfy(ASCII.isBlank) }) == true { rest = rest.dropFirst() }
    while rest.last.map({ $0.allSatisfy(ASCII.isBlank) }) == true { rest = rest.dropLast() }
    body = Array(rest.joined(separator: [10]))
    trailers = parsed.trailers.map {
      (String(decoding: $0.key, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
    }
  }

  /// The value of the first trailer with a key.
  subscript(key: String) -> String? { trailers.first { ASCII.equalIgnoringCase($0.key.utf8, key.utf8) }?.value }

  /// Adds a trailer, unless it is there.
  mutating func add(_ key: String, _ value: String) {
    if !trailers.contains(where: { ASCII.equalIgnoringCase($0.key.utf8, key.utf8) && $0.value == value }) {
      trailers.append((key, value))
    }
  }

  /// Takes away every trailer with one of some keys.
  mutating func remove(_ keys: [String]) {
    trailers.removeAll { trailer in keys.contains { ASCII.equalIgnoringCase($0.utf8, trailer.key.utf8) } }
  }

  /// The whole message.
  var text: [UInt8] {
    var text = bytes(subject) + [10]
    if !body.isEmpty { text += [10] + body + [10] }
    if !trailers.isEmpty { text += [10] }
    for trailer in trailers { text += bytes("\(trailer.key): \(trailer.value)\n") }
    return text
  }

  /// A text as the value of a trailer: on one line.
  static func oneLine(_ text: String) -> String {
    let words = text.unicodeScalars.split { Text.isHarmful($0) || $0 == " " }.map {
      String(String.UnicodeScalarView($0))
    }
    return words.joined(separator: " ")
  }

  /// The `Promotion-Id` of a change: a digest of what is to be approved, whenever and wherever it is promoted.
  static func identity(of changes: [PathChange]) -> String {
    let lines = changes.map { change in
      change.path + bytes(" \(change.old?.id ?? .zero) \(change.new?.id ?? .zero)\n")
    }
    return String((SHA256.hex(Array(lines.joined())) ?? "").prefix(40))
  }
}
