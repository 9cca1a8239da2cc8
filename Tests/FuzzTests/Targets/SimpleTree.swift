@testable import GitObjects

/// Trees read in the simplest way: cut at the first space and the first NUL.
enum SimpleTree {
  /// The entries; nil where the bytes are no list of entries.
  static func entries(_ bytes: UnsafeRawBufferPointer) -> [TreeEntry]? {
    var rest = Array(bytes)[...]
    var entries: [TreeEntry] = []
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: 0), let space = rest[..<end].firstIndex(of: 0x20), space > rest.startIndex,
        rest.endIndex - end > ObjectID.size
      else { return nil }
      let mode: FileMode
      switch String(decoding: rest[rest.startIndex..<space], as: UTF8.self) {
      case "100644": mode = .file
      case "100755": mode = .executable
      case "120000": mode = .symbolicLink
      case "160000": mode = .submodule
      case "40000": mode = .folder
      default: mode = .odd
      }
      let id = Array(rest[(end + 1)...(end + ObjectID.size)]).withUnsafeBytes {
        $0.baseAddress.map { ObjectID(rawBytes: $0) } ?? .zero
      }
      entries.append(TreeEntry(name: Array(rest[(space + 1)..<end]), mode: mode, id: id))
      rest = rest[(end + ObjectID.size + 1)...]
    }
    return entries
  }

  /// Whether git, and everybody else, would take the entries for a folder.
  static func isSound(_ entries: [TreeEntry]) -> Bool {
    let names = entries.map(\.name)
    guard Set(names).count == names.count else { return false }
    for entry in entries {
      let lower = String(decoding: entry.name.map { $0 < 0x80 ? $0 : 0x21 }, as: UTF8.self).lowercased()
      if entry.name.isEmpty || entry.name.contains(UInt8(ascii: "/")) || entry.mode == .odd { return false }
      if [".", "..", ".git"].contains(lower) { return false }
    }
    let keys = entries.map { $0.name + ($0.mode == .folder ? [UInt8(ascii: "/")] : []) }
    return zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
  }
}
