/// Why a message's approvals read differently for git than for us.
public struct AmbiguousApproval: Sendable, Hashable {
  /// The line of the message that makes the difference, from 1.
  public var line: Int
  /// What is wrong.
  public var reason: String
  /// What to do.
  public var fix: String
}

extension MessageTrailers {
  /// Finds where either of git's readings has other trailers with these keys than ours; nil where all agree.
  public func gitReadsDifferently(forKeys keys: [String]) -> AmbiguousApproval? {
    if isPlain { return nil }
    let ours = values(forKeys: keys)
    let readings = GitTrailerReader.Reading.allCases.map { GitTrailerReader(lines.message, as: $0) }
    for reading in readings {
      let theirs = reading.trailers.filter { $0.hasKey(in: keys) }
      let agree = theirs.elementsEqual(ours) { $0.value == $1.value && ASCII.equalIgnoringCase($0.key, $1.key) }
      if !agree { return difference(in: reading, theirs: theirs, ours: ours, keys: keys) }
    }
    return nil
  }

  /// Whether the message has nothing that git's readings and ours could differ about: a last paragraph of trailers alone,
  /// and no line that git takes for a comment, a divider, a list of conflicts, or a line end of another kind.
  private var isPlain: Bool {
    guard !trailers.isEmpty, lines.malformation == nil, paragraphs.first?.lowerBound == 0 else { return false }
    guard !lines.message.contains(0x0D) else { return false }
    return lines.ranges.allSatisfy { range in
      guard let first = lines.message[range].first else { return true }
      switch first {
      case UInt8(ascii: "#"), UInt8(ascii: "-"): return false
      case UInt8(ascii: "C"): return !lines.message[range].starts(with: "Conflicts:".utf8)
      default: return true
      }
    }
  }

  /// Names the line that makes the difference, the most particular cause first.
  private func difference(
    in reading: GitTrailerReader, theirs: [Trailer], ours: [Trailer], keys: [String]
  ) -> AmbiguousApproval {
    let key = keys.first ?? "Approved-by"
    if let malformation = lines.malformation { return .init(malformation.kind, line: malformation.line + 1) }
    if let first = paragraphs.first?.lowerBound, first > 0, theirs.contains(where: { paragraphs[0] ~= $0.line - 1 }) {
      return AmbiguousApproval(
        line: 1, reason: "the message begins with a blank line, so git may read its first paragraph as trailers",
        fix: "begin the message with its subject")
    }
    let counted = Set(ours.map(\.line))
    for trailer in theirs where !counted.contains(trailer.line) {
      if let fault = LineFault(at: trailer.line - 1, in: lines, keys: keys) {
        return AmbiguousApproval(line: trailer.line, reason: "git reads this line, \(fault.reason)", fix: fault.fix)
      }
    }
    if theirs.count >= ours.count, let stray = reading.block.first(where: { isStray($0 - 1) }) {
      return AmbiguousApproval(
        line: stray, reason: "`\(Self.shown(lines[stray - 1]))` stands among the trailers that git reads",
        fix: "leave nothing but `Key: value` lines in the last paragraph")
    }
    return breakLine(around: theirs, ours)
      ?? AmbiguousApproval(
        line: (theirs.first ?? ours.first)?.line ?? 1,
        reason: "git reads \(theirs.count) approvals in this message, and \(ours.count) count",
        fix: "write each approval as `\(key): Name <e-mail>` in the last paragraph, with nothing else in it")
  }

  /// Finds a line at which git ends a message or a block: a divider, scissors, a comment or a list of conflicts.
  private func breakLine(around theirs: [Trailer], _ ours: [Trailer]) -> AmbiguousApproval? {
    var comment: AmbiguousApproval?
    for line in 0..<lines.count {
      let text = lines[line]
      let end = text.dropFirst(3).first
      if text.starts(with: "---".utf8), end.map(ASCII.isBlank) ?? true {
        return AmbiguousApproval(
          line: line + 1, reason: "`---` ends the message in one of git's two readings",
          fix: "remove the line, or write it otherwise")
      }
      if text.elementsEqual("# ------------------------ >8 ------------------------".utf8) {
        return AmbiguousApproval(
          line: line + 1, reason: "git ends the message at the scissors",
          fix: "remove this line and all behind it")
      }
      guard comment == nil, line >= (theirs.last ?? ours.first)?.line ?? 0 else { continue }
      if text.first == UInt8(ascii: "#") || text.elementsEqual("Conflicts:".utf8) {
        comment = AmbiguousApproval(
          line: line + 1, reason: "git skips `\(Self.shown(text))` behind the trailers",
          fix: "remove the line, so that the trailers are the last paragraph")
      }
    }
    return comment
  }

  /// Tells whether a line, from 0, is neither blank nor a trailer of ours.
  private func isStray(_ line: Int) -> Bool {
    !lines.isBlank(line) && Self.trailer(lines[line], line: line + 1) == nil && !Self.isCherryPick(lines[line])
  }
}

extension AmbiguousApproval {
  /// Words for a byte that makes the whole message ambiguous.
  init(_ kind: MessageLines.Malformation, line: Int) {
    switch kind {
    case .carriageReturn:
      self.init(
        line: line, reason: "a carriage return stands in the line, which some tools show as a line end",
        fix: "end lines with LF or CR LF")
    case .nul:
      self.init(line: line, reason: "a NUL stands in the line, and git stops to read there", fix: "remove it")
    }
  }
}
