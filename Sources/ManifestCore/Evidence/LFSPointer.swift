/// A git-lfs pointer: a small text that stands for a large file.
///
/// Format: git-lfs `docs/spec.md`, versions v1 and its two aliases.
struct LFSPointer: Sendable, Equatable {
  /// The SHA-256 of the file, 64 lower-case hexadecimal digits.
  var sha256: String
  /// The size of the file in bytes.
  var size: Int64

  /// No pointer is this long, in bytes.
  static let maximumBytes = 1024

  private static let versions = [
    "version https://git-lfs.github.com/spec/v1", "version https://hawser.github.com/spec/v1",
    "version http://git-media.io/v/2",
  ]

  /// Whether a file begins as a pointer does.
  static func looksLikeOne(_ bytes: UnsafeRawBufferPointer) -> Bool {
    versions.contains { bytes.starts(with: $0.utf8) }
  }

  /// Reads a pointer; nil for anything that is not exactly one.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count < LFSPointer.maximumBytes, bytes.last == 10 else { return nil }
    var lines = bytes.dropLast().split(separator: 10, omittingEmptySubsequences: false)
    guard !lines.isEmpty, LFSPointer.versions.contains(where: { lines[0].elementsEqual($0.utf8) }) else { return nil }
    lines.removeFirst()
    while let line = lines.first, line.starts(with: "ext-".utf8) { lines.removeFirst() }
    let oid = Array("oid sha256:".utf8)
    let size = Array("size ".utf8)
    guard lines.count == 2, lines[0].starts(with: oid), lines[1].starts(with: size) else { return nil }
    let digest = lines[0].dropFirst(oid.count)
    let digits = lines[1].dropFirst(size.count)
    let isHex = digest.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard digest.count == 64, isHex, !digits.isEmpty, digits.count <= 18,
      digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(String(decoding: digits, as: UTF8.self))
    else { return nil }
    sha256 = String(decoding: digest, as: UTF8.self)
    self.size = number
  }
}
