extension JSONValue {
  /// The value as RFC 8259 JSON for people: a line for each field, short values on one line, a line end at the end.
  public var page: String {
    var out = ""
    write(to: &out, indent: 0)
    return out + "\n"
  }

  /// How long a line may become before a value is spread over several.
  private static let width = 100

  private func write(to out: inout String, indent: Int) {
    let line = text
    let isSpread: Bool
    switch self {
    case .object(let pairs): isSpread = !pairs.isEmpty && (indent == 0 || indent + line.utf8.count > Self.width)
    case .array(let values): isSpread = !values.isEmpty && indent + line.utf8.count > Self.width
    default: isSpread = false
    }
    guard isSpread else {
      out += line
      return
    }
    let margin = String(repeating: " ", count: indent + 2)
    switch self {
    case .object(let pairs):
      out += "{\n"
      for (index, pair) in pairs.enumerated() {
        out += margin + JSONValue.string(pair.0).text + ": "
        pair.1.write(to: &out, indent: indent + 2)
        out += index + 1 < pairs.count ? ",\n" : "\n"
      }
      out += margin.dropLast(2) + "}"
    case .array(let values):
      out += "[\n"
      for (index, value) in values.enumerated() {
        out += margin
        value.write(to: &out, indent: indent + 2)
        out += index + 1 < values.count ? ",\n" : "\n"
      }
      out += margin.dropLast(2) + "]"
    case .string, .number, .decimal, .bool, .null: out += line
    }
  }
}
