@testable import GitObjects
@testable import ManifestCore
@testable import YAMLTree

/// Names of files, refs and fields: what they are taken for, and what of them is shown.
///
/// A NUL separates two names.
enum PathsTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let names = input.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
    for name in names { try name.isEmpty ? () : check(name) }
    if names.count > 1 { try compare(names[0], names[1]) }
    try shown(input)
  }

  private static func check(_ name: [UInt8]) throws(BrokenPromise) {
    if let stem = Snapshot.stem(name) {
      try promise(stem + bytes(".yaml") == name && !stem.isEmpty, "the stem of a file is not its name")
      if DNSLabel.problem(in: String(decoding: stem, as: UTF8.self)) == nil {
        let path = Snapshot.path(stem, stem)
        let text = String(decoding: path, as: UTF8.self)
        try promise(Array(text.utf8) == path, "an accepted path is not UTF-8")
        try promise(Array(CaseFolding.normalized(text).utf8) == path, "an accepted path is not NFC")
        try promise(CaseFolding.key(of: path).bytes == path, "an accepted path has capitals")
        try promise(path.filter { $0 == UInt8(ascii: "/") }.count == 2, "an accepted path is deeper than it is")
      }
    }
    let key = CaseFolding.key(of: name)
    try promise(key.isText == (String(validating: name, as: UTF8.self) != nil), "what is text is a matter of opinion")
    try promise(CaseFolding.key(of: key.bytes) == key, "the key of a name has another key")
    try promise(!CaseFolding.looksAlike(name, name), "a name is like itself, and another one")
    if key.isText {
      let text = String(decoding: name, as: UTF8.self)
      let normal = CaseFolding.normalized(text)
      try promise(CaseFolding.normalized(normal) == normal && normal == text, "normalising is not idempotent")
      try promise(CaseFolding.key(of: normal.utf8) == key, "a normal form has another key")
      try promise(CaseFolding.key(of: text.uppercased().lowercased().utf8).isText, "lower case is no text")
    }
    if TreeEntry.isPlain(name) { try promise(key.bytes == name, "a plain name is folded") }
    if Repository.isValidReferenceName(name), name.contains(UInt8(ascii: "/")) {
      try promise(RefNames.isSound(name), "git does not take the ref \(Text.show(name))")
    }
    for owner in Snapshot.possibleOwners(of: name) { try promise(name.starts(with: owner), "no prefix of a name") }
  }

  private static func compare(_ one: [UInt8], _ other: [UInt8]) throws(BrokenPromise) {
    try promise(
      CaseFolding.looksAlike(one, other) == CaseFolding.looksAlike(other, one), "two names are alike one way only")
    try promise(
      PersonIdentity.sameName(one, other) == PersonIdentity.sameName(other, one), "two names are one, one way only")
    if one == other { try promise(PersonIdentity.sameName(one, other), "a name is not its own") }
    guard let pattern = String(validating: one, as: UTF8.self) else { return }
    if one.filter({ $0 == UInt8(ascii: "*") }).count <= 8, other.count <= 200 {
      try promise(
        RefPattern(pattern).matches(other) == matches(one[...], other[...]), "\(pattern) and \(Text.show(other))")
    }
    guard let name = String(validating: other, as: UTF8.self) else { return }
    let known = ["metadata", "apiVersion", "kind", "spec", pattern]
    if let nearest = Suggestion.nearest(to: name, among: known) {
      try promise(known.contains(nearest), "a suggestion out of nowhere")
    }
    let without = Text.without(pattern, in: name)
    try promise(without.utf8.count <= name.utf8.count, "a text grows where a part is left out")
    try promise(sameBytes(pattern, name) == (one == other), "the same bytes are a matter of opinion")
  }

  /// A glob, tried at every place; whole runs of the same failure are remembered by the lengths being short.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    // Row by row: which prefixes of the name the pattern so far can match.
    var reach = [Bool](repeating: false, count: name.count + 1)
    reach[0] = true
    for byte in pattern {
      var next = [Bool](repeating: false, count: name.count + 1)
      if byte == UInt8(ascii: "*") {
        var isOpen = false
        for index in reach.indices {
          isOpen = isOpen || reach[index]
          next[index] = isOpen
        }
      } else {
        for (index, other) in name.enumerated() where reach[index] && other == byte { next[index + 1] = true }
      }
      reach = next
    }
    return reach[name.count]
  }

  private static func shown(_ input: [UInt8]) throws(BrokenPromise) {
    let text = Text.show(input)
    try promise(text.unicodeScalars.count <= 4 * (Text.maximumShown + 1), "a name is shown too long")
    try Shown.harmless(Text.escape(text).filter { $0 != "\n" })
    try promise(!Text.escape(text).utf8.contains(10), "a line has two lines")
    let visible = Text.visible(input)
    if let seen = String(validating: visible, as: UTF8.self), String(validating: input, as: UTF8.self) != nil {
      try Shown.harmless(seen)
    }
    let json = JSONValue.array([.string(text), .object([(text, .string(String(decoding: input, as: UTF8.self)))])]).text
    try promise(json.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "JSON on two lines")
    try Shown.harmless(json)
    let (node, problems) = JSONReader.read(Array(json.utf8), limits: TextLimits(allowsEscapes: true))
    try promise(problems.isEmpty, "JSON of ours is none: \(problems.first?.message ?? "")")
    let back = node?.sequence?.first?.scalar?.text
    try promise(back.map { sameBytes($0, text) } == true, "a string is another one as JSON")
  }
}
