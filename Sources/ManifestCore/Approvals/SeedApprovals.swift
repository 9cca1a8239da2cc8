extension MessageTrailers {
  /// Reads the approvals of a `Promotion: ` message: the items of `Approved by: A, B` in its last paragraph.
  ///
  /// All lines of that paragraph must be `Key: value`; keys may hold spaces. Git reads no trailers there. Nil where the
  /// message has another form; each item is a trailer of its own, at the line where it stands.
  public func seedApprovals() -> [Trailer]? {
    guard lines.malformation == nil, let title = paragraphs.first, let last = paragraphs.last,
      lines[title.lowerBound].starts(with: "Promotion: ".utf8)
    else { return nil }
    var found: [Trailer] = []
    var hasApprovals = false
    for line in last {
      guard let field = Self.spacedField(lines[line], line: line + 1) else { return nil }
      guard ASCII.equalIgnoringCase(field.key, "Approved by".utf8) else { continue }
      hasApprovals = true
      for item in field.value.split(separator: UInt8(ascii: ",")) {
        let approver = ASCII.trim(item)
        if !approver.isEmpty { found.append(Trailer(key: field.key, value: [UInt8](approver), line: line + 1)) }
      }
    }
    return hasApprovals ? found : nil
  }

  /// Reads a line as `Key: value` with a key of letters, digits, hyphens and, between them, spaces.
  private static func spacedField(_ line: ArraySlice<UInt8>, line number: Int) -> Trailer? {
    let key = line.prefix { ASCII.isKey($0) || $0 == 0x20 }
    let behind = line[key.endIndex...].dropFirst()
    guard line[key.endIndex...].first == UInt8(ascii: ":"), behind.first.map(ASCII.isBlank) == true,
      let first = key.first, first != 0x20, key.last != 0x20
    else { return nil }
    let value = ASCII.trim(behind)
    return value.isEmpty ? nil : Trailer(key: [UInt8](key), value: [UInt8](value), line: number)
  }
}
