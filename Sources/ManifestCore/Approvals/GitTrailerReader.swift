/// What git 2.39 reads as the trailers of a commit message.
///
/// A model of git's behaviour, for one purpose: to find messages that git reads otherwise than we do.
public struct GitTrailerReader: Sendable {
  /// The two ways in which git reads a message.
  public enum Reading: Sendable, CaseIterable {
    /// `git interpret-trailers --parse`: a `---` line ends the message.
    case interpretTrailers
    /// `git log --format=%(trailers:only,unfold)`: the whole message, from its subject on.
    case logFormat
  }

  /// The trailers, with their values unfolded and the lines on which they begin.
  public private(set) var trailers: [Trailer] = []
  /// The lines that git takes for the trailer block, from 1.
  public private(set) var block: Range<Int> = 1..<1

  /// The bytes up to the first NUL, where git stops.
  private let bytes: ArraySlice<UInt8>
  /// The lines with their line ends, from the first that git looks at.
  private var lines: [Range<Int>] = []

  /// Reads a message as git does.
  public init(_ message: [UInt8], as reading: Reading) {
    bytes = message.prefix { $0 != 0 }
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      lines.append(start..<index + 1)
      start = index + 1
    }
    if start < bytes.count { lines.append(start..<bytes.count) }

    var skipped = 0
    if reading == .logFormat {
      skipped = lines.prefix { bytes[$0].allSatisfy(ASCII.isGitSpace) }.count
      lines.removeFirst(skipped)
    }
    let end = endOfTrailers(before: reading == .interpretTrailers ? divider : lines.count)
    let begin = startOfTrailers(before: end)
    block = skipped + begin + 1..<skipped + end + 1
    readBlock(begin..<end, skipped: skipped)
  }

  /// The first line of a patch: `---` and white space.
  private var divider: Int {
    lines.firstIndex { line in
      let text = bytes[line]
      return text.starts(with: "---".utf8) && text.dropFirst(3).first.map(ASCII.isGitSpace) == true
    } ?? lines.count
  }

  /// The end of the message proper: before the scissors and the run of comments and conflicts that ends it.
  private func endOfTrailers(before limit: Int) -> Int {
    let scissors = "# ------------------------ >8 ------------------------\n".utf8
    // Git 2.39 never ends where the scissors follow the divider; later versions read on as here.
    let cutoff = lines.prefix(limit).firstIndex { bytes[$0].elementsEqual(scissors) } ?? limit
    var run = 0
    var inConflicts = false
    for line in 0..<cutoff {
      let text = bytes[lines[line]]
      if text.first == UInt8(ascii: "#") || text.first == 0x0A {
        if run == 0 { run = line }
      } else if text.elementsEqual("Conflicts:\n".utf8) {
        inConflicts = true
        if run == 0 { run = line }
      } else if inConflicts, text.first == 0x09 {
        continue
      } else if run != 0 {
        run = 0
        inConflicts = false
      }
    }
    // Git takes a run that begins at the very first byte for none.
    return run == 0 ? cutoff : run
  }

  /// The first line of the trailer block, or `end` where there is none.
  private func startOfTrailers(before end: Int) -> Int {
    let title = lines.prefix(end).firstIndex { bytes[$0].first != UInt8(ascii: "#") && isBlank($0) } ?? end
    var trailers = 0
    var others = 0
    var continuations = 0
    var hasGitsOwn = false
    var onlyBlank = true
    for line in (title..<end).reversed() {
      let text = bytes[lines[line]]
      if text.first == UInt8(ascii: "#") {
        others &+= continuations
        continuations = 0
      } else if isBlank(lines[line]) {
        if onlyBlank { continue }
        others &+= continuations
        let isBlock = hasGitsOwn && trailers &* 3 >= others || trailers > 0 && others == 0
        return isBlock ? line + 1 : end
      } else {
        onlyBlank = false
        let isGitsOwn =
          text.starts(with: "Signed-off-by: ".utf8) || text.starts(with: "(cherry picked from commit ".utf8)
        let isIndented = text.first.map(ASCII.isGitSpace) == true
        if isGitsOwn || separator(in: lines[line]) != nil {
          trailers &+= 1
          continuations = 0
          hasGitsOwn = hasGitsOwn || isGitsOwn
        } else if isIndented {
          continuations &+= 1
        } else {
          others &+= 1 &+ continuations
          continuations = 0
        }
      }
    }
    return end
  }

  /// Reads the lines of the block; those that begin with white space continue the trailer above them.
  private mutating func readBlock(_ block: Range<Int>, skipped: Int) {
    var line = block.lowerBound
    while line < block.upperBound {
      let first = line
      line += 1
      guard let colon = separator(in: lines[first]) else { continue }
      while line < block.upperBound, bytes[lines[line]].first.map(ASCII.isGitSpace) == true { line += 1 }
      let key = ASCII.trim(bytes[lines[first].lowerBound..<colon], ASCII.isGitSpace)
      let value = ASCII.trim(bytes[colon + 1..<lines[line - 1].upperBound], ASCII.isGitSpace)
      trailers.append(Trailer(key: [UInt8](key), value: Self.unfold(value), line: skipped + first + 1))
    }
  }

  /// Joins the lines of a folded value with one space each.
  private static func unfold(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var unfolded: [UInt8] = []
    var isFolding = false
    for byte in value {
      if isFolding, ASCII.isGitSpace(byte) { continue }
      isFolding = byte == 0x0A
      unfolded.append(isFolding ? 0x20 : byte)
    }
    return unfolded
  }

  /// Where the colon of a trailer line stands: behind a key and, in git's grammar, spaces and tabs.
  private func separator(in line: Range<Int>) -> Int? {
    var isKey = true
    for index in line {
      let byte = bytes[index]
      if byte == UInt8(ascii: ":") { return index == line.lowerBound ? nil : index }
      if isKey, ASCII.isKey(byte) { continue }
      guard index != line.lowerBound, ASCII.isBlank(byte) else { return nil }
      isKey = false
    }
    return nil
  }

  /// Tells whether git takes a line for blank.
  private func isBlank(_ line: Range<Int>) -> Bool { bytes[line].allSatisfy(ASCII.isGitSpace) }
}
