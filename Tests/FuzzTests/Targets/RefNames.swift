/// The rules of `git check-ref-format`, written down a second time from its manual.
enum RefNames {
  static func isSound(_ name: [UInt8]) -> Bool {
    let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count >= 2, name.last != UInt8(ascii: ".") else { return false }
    let forbidden = Array(" ~^:?*[\\".utf8)
    for part in parts {
      if part.isEmpty || part.first == UInt8(ascii: ".") || part.suffix(5).elementsEqual(".lock".utf8) { return false }
    }
    for (index, byte) in name.enumerated() {
      if byte < 0x20 || byte == 0x7F || forbidden.contains(byte) { return false }
      let next = index + 1 < name.count ? name[index + 1] : 0
      if byte == UInt8(ascii: "."), next == UInt8(ascii: ".") { return false }
      if byte == UInt8(ascii: "@"), next == UInt8(ascii: "{") { return false }
    }
    return true
  }
}
