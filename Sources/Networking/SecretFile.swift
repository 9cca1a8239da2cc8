internal import Glibc
internal import ManifestCore

/// A secret; it cannot be printed by accident.
public struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
  /// The bytes as they stand in the file.
  public let bytes: [UInt8]

  /// Keeps a secret.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Says nothing about the secret.
  public var description: String { "a secret" }

  /// Shows nothing to whoever dumps the value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Reads secrets from a file that only its owner can read.
public enum SecretFile {
  /// Why a file of secrets cannot be used.
  public struct Refused: Error, Equatable {
    /// What is wrong.
    public var message: String
    /// What to do.
    public var fix: String

    /// Creates a reason.
    public init(message: String, fix: String) {
      self.message = message
      self.fix = fix
    }
  }

  /// The secrets of a file, one a line, the first of them the one in use.
  public static func read(_ path: String) throws(Refused) -> [Secret] {
    let shown = Text.cut(path)
    let descriptor: Int32
    do {
      descriptor = try SecretPlace.open(path)
    } catch {
      throw Refused(message: error.message, fix: error.fix)
    }
    defer { close(descriptor) }
    guard let content = content(descriptor) else {
      throw Refused(
        message: "the secret file `\(shown)` cannot be read: \(SafeFiles.lastError)", fix: "look at the disk")
    }
    let secrets = content.split(whereSeparator: { $0 == 10 || $0 == 13 }).map(trimmed).filter { !$0.isEmpty }
    guard !secrets.isEmpty else {
      throw Refused(
        message: "the secret file `\(shown)` is empty",
        fix: "write a secret into it: `(umask 077; openssl rand -hex 32 > FILE)`")
    }
    guard secrets.count <= 10 else {
      throw Refused(
        message: "the secret file `\(shown)` holds \(secrets.count) secrets, more than 10",
        fix: "remove those that no receiver takes any more")
    }
    return secrets.map { Secret($0) }
  }

  private static func content(_ descriptor: Int32) -> [UInt8]? {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while content.count <= SecretPlace.maximumBytes {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      content += buffer[..<count]
    }
    return content
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 }
    let rest = line.drop(while: isSpace)
    return Array(rest.reversed().drop(while: isSpace).reversed())
  }
}
