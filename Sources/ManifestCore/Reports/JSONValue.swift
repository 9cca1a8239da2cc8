/// A JSON value that is written with its keys in the order given, as events, audit lines and reports need it.
public indirect enum JSONValue: Sendable {
  /// A string.
  case string(String)
  /// A whole number.
  case number(Int)
  /// A number in JSON's grammar, exactly as it is written.
  case decimal(String)
  /// `true` or `false`.
  case bool(Bool)
  /// `null`.
  case null
  /// A list.
  case array([JSONValue])
  /// An object.
  case object([(String, JSONValue)])

  /// The value as RFC 8259 JSON on one line; what could move a terminal is escaped.
  public var text: String {
    var out = ""
    write(to: &out)
    return out
  }

  private func write(to out: inout String) {
    switch self {
    case .string(let value): JSONValue.quote(value, to: &out)
    case .number(let value): out += String(value)
    case .decimal(let value): out += value
    case .bool(let value): out += value ? "true" : "false"
    case .null: out += "null"
    case .array(let values):
      out += "["
      for (index, value) in values.enumerated() {
        if index > 0 { out += ", " }
        value.write(to: &out)
      }
      out += "]"
    case .object(let pairs):
      out += "{"
      for (index, pair) in pairs.enumerated() {
        if index > 0 { out += ", " }
        JSONValue.quote(pair.0, to: &out)
        out += ": "
        pair.1.write(to: &out)
      }
      out += "}"
    }
  }

  private static func quote(_ value: String, to out: inout String) {
    out += "\""
    defer { out += "\"" }
    let needsNone = { (bytes: UnsafeBufferPointer<UInt8>) in
      bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != 0x5C }
    }
    if value.utf8.withContiguousStorageIfAvailable(needsNone) == true { return out += value }
    // What needs no escape is written in one piece.
    let scalars = value.unicodeScalars
    var start = scalars.startIndex
    for index in scalars.indices {
      guard let escape = escape(of: scalars[index]) else { continue }
      out += value[start..<index]
      out += escape
      start = scalars.index(after: index)
    }
    out += value[start...]
  }

  /// What stands for a character in a string; nil where that is the character itself.
  private static func escape(of scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    default:
      guard Text.isHarmful(scalar) else { return nil }
      return String(scalar).utf16.reduce(into: "") { text, unit in
        let hex = String(unit, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      }
    }
  }

  /// A string, or `null` where there is none.
  package static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
