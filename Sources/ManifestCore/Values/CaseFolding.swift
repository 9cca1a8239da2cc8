@_spi(_Unicode) internal import Swift

/// Names that a file system or a reader may take for one another.
enum CaseFolding {
  /// What names have in common that differ in case or normalization only.
  struct Key: Hashable, Sendable {
    /// The folded name; the name itself where it is not UTF-8.
    let bytes: [UInt8]

    /// Whether the name is UTF-8.
    let isText: Bool
  }

  /// The key of a name: two names look alike when their keys are equal.
  static func key(of name: some Collection<UInt8>) -> Key {
    if name.allSatisfy({ $0 < 0x80 }) { return Key(bytes: name.map(\.lowercased), isText: true) }
    guard let text = String(validating: name, as: UTF8.self) else { return Key(bytes: Array(name), isText: false) }
    // Lower case first, so that a capital sharp s becomes the small one, whose upper case is two letters.
    let folded = normalized(text).lowercased().uppercased().lowercased()
    return Key(bytes: Array(normalized(folded).utf8), isText: true)
  }

  /// Whether two names look alike without being the same bytes.
  static func looksAlike(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    !left.elementsEqual(right) && key(of: left) == key(of: right)
  }

  /// The canonical composition of a text.
  static func normalized(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: text._nfc)
    return String(scalars)
  }
}
