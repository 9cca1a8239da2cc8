/// One `Key: value` line of a commit message.
public struct Trailer: Sendable, Hashable {
  /// The key as it is written, without the colon.
  public var key: [UInt8]
  /// The value without the spaces and tabs around it.
  public var value: [UInt8]
  /// The line of the message, from 1.
  public var line: Int

  /// Creates a trailer.
  public init(key: [UInt8], value: [UInt8], line: Int) {
    self.key = key
    self.value = value
    self.line = line
  }

  /// Tells whether the key is one of `keys`, whatever the case of its ASCII letters.
  public func hasKey(in keys: [String]) -> Bool {
    keys.contains { ASCII.equalIgnoringCase(key, $0.utf8) }
  }
}
