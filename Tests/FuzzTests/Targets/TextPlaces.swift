@testable import YAMLTree

/// Lines and columns of a text, counted in the simplest way, to compare marks with.
struct TextPlaces {
  /// The text.
  let text: [UInt8]
  private let start: Int
  /// The line and the column of each byte, and of the end.
  private var places: [(line: Int, column: Int)] = []

  /// Counts from behind a byte order mark.
  init(_ text: [UInt8]) {
    self.text = text
    start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private mutating func count() {
    places.reserveCapacity(text.count + 1)
    var line = 1
    var column = 1
    for (index, byte) in text.enumerated() {
      // A mark stands within no character; a byte that is no part of one is a place of its own.
      places.append((line, column))
      if byte == 10 {
        line += 1
        column = 1
      } else if index >= start, byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    places.append((line, column))
  }

  /// Throws where a mark lies outside of the text, or its line and column are not those of its offset.
  mutating func check(_ mark: Mark) throws(BrokenPromise) {
    if mark == .start { return }
    try promise((start...max(start, text.count)).contains(mark.offset), "\(mark) lies outside of \(text.count) bytes")
    if places.isEmpty { count() }
    let (line, column) = places[mark.offset]
    try promise(mark.line == line && mark.column == column, "\(mark) stands at line \(line), column \(column)")
  }

  /// Throws where a node of an accepted text, or one within it, does not lie where it should.
  mutating func check(_ node: Node) throws(BrokenPromise) {
    try check(node.mark)
    try promise(node.end >= node.mark.offset && node.end <= text.count, "a node from \(node.mark) to \(node.end)")
    switch node.content {
    case .scalar: return
    case .sequence(let items):
      var last = node.mark.offset
      for item in items {
        try promise(item.mark.offset >= last && item.end <= node.end, "an item at \(item.mark) is out of its list")
        last = item.end
        try check(item)
      }
    case .mapping(let pairs):
      var last = node.mark.offset
      for pair in pairs {
        try check(pair.keyMark)
        try promise(
          pair.keyMark.offset >= last && pair.value.mark.offset >= pair.keyMark.offset && pair.value.end <= node.end,
          "a key at \(pair.keyMark) is out of its mapping")
        last = pair.value.end
        try check(pair.value)
      }
    }
  }

  /// The number of values of a node, keys included, and how deep it is.
  static func size(_ node: Node) -> (count: Int, depth: Int) {
    switch node.content {
    case .scalar: return (1, 0)
    case .sequence(let items):
      let sizes = items.map(size)
      return (1 + sizes.reduce(0) { $0 + $1.count }, 1 + (sizes.map(\.depth).max() ?? 0))
    case .mapping(let pairs):
      let sizes = pairs.map { size($0.value) }
      return (1 + sizes.reduce(pairs.count) { $0 + $1.count }, 1 + (sizes.map(\.depth).max() ?? 0))
    }
  }
}
