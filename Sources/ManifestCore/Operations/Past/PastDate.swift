/// A time that a user names: RFC 3339, or a day of universal time.
enum PastDate {
  /// Which moment of a day is meant.
  enum Moment: String {
    case beginning = "T00:00:00Z"
    case end = "T23:59:59Z"
  }

  /// Reads a time; a plain `YYYY-MM-DD` is the beginning or the end of that day.
  static func read(_ text: String, at moment: Moment) throws -> Timestamp {
    do {
      return try Timestamp(isDay(text) ? text + moment.rawValue : text)
    } catch {
      throw LocalCheck.CannotSay(error.message, fix: error.fix)
    }
  }

  /// Whether a text has the form of a day.
  private static func isDay(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 10
      && bytes.indices.allSatisfy { index in
        [4, 7].contains(index) ? bytes[index] == UInt8(ascii: "-") : (0x30...0x39).contains(bytes[index])
      }
  }

  /// Whether a text looks like a time, so that it is not taken for a commit.
  static func isMeant(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return isDay(text)
      || bytes.count > 10 && isDay(String(decoding: bytes[..<10], as: UTF8.self))
        && (bytes[10] | 0x20) == UInt8(ascii: "t")
  }
}
