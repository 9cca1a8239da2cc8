import YAMLTree

/// Changes a few values of a YAML text where they stand.
///
/// Comments, quotes, order and line ends stay as they are: bytes are changed at their marks, and no document is written
/// anew. What comes out is read again, and has to differ in exactly what was to be changed.
struct ManifestEditor {
  /// Why a text cannot be edited in place.
  struct Problem: Error {
    var message: String
    var fix: String
  }

  /// One change of the text.
  private struct Edit {
    var range: Range<Int>
    var text: [UInt8]
  }

  /// The text as it was.
  let original: [UInt8]
  /// Its documents.
  let documents: [Node]
  private var edits: [Edit] = []
  /// The documents as they are to be.
  private var wanted: [Node?]

  /// Reads a text that the gate would take.
  init(_ text: [UInt8]) throws(Problem) {
    let stream = YAMLReader.read(text)
    if let problem = stream.problems.first {
      throw Problem(
        message: "line \(problem.mark.line), column \(problem.mark.column): \(problem.message)",
        fix: problem.fix ?? "mend the file first")
    }
    original = text
    documents = stream.documents
    wanted = stream.documents
  }

  /// The index of the first document of a kind.
  func index(of kind: ManifestKind) -> Int? { indexes(of: kind).first }

  /// The indexes of the documents of a kind.
  func indexes(of kind: ManifestKind) -> [Int] {
    documents.indices.filter { documents[$0]["kind"]?.scalar?.text == kind.rawValue }
  }

  // MARK: Changes

  /// Gives a scalar another value, written as the old one is: plain, or in its quotes.
  mutating func set(_ path: [NodeStep], of document: Int, to value: String) throws(Problem) {
    guard documents.indices.contains(document), let node = documents[document].value(at: path), let scalar = node.scalar
    else { throw Problem(message: "`\(path.words)` is not there", fix: "add it by hand") }
    guard scalar.text != value else { return }
    edits.append(try edit(of: node, scalar, to: value, path))
    wanted[document] = wanted[document]?.setting(path[...], to: value)
  }

  private func edit(of node: Node, _ scalar: Scalar, to value: String, _ path: [NodeStep]) throws(Problem) -> Edit {
    let range = node.mark.offset..<node.end
    switch scalar.style {
    case .plain:
      // A number stays a number.
      let isCount = !scalar.isString && !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return Edit(range: range, text: bytes(isCount ? value : Self.plain(value) ?? Self.doubleQuoted(value)))
    case .singleQuoted: return Edit(range: range, text: bytes(Self.singleQuoted(value)))
    case .doubleQuoted: return Edit(range: range, text: bytes(Self.doubleQuoted(value)))
    case .literal, .folded:
      // The text stands on lines of its own, behind the head.
      let old = bytes(scalar.text).filter { $0 != 10 }
      let raw = original[range]
      guard let head = raw.firstIndex(of: 10), !old.isEmpty, Self.plain(value) != nil,
        let start = (head..<max(head, range.upperBound - old.count + 1)).first(where: {
          original[$0...].starts(with: old)
        })
      else {
        throw Problem(
          message: "`\(path.words)` is written as a block of several lines", fix: "write it on one line first")
      }
      return Edit(range: start..<(start + old.count), text: bytes(value))
    }
  }

  /// Adds a field behind another one of the same mapping.
  mutating func insert(_ key: String, _ value: String, behind sibling: String, of path: [NodeStep], in document: Int)
    throws(Problem)
  {
    let words = "`\((path + [.key(sibling)]).words)`"
    guard let mapping = documents[document].value(at: path), let pair = mapping.pair(sibling) else {
      throw Problem(message: "\(words) is not there", fix: "add it by hand")
    }
    let text = "\(key): \(Self.plain(value) ?? Self.doubleQuoted(value))"
    if isFlow(mapping) {
      edits.append(Edit(range: pair.value.end..<pair.value.end, text: bytes(", " + text)))
    } else {
      let start = lineStart(pair.keyMark.offset)
      let indent = original[start..<pair.keyMark.offset]
      guard indent.allSatisfy({ $0 == 0x20 }) else {
        throw Problem(message: "\(words) does not stand on a line of its own", fix: "add `\(text)` by hand")
      }
      let end = lineEnd(pair.value.end)
      edits.append(Edit(range: end..<end, text: lineBreak + indent + bytes(text)))
    }
    wanted[document] = wanted[document]?.inserting(key, value, into: path[...])
  }

  /// Takes a field away, with its line.
  mutating func remove(_ key: String, of path: [NodeStep], in document: Int) throws(Problem) {
    guard let mapping = documents[document].value(at: path), let pairs = mapping.mapping,
      let index = pairs.firstIndex(where: { $0.key == key })
    else { return }
    let pair = pairs[index]
    if isFlow(mapping) {
      let range =
        index > 0
        ? pairs[index - 1].value.end..<pair.value.end
        : pair.keyMark.offset..<(pairs.count > 1 ? pairs[1].keyMark.offset : pair.value.end)
      edits.append(Edit(range: range, text: []))
    } else {
      let start = lineStart(pair.keyMark.offset)
      guard original[start..<pair.keyMark.offset].allSatisfy({ $0 == 0x20 }) else {
        throw Problem(
          message: "`\((path + [.key(key)]).words)` does not stand on a line of its own", fix: "remove it by hand")
      }
      let end = lineEnd(pair.value.end)
      // Up to the next line; the last line of a file may have no end.
      let next = original[end...].firstIndex(of: 10).map { $0 + 1 } ?? original.count
      edits.append(Edit(range: start..<next, text: []))
    }
    wanted[document] = wanted[document]?.removing(key, of: path[...])
  }

