private import Glibc

/// Reads commit objects byte by byte; libgit2's own reader stops at a zero byte and takes the first of two authors.
enum CommitParser {
  /// Tree, parents and claimed time; nil where even these cannot be read.
  static func links(_ bytes: UnsafeRawBufferPointer) -> CommitLinks? {
    var lines = HeaderLines(bytes)
    guard let first = lines.next(), let tree = id(of: first, key: "tree ") else { return nil }
    var parents: [ObjectID] = []
    var time: Int64 = 0
    var behindParents = false
    while let line = lines.next() {
      // Git takes for parents only what stands directly behind the tree.
      if !behindParents, let parent = id(of: line, key: "parent ") {
        parents.append(parent)
        continue
      }
      behindParents = true
      if starts(line, "committer ") {
        time = claimedTime(line)
        break
      } else if !starts(line, "author ") {
        break
      }
    }
    return CommitLinks(tree: tree, parents: parents, claimedTime: time)
  }

  /// The whole commit; nil where its tree cannot be read.
  static func commit(_ id: ObjectID, _ bytes: UnsafeRawBufferPointer) -> Commit? {
    guard let links = links(bytes) else { return nil }
    var anomalies: [Commit.Anomaly] = []
    var author = CommitIdentity(name: [], email: [])
    var committer = author
    var authors = 0
    var committers = 0
    var signatures = 0
    var expected = 1 + links.parents.count
    var lines = HeaderLines(bytes)
    var position = 0
    while let line = lines.next() {
      defer { position += 1 }
      if starts(line, " ") {
        continue
      } else if starts(line, "author ") {
        authors += 1
        if position != expected { anomalies.append(.header) }
        if authors == 1 { author = identity(line, "author ", &anomalies) }
        expected += 1
      } else if starts(line, "committer ") {
        committers += 1
        if position != expected { anomalies.append(.header) }
        if committers == 1 { committer = identity(line, "committer ", &anomalies) }
      } else if starts(line, "gpgsig") {
        signatures += 1
      } else if starts(line, "encoding ") {
        anomalies.append(.encoding)
      } else if position >= 1 + links.parents.count, starts(line, "parent ") || starts(line, "tree ") {
        anomalies.append(.header)
      }
    }
    if authors == 0 || committers == 0 || !lines.ended { anomalies.append(.header) }
    if authors > 1 || committers > 1 { anomalies.append(.severalPeople) }
    if signatures > 1 { anomalies.append(.severalSignatures) }
    if links.parents.count > Commit.maximumParents { anomalies.append(.manyParents(links.parents.count)) }
    if Set(links.parents).count != links.parents.count { anomalies.append(.repeatedParent) }
    let message = UnsafeRawBufferPointer(rebasing: bytes[min(lines.position, bytes.count)...])
    if message.contains(0) || bytes[..<min(lines.position, bytes.count)].contains(0) { anomalies.append(.zeroByte) }
    let fits = message.count <= Commit.maximumMessage
    if !fits { anomalies.append(.longMessage(message.count)) }
    let text = fits ? [UInt8](message) : []
    if String(validating: text, as: UTF8.self) == nil { anomalies.append(.notUTF8) }
    return Commit(
      id: id, tree: links.tree, parents: links.parents, author: author, committer: committer,
      claimedTime: links.claimedTime, message: text, anomalies: anomalies)
  }

  private static func starts(_ line: UnsafeRawBufferPointer, _ key: StaticString) -> Bool {
    guard line.count >= key.utf8CodeUnitCount, let start = line.baseAddress else { return false }
    return memcmp(start, key.utf8Start, key.utf8CodeUnitCount) == 0
  }

  private static func id(of line: UnsafeRawBufferPointer, key: StaticString) -> ObjectID? {
    guard starts(line, key) else { return nil }
    return ObjectID(hex: line[key.utf8CodeUnitCount...])
  }

  private static func claimedTime(_ line: UnsafeRawBufferPointer) -> Int64 {
    guard let end = line.lastIndex(of: UInt8(ascii: ">")) else { return 0 }
    var time: Int64 = 0
    for byte in line[(end + 1)...].drop(while: { $0 == UInt8(ascii: " ") }) {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), time < 1 << 40 else { break }
      time = time * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return time
  }

  private static func identity(
    _ line: UnsafeRawBufferPointer, _ key: StaticString, _ anomalies: inout [Commit.Anomaly]
  ) -> CommitIdentity {
    let rest = line[key.utf8CodeUnitCount...]
    let opening = rest.filter { $0 == UInt8(ascii: "<") }.count
    let closing = rest.filter { $0 == UInt8(ascii: ">") }.count
    guard opening == 1, closing == 1, let open = rest.firstIndex(of: UInt8(ascii: "<")),
      let close = rest.firstIndex(of: UInt8(ascii: ">")), open < close
    else {
      anomalies.append(.identity)
      return CommitIdentity(name: Array(rest), email: [])
    }
    let space = UInt8(ascii: " ")
    let name = rest[..<open].reversed().drop { $0 == space }.reversed()
    let tail = rest[(close + 1)...].split(separator: space, omittingEmptySubsequences: true)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    if tail.count != 2 || !tail[0].allSatisfy({ digits.contains($0) || $0 == UInt8(ascii: "-") }) {
      anomalies.append(.identity)
    }
    return CommitIdentity(name: Array(name.drop { $0 == space }), email: Array(rest[(open + 1)..<close]))
  }
}

/// The lines of a commit's header, up to the empty line before its message.
private struct HeaderLines {
  private let bytes: UnsafeRawBufferPointer
  /// The offset of what comes next; of the message, once the header is through.
  private(set) var position = 0
  /// Whether the empty line was there.
  private(set) var ended = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard !ended, position < bytes.count, let base = bytes.baseAddress else { return nil }
    let remaining = bytes.count - position
    let length = memchr(base + position, 10, remaining).map { UnsafeRawPointer($0) - (base + position) } ?? remaining
    let line = UnsafeRawBufferPointer(start: base + position, count: length)
    position = min(bytes.count, position + length + 1)
    if length == 0 {
      ended = true
      return nil
    }
    return line
  }
}
