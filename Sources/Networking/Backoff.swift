/// How long to wait before something is tried again.
public enum Backoff {
  /// The longest pause of our own choosing, in seconds.
  public static let maximum: Double = 3600
  /// The longest pause that a receiver may ask for, in seconds.
  public static let maximumAsked: Double = 86_400

  /// The pause after so many failures: doubled each time, within a quarter more or less, so that many do not come at once.
  public static func pause(after failures: Int) -> Double {
    let doublings = Double(1 << min(max(failures - 1, 0), 20))
    return min(maximum, doublings) * Double.random(in: 0.75...1.25)
  }

  /// The pause that `Retry-After` asks for, in seconds or until a date; nil where it says nothing that can be used.
  public static func asked(_ header: String?, now: Int64) -> Double? {
    guard let text = header.map({ $0.trimmed }), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return min(Double(text) ?? maximumAsked, maximumAsked)
    }
    guard let date = HTTPDate.seconds(text) else { return nil }
    return min(max(Double(date - now), 0), maximumAsked)
  }
}

extension String {
  /// The text without spaces and tabs at its ends.
  var trimmed: String {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    let front = drop(while: isSpace)
    return String(front.reversed().drop(while: isSpace).reversed())
  }
}
