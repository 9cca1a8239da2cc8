extension MessageTrailers {
  /// The people of all `Co-authored-by:` lines, wherever in the message they stand.
  ///
  /// They only exclude, so that all is read that might name someone: indented lines, folded values, lines that end at a
  /// CR, and each address of a line that has several.
  public func coAuthors() -> [PersonIdentity] {
    var found: [PersonIdentity] = []
    var value: [UInt8] = []
    var isOpen = false
    for line in lines.message.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) {
      if isOpen, Self.coAuthor(line) == nil, line.first.map(ASCII.isBlank) == true {
        value += line
        continue
      }
      if isOpen { found += Self.people(value) }
      let begun = Self.coAuthor(line)
      isOpen = begun != nil
      value = begun.map { [UInt8]($0) } ?? []
    }
    if isOpen { found += Self.people(value) }
    return found
  }

  /// The value of a line that begins with `Co-authored-by` and a colon; nil of any other.
  private static func coAuthor(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let key = "co-authored-by".utf8
    let text = line.drop(while: ASCII.isBlank)
    guard ASCII.equalIgnoringCase(text.prefix(key.count), key) else { return nil }
    let rest = text.dropFirst(key.count).drop(while: ASCII.isBlank)
    return rest.first == UInt8(ascii: ":") ? rest.dropFirst() : nil
  }

  /// The people that a value may name: the whole value, and where that is malformed each address in it.
  private static func people(_ value: [UInt8]) -> [PersonIdentity] {
    let whole = PersonIdentity(value)
    guard whole.problem != nil || whole.email == nil else { return [whole] }
    let isAround: (UInt8) -> Bool = { $0 <= 0x20 || "<>,;()".utf8.contains($0) }
    return [whole] + value.split(whereSeparator: isAround).lazy.map { PersonIdentity($0) }.filter { $0.email != nil }
  }
}
