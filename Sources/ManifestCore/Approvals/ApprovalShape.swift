/// A line cut as generously as a reader's eye would: anything that a person may take for an approval.
struct ApprovalShape {
  /// The key that it resembles, as the policy writes it.
  var key = ""
  /// Spaces or tabs stand before the key.
  var isIndented = false
  /// Marks of quotes, lists or comments stand before the key.
  var isMarked = false
  /// The key's first scalar that is not ASCII, as `<U+2010>`.
  var oddScalar: String?
  /// The key is spelled as it should be, whatever the case of its letters.
  var isSpelled = true
  /// Blanks stand between the key and its separator.
  var hasBlankBeforeSeparator = false
  /// What stands where the colon belongs; nil where nothing does.
  var separator: Unicode.Scalar?
  /// What follows the separator, in UTF-8.
  var value: [UInt8] = []

  /// Cuts a line; nil where it does not begin with something like one of the keys and a colon.
  init?(_ line: ArraySlice<UInt8>, keys: [String]) {
    guard Self.mayMatch(line, keys) else { return nil }
    let scalars = ArraySlice(String(decoding: line.prefix(1024), as: UTF8.self).unicodeScalars)
    for key in keys where match(scalars, key) { return }
    return nil
  }

  /// Whether the first letter of a line could be that of a key: most lines are prose, and need not be decoded.
  private static func mayMatch(_ line: ArraySlice<UInt8>, _ keys: [String]) -> Bool {
    let isSkipped: (UInt8) -> Bool = { ASCII.isBlank($0) || isMark(Unicode.Scalar($0)) }
    guard let first = line.prefix(1024).first(where: { !isSkipped($0) }) else { return keys.contains("") }
    guard first < 0x80 else { return true }
    return keys.contains { key in
      guard let letter = key.utf8.first, letter.isLetter else { return true }
      return letter.lowercased == first.lowercased
    }
  }

  /// Tries one key.
  private mutating func match(_ scalars: ArraySlice<Unicode.Scalar>, _ key: String) -> Bool {
    self = ApprovalShape(key: key)
    let start = scalars.drop { Self.isBlank($0) || Self.isMark($0) }
    isMarked = scalars[..<start.startIndex].contains(where: Self.isMark)
    isIndented = !isMarked && start.startIndex > scalars.startIndex

    var rest = start
    for letter in key.unicodeScalars {
      while let next = rest.first, next.properties.isDefaultIgnorableCodePoint { skipOdd(&rest) }
      guard let next = rest.first else { return false }
      if next.properties.lowercaseMapping == letter.properties.lowercaseMapping, next.isASCII {
        rest.removeFirst()
      } else if letter == "-", Self.isHyphen(next) || Self.isBlank(next) {
        isSpelled = false
        if next.isASCII { rest.removeFirst() } else { skipOdd(&rest) }
      } else {
        return false
      }
    }
    return matchSeparator(&rest)
  }

  /// Cuts the separator and the value.
  ///
  /// Without a colon only a hyphenated key counts: prose has "approved by".
  private mutating func matchSeparator(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
    while let next = rest.first, Self.isBlank(next) || next == "*" || next.properties.isDefaultIgnorableCodePoint {
      if next.isASCII { rest.removeFirst() } else { skipOdd(&rest) }
      hasBlankBeforeSeparator = true
    }
    if let next = rest.first, Self.isSeparator(next) {
      separator = next
      rest.removeFirst()
    } else if !isSpelled || !hasBlankBeforeSeparator || rest.isEmpty {
      return false
    } else {
      hasBlankBeforeSeparator = false
    }
    value = [UInt8](String(String.UnicodeScalarView(rest)).utf8)
    return true
  }

  /// Skips a scalar that is no part of the key.
  private mutating func skipOdd(_ rest: inout ArraySlice<Unicode.Scalar>) {
    if oddScalar == nil { oddScalar = rest.first?.codePoint }
    rest.removeFirst()
  }

  private init(key: String) { self.key = key }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ">", "*", "-", "+", "#", "|", "`", "\"", "'", "\u{2022}", "\u{FEFF}": true
    default: false
    }
  }

  private static func isHyphen(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "\u{2212}" || scalar == "\u{AD}" || scalar.properties.generalCategory == .dashPunctuation
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ":", "=", "\u{FF1A}", "\u{FE55}", "\u{FE13}", "\u{2236}", "\u{A789}", "\u{FF1D}", ";": true
    default: false
    }
  }
}
