import GitObjects

/// What git says on the standard input of `reference-transaction`: `<old> SP <new> SP <ref> LF`, githooks(5).
struct RefTransaction {
  /// What a ref is to hold.
  enum Value: Equatable {
    case object(ObjectID)
    /// Another ref, as git writes it since 2.46: `ref:refs/heads/main`.
    case symbolic([UInt8])
  }

  /// One ref that is to move.
  struct Move {
    /// What it held as far as the caller cares; zero for "whatever it holds", and for nothing.
    var old: Value
    var new: Value
    var ref: [UInt8]
  }

  var moves: [Move] = []

  /// Reads the lines; nil where one of them is not as git writes it.
  static func parse(_ input: [UInt8]) -> RefTransaction? {
    var transaction = RefTransaction()
    var rest = input[...]
    while let end = rest.firstIndex(of: 10) {
      let parts = rest[..<end].split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let old = value(parts[0]), let new = value(parts[1]), !parts[2].isEmpty else {
        return nil
      }
      transaction.moves.append(Move(old: old, new: new, ref: Array(parts[2])))
      rest = rest[(end + 1)...]
    }
    return rest.isEmpty ? transaction : nil
  }

  private static func value(_ text: ArraySlice<UInt8>) -> Value? {
    let prefix = bytes("ref:")
    if text.starts(with: prefix) { return .symbolic(Array(text.dropFirst(prefix.count))) }
    guard text.count == ObjectID.hexSize else { return nil }
    return ObjectID(hex: text).map { .object($0) }
  }
}
