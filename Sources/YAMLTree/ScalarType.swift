/// What type YAML readers give a scalar.
public enum ScalarType: Sendable, Hashable {
  /// Text to every reader.
  case string
  /// Nothing, as `null`, `~` or no value at all.
  case null
  /// A boolean.
  case bool(Bool)
  /// A whole number.
  case int
  /// A number with a fraction.
  case float
  /// Not the same to every reader, in words that follow "is", such as "a boolean to YAML 1.1, text to YAML 1.2".
  case ambiguous(String)
}

extension Scalar {
  /// The type that YAML readers give the scalar; whatever is quoted is text.
  public var type: ScalarType {
    guard style == .plain else { return .string }
    // Numbers, dates and words are short; the longest JSON number has 64 bytes.
    guard text.utf8.count <= ScalarType.maximumTypedBytes else {
      return ScalarType.couldBeNumber(text.utf8) ? .ambiguous("a number of over 64 digits") : .string
    }
    var copy = text
    return copy.withUTF8 { ScalarType(plain: $0) }
  }
}

extension ScalarType {
  /// The length up to which a plain scalar may have a type other than text.
  static let maximumTypedBytes = 64

  /// What the type is, in words that follow "is", unless it is text.
  var wordsUnlessString: String? {
    switch self {
    case .string: nil
    case .null: "a null"
    case .bool: "a boolean"
    case .int, .float: "a number"
    case .ambiguous(let words): words
    }
  }

  /// Whether a long text is made of nothing but what numbers are made of.
  static func couldBeNumber(_ bytes: String.UTF8View) -> Bool {
    var hasDigit = false
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x30...0x39: hasDigit = true
      case 0x41...0x46, 0x61...0x66, UInt8(ascii: "x"), UInt8(ascii: "o"):
        // Hexadecimal digits, `0x`, `0o`, `0b` and exponents, behind a digit only.
        if !hasDigit { return false }
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): continue
      case UInt8(ascii: "_"): if index == 0 { return false }
      case 0x20, 0x09, UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "Z"): continue
      default: return false
      }
    }
    return hasDigit
  }

  /// The type of a plain scalar.
  init(plain bytes: UnsafeBufferPointer<UInt8>) {
    guard let first = bytes.first else {
      self = .null
      return
    }
    switch first {
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      self = NumberForm.type(of: bytes)
    case UInt8(ascii: "~"):
      self = bytes.count == 1 ? .null : .string
    case UInt8(ascii: "="):
      self = bytes.count == 1 ? .ambiguous("a default value to YAML 1.1, text to YAML 1.2") : .string
    case UInt8(ascii: "<"):
      self = bytes.elementsEqual("<<".utf8) ? .ambiguous("a merge key to YAML 1.1, text to YAML 1.2") : .string
    default:
      self = bytes.count <= 5 ? Self.word(bytes) : .string
    }
  }

  /// The type of a word of at most five letters.
  private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> ScalarType {
    // Some readers ignore case, so any mix of it is a word that needs quotes.
    func isAnyCase(_ word: StaticString) -> Bool {
      bytes.count == word.utf8CodeUnitCount && bytes.indices.allSatisfy { bytes[$0] | 0x20 == word.utf8Start[$0] }
    }
    /// Whether the letters are lower case, upper case or capitalized, which are the spellings that YAML knows.
    func isUsualCase() -> Bool {
      guard bytes.count > 1 else { return true }
      let tail = bytes[1...]
      return tail.allSatisfy { $0 & 0x20 != 0 } || (bytes[0] & 0x20 == 0 && tail.allSatisfy { $0 & 0x20 == 0 })
    }
    switch bytes[0] | 0x20 {
    case UInt8(ascii: "t") where isAnyCase("true"): return isUsualCase() ? .bool(true) : unusualCase
    case UInt8(ascii: "f") where isAnyCase("false"): return isUsualCase() ? .bool(false) : unusualCase
    case UInt8(ascii: "n") where isAnyCase("null"): return isUsualCase() ? .null : unusualCase
    case UInt8(ascii: "n") where isAnyCase("n") || isAnyCase("no"),
      UInt8(ascii: "y") where isAnyCase("y") || isAnyCase("yes"),
      UInt8(ascii: "o") where isAnyCase("on") || isAnyCase("off"):
      return .ambiguous("a boolean to YAML 1.1, text to YAML 1.2")
    default: return .string
    }
  }

  private static var unusualCase: ScalarType { .ambiguous("text to YAML, another type to readers that ignore case") }
}
