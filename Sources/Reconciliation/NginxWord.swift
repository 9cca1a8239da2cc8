import ManifestCore

/// Words that stand in nginx's configuration: nothing that a manifest says may end one.
enum NginxWord {
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
  }

  /// Throws where a name is no DNS label.
  static func check(label: String) throws {
    guard let problem = DNSLabel.problem(in: label) else { return }
    throw TargetFailure("`\(Text.cut(label))`: \(problem.message)", fix: problem.fix)
  }

  /// Throws where a version holds what no version does.
  static func check(version: String) throws {
    guard !version.isEmpty, version.utf8.allSatisfy({ isAlphanumeric($0) || ".-+".utf8.contains($0) }) else {
      throw TargetFailure("`\(Text.cut(version))` is no version", fix: "write it as SemVer 2.0 does")
    }
  }

  /// A part of a regular expression that matches a text alone: whatever is no letter or digit by its code.
  static func literal(_ text: String) -> String {
    text.utf8.map { byte in
      if isAlphanumeric(byte) { return String(Unicode.Scalar(byte)) }
      let hex = String(byte, radix: 16)
      return "\\x" + (hex.utf8.count == 1 ? "0" : "") + hex
    }.joined()
  }
}
