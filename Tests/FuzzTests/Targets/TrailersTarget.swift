@testable import GitObjects
@testable import ManifestCore

/// Commit messages: the approvals that count, those that nearly do, and the people.
enum TrailersTarget {
  private static let keys = ["Approved-by"]

  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let message = MessageTrailers.parse(input)
    let lines = simpleLines(input)
    try check(message, lines)
    let counted = message.values(forKeys: keys)
    try promise(counted.allSatisfy { ASCII.equalIgnoringCase($0.key, keys[0].utf8) }, "another key counts")
    if message.gitReadsDifferently(forKeys: keys) == nil {
      for reading in GitTrailerReader.Reading.allCases {
        let theirs = GitTrailerReader(input, as: reading).trailers.filter { $0.hasKey(in: keys) }.map(\.value)
        try promise(counted.map(\.value) == theirs, "git reads other approvals, and nothing is said")
      }
    }
    for miss in message.nearMisses(forKeys: keys) {
      try promise((1...max(lines.count, 1)).contains(miss.line), "line \(miss.line) of \(lines.count)")
      try promise(!counted.contains { $0.line == miss.line }, "line \(miss.line) counts, and nearly does")
      try promise(miss.shown.unicodeScalars.allSatisfy { $0 == " " || !$0.isInvisible }, "invisible: \(miss.shown)")
      try Shown.harmless(Text.escape(miss.reason))
    }
    let coAuthors = message.coAuthors()
    if !MessageTrailers.mayHaveCoAuthors(input) { try promise(coAuthors.isEmpty, "a co-author is overlooked") }
    for person in coAuthors + counted.map({ PersonIdentity($0.value) }) + [PersonIdentity(input)] { try check(person) }
    for item in message.seedApprovals() ?? [] {
      try promise((1...max(lines.count, 1)).contains(item.line) && !item.value.isEmpty, "an approval out of nowhere")
      try promise(contains(lines[item.line - 1], item.value), "an approval that its line does not hold")
    }
  }

  /// What counts stands in the last paragraph, which has nothing else in it and is not the title.
  private static func check(_ message: MessageTrailers, _ lines: [[UInt8]]) throws(BrokenPromise) {
    guard !message.trailers.isEmpty else { return }
    let isBlank = { (line: [UInt8]) in line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    guard let last = lines.lastIndex(where: { !isBlank($0) }),
      let gap = lines[...last].lastIndex(where: isBlank), lines[..<gap].contains(where: { !isBlank($0) })
    else { throw BrokenPromise(description: "trailers without a paragraph of their own") }
    try promise(message.paragraph == gap + 2..<last + 2, "the last paragraph is \(message.paragraph)")
    try promise(!lines.contains { $0.contains(0) || $0.contains(0x0D) }, "trailers of an ambiguous message")
    for trailer in message.trailers {
      try promise(message.paragraph.contains(trailer.line), "a trailer outside of the last paragraph")
      let line = lines[trailer.line - 1]
      try promise(line.starts(with: trailer.key + [UInt8(ascii: ":")]), "a trailer that its line does not begin with")
      let value = line.dropFirst(trailer.key.count + 1)
      let isBlankByte = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
      try promise(
        value.drop(while: isBlankByte).reversed().drop(while: isBlankByte).reversed().elementsEqual(trailer.value),
        "a trailer's value is not the rest of its line")
      try promise(!trailer.key.isEmpty && !trailer.value.isEmpty, "an empty trailer")
    }
    let others = lines[(gap + 1)...last].filter { !$0.starts(with: "(cherry picked from commit ".utf8) }
    try promise(others.count == message.trailers.count, "other lines stand among the trailers")
  }

  private static func check(_ person: PersonIdentity) throws(BrokenPromise) {
    if let problem = person.problem {
      try promise(person.email == nil, "nobody has an address: \(problem.message)")
      return
    }
    try promise(person.isText(person.text), "a text is not itself")
    guard let email = person.email else { return }
    let odd = { (byte: UInt8) in byte <= 0x20 || byte == 0x7F || byte == 0x3C || byte == 0x3E }
    try promise(!email.isEmpty && !email.contains(where: odd), "an odd address: \(Text.show(email))")
    try promise(person.hasEmail(email) && contains(person.text, email), "an address that is not its own")
    if let name = person.name { try promise(contains(person.text, name) && person.hasName(name), "an odd name") }
  }

  /// Lines end at a LF, with a CR before it or without.
  private static func simpleLines(_ message: [UInt8]) -> [[UInt8]] {
    message.split(separator: 10, omittingEmptySubsequences: false).enumerated().map { index, line in
      line.last == 0x0D ? Array(line.dropLast()) : Array(line)
    }
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard bytes.count >= part.count else { return false }
    return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
  }
}
