internal import ManifestCore

/// A date as HTTP headers have it (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// The seconds since 1970; nil where the text is no such date.
  static func seconds(_ text: String) -> Int64? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: words[2]) else { return nil }
    let number = month + 1
    let padded = (number < 10 ? "0" : "") + String(number)
    // The grammar of the parts, and days that no month has, are refused by the reader of RFC 3339.
    return try? Timestamp("\(words[3])-\(padded)-\(words[1])T\(words[4])Z").seconds
  }
}
