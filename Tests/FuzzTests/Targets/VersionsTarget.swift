@testable import ManifestCore

/// Versions and the other short grammars of a manifest, each beside the same rule in other words.
enum VersionsTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    guard let text = String(validating: input, as: UTF8.self) else { return }
    try version(text, input)
    try label(text, input)
    try endpoint(text, input)
    try registry(text)
    try time(text)
    for problem in [
      ResourceQuantity.problem(in: text), Digest.problem(in: text), HeaderName.problem(in: text),
      CookieName.problem(in: text), MetricName.problem(in: text), ServerAddress.problem(in: text),
      ModelName.problem(in: text), RepositoryName.problem(in: text),
    ] {
      if let problem { try Shown.check(problem, in: text) }
    }
    let seconds = try read(text) { (text) throws(ValueProblem) in try TimeSpan(text).seconds }
    if let seconds { try promise((1...TimeSpan.maximumSeconds).contains(seconds), "a span of \(seconds) s") }
    let size = try read(text) { (text) throws(ValueProblem) in try ByteSize(text).bytes }
    if let size { try promise((0...ByteSize.maximum).contains(size), "a size of \(size)") }
    if Digest.problem(in: text) == nil { try promise(input.count == 71, "a digest of \(input.count) bytes") }
  }

  private static func version(_ text: String, _ input: [UInt8]) throws(BrokenPromise) {
    let version = try read(text) { (text) throws(ValueProblem) in try SemanticVersion(text) }
    try promise((version != nil) == isVersion(input), "`\(text)` is \(version == nil ? "a" : "no") version")
    guard let version else { return }
    try promise(version.text == text, "the text of a version is another one")
    try promise(!input.contains(UInt8(ascii: "/")) && !input.starts(with: ".".utf8), "a version that is no folder")
  }

  /// What a grammar reads; nil, and fit words, where it reads nothing.
  private static func read<Value>(
    _ text: String, _ read: (String) throws(ValueProblem) -> Value
  ) throws(BrokenPromise) -> Value? {
    let problem: ValueProblem
    do { return try read(text) } catch { problem = error }
    try Shown.check(problem, in: text)
    return nil
  }

  /// Semantic Versioning 2.0, by splitting.
  private static func isVersion(_ input: [UInt8]) -> Bool {
    guard input.count <= SemanticVersion.maximumLength else { return false }
    let isWord = { (byte: UInt8) in byte.isDigit || byte.isLetter || byte == UInt8(ascii: "-") }
    let isNumber = { (word: ArraySlice<UInt8>) in
      !word.isEmpty && word.allSatisfy(\.isDigit) && (word.count == 1 || word.first != UInt8(ascii: "0"))
    }
    let dot = UInt8(ascii: ".")
    var rest = input[...]
    if rest.first == UInt8(ascii: "v") { rest = rest.dropFirst() }
    if let plus = rest.firstIndex(of: UInt8(ascii: "+")) {
      let build = rest[(plus + 1)...].split(separator: dot, omittingEmptySubsequences: false)
      guard build.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isWord) }) else { return false }
      rest = rest[..<plus]
    }
    if let dash = rest.firstIndex(of: UInt8(ascii: "-")) {
      let words = rest[(dash + 1)...].split(separator: dot, omittingEmptySubsequences: false)
      let areSound = words.allSatisfy { word in
        !word.isEmpty && word.allSatisfy(isWord) && (!word.allSatisfy(\.isDigit) || isNumber(word))
      }
      guard areSound else { return false }
      rest = rest[..<dash]
    }
    let numbers = rest.split(separator: dot, omittingEmptySubsequences: false)
    return numbers.count == 3 && numbers.allSatisfy(isNumber)
  }

  private static func label(_ text: String, _ input: [UInt8]) throws(BrokenPromise) {
    let isEdge = { (byte: UInt8) in byte.isDigit || byte.isLowercaseLetter }
    let isLabel =
      (1...63).contains(input.count) && input.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") }
      && isEdge(input[0]) && isEdge(input[input.count - 1])
    let problem = DNSLabel.problem(in: text)
    try promise(isLabel == (problem == nil), "`\(text)` as a label: \(problem?.message ?? "taken")")
    if let problem { try Shown.check(problem, in: text) }
  }

  private static func endpoint(_ text: String, _ input: [UInt8]) throws(BrokenPromise) {
    let parts = input.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isEndpoint =
      input.count <= 2048 && parts.count > 1 && parts[0].isEmpty
      && parts.dropFirst().allSatisfy { part in
        !part.isEmpty && part.allSatisfy(\.isUnreserved) && !part.elementsEqual(".".utf8)
          && !part.elementsEqual("..".utf8)
      }
    let problem = InferenceEndpoint.problem(in: text)
    try promise(isEndpoint == (problem == nil), "`\(text)` as an endpoint: \(problem?.message ?? "taken")")
    if let problem { try Shown.check(problem, in: text) }
  }

  private static func registry(_ text: String) throws(BrokenPromise) {
    let uri: RegistryURI
    do { uri = try RegistryURI(text) } catch { return try Shown.check(error, in: text) }
    try promise(RegistryURI.schemes.contains(uri.scheme) && uri.text == text, "a registry of the scheme \(uri.scheme)")
    try promise(uri.lies(below: uri), "\(text) does not lie below itself")
    try promise(!uri.segments.contains { $0 == "." || $0 == ".." }, "\(text) has a dot segment")
    try promise(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(text) holds odd characters")
    try promise(!text.utf8.contains { "%?#\\".utf8.contains($0) }, "\(text) holds escapes, a query or a fragment")
    if let parent = try? RegistryURI("\(uri.scheme)://\(uri.authority)/") {
      try promise(uri.lies(below: parent), "\(text) does not lie below its own host")
    } else {
      throw BrokenPromise(description: "the host of \(text) is none: \(uri.authority)")
    }
  }

  private static func time(_ text: String) throws(BrokenPromise) {
    let time: Timestamp
    do { time = try Timestamp(text) } catch { return try Shown.check(error, in: text) }
    guard let again = try? Timestamp("\(time)") else {
      throw BrokenPromise(description: "\(text) is shown as \(time), which is no time")
    }
    try promise(again == time, "\(text) is shown as \(time)")
  }
}
