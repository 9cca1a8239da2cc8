/// The pairs of a mapping while it is read, which finds a key that stands twice.
///
/// Keys compare by canonical equivalence, so that no two keys look the same.
struct UniqueKeys {
  /// Up to this many keys, looking at each is faster than hashing.
  private static let linearLimit = 12

  /// The pairs so far, each key once.
  private(set) var pairs: [Pair] = []
  private var marks: [String: Mark] = [:]

  /// Adds a pair, or says where its key already stands.
  mutating func insert(_ pair: Pair) -> Mark? {
    if pairs.count < Self.linearLimit {
      if let first = pairs.first(where: { $0.key == pair.key }) { return first.keyMark }
    } else {
      if marks.isEmpty {
        for earlier in pairs { marks[earlier.key] = earlier.keyMark }
      }
      if let first = marks[pair.key] { return first }
      marks[pair.key] = pair.keyMark
    }
    pairs.append(pair)
    return nil
  }
}