  /// Takes a whole document away, with the line that begins it.
  mutating func removeDocument(_ index: Int) {
    edits.append(Edit(range: segment(index), text: []))
    wanted[index] = nil
  }

  /// Puts the text of another file's document in the place of one.
  mutating func replaceDocument(_ index: Int, with other: ManifestEditor, _ otherIndex: Int) {
    edits.append(Edit(range: content(index), text: Array(other.original[other.content(otherIndex)])))
    wanted[index] = other.documents[otherIndex]
  }

  /// Adds the text of another file's document at the end.
  mutating func append(_ other: ManifestEditor, _ otherIndex: Int) {
    let needsBreak = original.last != 10
    let text = (needsBreak ? lineBreak : []) + bytes("---") + lineBreak + other.original[other.content(otherIndex)]
    edits.append(Edit(range: original.count..<original.count, text: text))
    wanted.append(other.documents[otherIndex])
  }

  /// The text with all changes.
  func result() throws(Problem) -> [UInt8] {
    var text = original
    for edit in edits.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) > ($1.range.lowerBound, $1.range.upperBound)
    }) {
      text.replaceSubrange(edit.range, with: edit.text)
    }
    let expected = wanted.compactMap { $0 }
    let stream = YAMLReader.read(text)
    guard stream.problems.isEmpty, stream.documents.count == expected.count,
      zip(stream.documents, expected).allSatisfy({ $0.hasSameValue(as: $1) })
    else {
      throw Problem(
        message: "the file is written in a way that cannot be changed in place", fix: "change it by hand, and commit it"
      )
    }
    return text
  }

  // MARK: The text

  private func isFlow(_ mapping: Node) -> Bool {
    mapping.mark.offset < original.count && original[mapping.mark.offset] == UInt8(ascii: "{")
  }

  private func lineStart(_ offset: Int) -> Int { original[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0 }

  /// Where the line of an offset ends, before its line break.
  private func lineEnd(_ offset: Int) -> Int {
    // A block scalar ends behind its line break.
    let from = offset > 0 && original[offset - 1] == 10 ? offset - 1 : offset
    let end = original[from...].firstIndex(of: 10) ?? original.count
    return end > 0 && original[end - 1] == 13 ? end - 1 : end
  }

  /// How lines end in this file.
  private var lineBreak: [UInt8] {
    guard let first = original.firstIndex(of: 10) else { return [10] }
    return first > 0 && original[first - 1] == 13 ? [13, 10] : [10]
  }

  /// The offsets of the lines `---`, which no scalar can hold.
  private var markers: [Int] {
    var found: [Int] = []
    var start = 0
    while start < original.count {
      let line = original[start...].prefix { $0 != 10 }
      if line.starts(with: bytes("---")), line.dropFirst(3).first.map({ $0 <= 0x20 }) ?? true { found.append(start) }
      start += line.count + 1
    }
    return found
  }

  /// Where a document's text lies, with the marker before it.
  private func segment(_ index: Int) -> Range<Int> {
    let offset = documents[index].mark.offset
    let markers = markers
    return (markers.last { $0 <= offset } ?? 0)..<(markers.first { $0 > offset } ?? original.count)
  }

  /// Where a document's text lies, without the line of the marker before it.
  private func content(_ index: Int) -> Range<Int> {
    let segment = segment(index)
    guard markers.contains(segment.lowerBound) else { return segment }
    let lineEnd = original[segment.lowerBound...].firstIndex(of: 10).map { $0 + 1 } ?? original.count
    // A document may begin behind its marker, on the same line.
    return min(max(lineEnd, segment.lowerBound), documents[index].mark.offset)..<segment.upperBound
  }

  // MARK: Scalars

  /// A value as a plain scalar, where every reader takes that for the same text.
  static func plain(_ value: String) -> String? {
    let marks = Array("_./:+@~-".utf8)
    let isSafe = value.utf8.allSatisfy { ASCII.isAlphanumeric($0) || marks.contains($0) }
    guard isSafe, let first = value.utf8.first, ASCII.isAlphanumeric(first), value.utf8.last != UInt8(ascii: ":"),
      Scalar(text: value, style: .plain).isString
    else { return nil }
    return value
  }

  private static func singleQuoted(_ value: String) -> String {
    "'" + String(decoding: value.utf8.flatMap { $0 == UInt8(ascii: "'") ? [$0, $0] : [$0] }, as: UTF8.self) + "'"
  }

  /// A value in double quotes.
  static func doubleQuoted(_ value: String) -> String {
    let escaped = value.utf8.flatMap {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), $0] : [$0]
    }
    return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
  }
}
