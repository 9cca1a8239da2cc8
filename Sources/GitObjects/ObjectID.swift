/// The name of a git object: 20 bytes of SHA-1.
///
/// SHA-256 repositories are refused before an id is ever read, as libgit2 1.5 cannot open them.
public struct ObjectID: Hashable, Sendable, Comparable {
  /// The number of bytes of an id.
  public static let size = 20

  /// The number of hexadecimal digits of an id.
  public static let hexSize = 40

  /// The id of no object: git's mark for "does not exist".
  public static let zero = ObjectID(high: 0, middle: 0, low: 0)

  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  private init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// Reads an id from 20 raw bytes.
  public init(rawBytes: UnsafeRawPointer) {
    high = UInt64(bigEndian: rawBytes.loadUnaligned(as: UInt64.self))
    middle = UInt64(bigEndian: rawBytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    low = UInt32(bigEndian: rawBytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
  }

  /// Reads an id from exactly 40 lower-case hexadecimal digits; nil for anything else.
  public init?(hex: some Collection<UInt8>) {
    guard hex.count == Self.hexSize else { return nil }
    var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
    var position = 0
    for byte in hex {
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte &- UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte &- UInt8(ascii: "a")) &+ 10
      default: return nil
      }
      switch position {
      case ..<16: words.0 = words.0 << 4 | digit
      case ..<32: words.1 = words.1 << 4 | digit
      default: words.2 = words.2 << 4 | UInt32(digit)
      }
      position &+= 1
    }
    self.init(high: words.0, middle: words.1, low: words.2)
  }

  /// Whether this is the id of no object.
  public var isZero: Bool { self == .zero }

  /// The 40 hexadecimal digits.
  public var hex: String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: Self.hexSize) { buffer in
      withRawBytes { raw in
        digits.withUTF8Buffer { table in
          for index in 0..<Self.size {
            buffer[2 &* index] = table[Int(raw[index] >> 4)]
            buffer[2 &* index &+ 1] = table[Int(raw[index] & 15)]
          }
        }
      }
      return Self.hexSize
    }
  }

  /// The first ten hexadecimal digits, as messages show an id.
  public var short: String { String(hex.prefix(10)) }

  /// Calls `body` with the 20 raw bytes.
  public func withRawBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    var words = (high.bigEndian, middle.bigEndian, low.bigEndian)
    return try withUnsafeBytes(of: &words) { try body(UnsafeRawBufferPointer(rebasing: $0[..<Self.size])) }
  }

  /// Orders ids by their bytes.
  public static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}

extension ObjectID: CustomStringConvertible {
  /// The 40 hexadecimal digits.
  public var description: String { hex }
}
