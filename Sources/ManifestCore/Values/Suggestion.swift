/// The known name that an author most likely meant.
public enum Suggestion {
  /// The longest name that is compared, in bytes.
  static let maximumLength = 64

  /// The nearest of the known names, or nil if none is near; of equally near ones the first.
  ///
  /// Case and the choice between `-` and `_` count for nothing, a swap of neighbours for one change.
  public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= maximumLength else { return nil }
    var limit = wanted.count <= 2 ? 0 : wanted.count <= 4 ? 1 : min(3, wanted.count / 3)
    var nearest: String?
    for candidate in known {
      let letters = folded(candidate)
      guard letters.count <= maximumLength, let distance = distance(wanted, letters, limit: limit) else { continue }
      nearest = candidate
      if distance == 0 { break }
      limit = distance - 1
    }
    return nearest
  }

  /// The bytes that are compared, at most one more than the longest name has.
  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.prefix(maximumLength + 1).map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0.lowercased }
  }

  /// The number of changes from one name to the other, or nil above the limit.
  private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    let far = limit + 1
    var older: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
      var row = [Int](repeating: far, count: right.count + 1)
      row[0] = i + 1
      var least = row[0]
      // Outside of this band the distance is above the limit by the difference of the lengths alone.
      for j in max(0, i - limit)..<max(max(0, i - limit), min(right.count, i + limit + 1)) {
        var best = min(previous[j] + (left[i] == right[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, older[j - 1] + 1) }
        row[j + 1] = best
        least = min(least, best)
      }
      if least > limit, previous.min() ?? 0 > limit { return nil }
      older = previous
      previous = row
    }
    let result = previous[right.count]
    return result <= limit ? result : nil
  }
}
