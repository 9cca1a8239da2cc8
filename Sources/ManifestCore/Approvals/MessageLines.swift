/// A commit message cut into lines: each ends at a LF, or at a CR before it.
struct MessageLines: Sendable {
  /// The whole message.
  let message: [UInt8]
  /// Where the text of each line stands in the message, without its line end.
  private(set) var ranges: [Range<Int>] = []
  /// The first line, from 0, with a byte that makes the message ambiguous.
  private(set) var malformation: (line: Int, kind: Malformation)?

  /// What makes a message ambiguous as a whole.
  enum Malformation: Sendable {
    /// A CR that does not stand before a LF.
    case carriageReturn
    /// A NUL, where git stops to read.
    case nul
  }

  /// Cuts a message.
  init(_ message: [UInt8]) {
    self.message = message
    var start = 0
    for (index, byte) in message.enumerated() {
      switch byte {
      case 0x0A:
        let end = index > start && message[index - 1] == 0x0D ? index - 1 : index
        ranges.append(start..<end)
        start = index + 1
      case 0x0D where index + 1 >= message.count || message[index + 1] != 0x0A:
        if malformation == nil { malformation = (ranges.count, .carriageReturn) }
      case 0:
        if malformation == nil { malformation = (ranges.count, .nul) }
      default: break
      }
    }
    if start < message.count { ranges.append(start..<message.count) }
  }

  /// The number of lines.
  var count: Int { ranges.count }

  /// The text of a line, from 0; empty where there is no such line.
  subscript(line: Int) -> ArraySlice<UInt8> {
    ranges.indices.contains(line) ? message[ranges[line]] : []
  }

  /// Tells whether a line holds nothing but spaces and tabs.
  func isBlank(_ line: Int) -> Bool { self[line].allSatisfy(ASCII.isBlank) }

  /// The paragraphs: runs of lines, from 0, that are not blank.
  func paragraphs() -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for line in 0..<count {
      if isBlank(line) {
        if let first = start { found.append(first..<line) }
        start = nil
      } else if start == nil {
        start = line
      }
    }
    if let first = start { found.append(first..<count) }
    return found
  }
}
