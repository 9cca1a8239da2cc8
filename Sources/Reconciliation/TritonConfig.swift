import ManifestCore

/// The `config.pbtxt` by which Triton serves a model: one for all its versions.
enum TritonConfig {
  static let fileName = "config.pbtxt"

  /// A configuration in which the model has a name and all versions are served; all else is kept.
  ///
  /// Nil where the text is none.
  static func changed(_ text: [UInt8], name: String) -> [UInt8]? {
    var reader = Reader(text: text)
    guard var kept = reader.without(["name", "version_policy"]) else { return nil }
    if let last = kept.last, last != 10 { kept.append(10) }
    return Array("name: \"\(name)\"\nversion_policy { all { } }\n".utf8) + kept
  }

  /// Reads protobuf's text format as far as to tell one field of the message from the next.
  private struct Reader {
    let text: [UInt8]
    var position = 0

    mutating func without(_ names: Set<String>) -> [UInt8]? {
      var kept: [UInt8] = []
      while true {
        let gap = position
        skip(andSeparators: true)
        kept += text[gap..<position]
        guard position < text.count else { return kept }
        let begin = position
        guard let name = word(), value() else { return nil }
        if !names.contains(name) { kept += text[begin..<position] }
      }
    }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skip(andSeparators: Bool = false) {
      while let byte = next {
        if byte == UInt8(ascii: "#") {
          while let other = next, other != 10 { position += 1; _ = other }
        } else if byte == 32 || (9...13).contains(byte)
          || (andSeparators && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")))
        {
          position += 1
        } else {
          return
        }
      }
    }

    private mutating func word() -> String? {
      let begin = position
      while let byte = next, byte == UInt8(ascii: "_") || Self.isAlphanumeric(byte) { position += 1 }
      return begin == position ? nil : String(decoding: text[begin..<position], as: UTF8.self)
    }

    private mutating func value() -> Bool {
      skip()
      let isMarked = next == UInt8(ascii: ":")
      if isMarked { position += 1 }
      skip()
      switch next {
      case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "["): return group()
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        while let byte = next, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
          guard string() else { return false }
          let end = position
          skip()
          // Strings that follow each other are one.
          if next != UInt8(ascii: "\""), next != UInt8(ascii: "'") { position = end; break }
        }
        return isMarked
      default:
        let begin = position
        while let byte = next, Self.isAlphanumeric(byte) || "_+-.".utf8.contains(byte) { position += 1 }
        return isMarked && begin < position
      }
    }

    private mutating func group() -> Bool {
      var depth = 0
      while let byte = next {
        switch byte {
        case UInt8(ascii: "#"): skip()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): guard string() else { return false }
        case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "["):
          depth += 1
          position += 1
        case UInt8(ascii: "}"), UInt8(ascii: ">"), UInt8(ascii: "]"):
          depth -= 1
          position += 1
          if depth == 0 { return true }
        default: position += 1
        }
      }
      return false
    }

    private mutating func string() -> Bool {
      let quote = next
      position += 1
      while let byte = next, byte != 10 {
        position += byte == UInt8(ascii: "\\") ? 2 : 1
        if byte == quote { return true }
      }
      return false
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
    }
  }
}
