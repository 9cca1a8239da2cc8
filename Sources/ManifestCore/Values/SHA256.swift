internal import CCrypto

/// The SHA-256 of bytes that come piece by piece (FIPS 180-4), computed by mbed TLS.
public final class SHA256 {
  /// The number of bytes of a digest.
  public static let size = 32

  private let context: UnsafeMutablePointer<mbedtls_md_context_t>
  private var isSound: Bool

  /// Begins a digest.
  public init() {
    context = .allocate(capacity: 1)
    mbedtls_md_init(context)
    isSound =
      mbedtls_md_setup(context, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), 0) == 0
      && mbedtls_md_starts(context) == 0
  }

  deinit {
    mbedtls_md_free(context)
    context.deallocate()
  }

  /// Adds bytes.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    if !bytes.isEmpty, mbedtls_md_update(context, start, bytes.count) != 0 { isSound = false }
  }

  /// Ends the digest; nil where it could not be computed, for want of memory.
  public func finish() -> [UInt8]? {
    var digest = [UInt8](repeating: 0, count: Self.size)
    guard isSound, mbedtls_md_finish(context, &digest) == 0 else { return nil }
    isSound = false
    return digest
  }

  /// The digest of some bytes; nil where it could not be computed.
  public static func digest(_ bytes: [UInt8]) -> [UInt8]? {
    let hash = SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return hash.finish()
  }

  /// The HMAC (RFC 2104) of some bytes under a key; nil where it could not be computed.
  public static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
    var code = [UInt8](repeating: 0, count: size)
    let info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256)
    guard mbedtls_md_hmac(info, key, key.count, bytes, bytes.count, &code) == 0 else { return nil }
    return code
  }

  /// The digest of some bytes as 64 lower-case hexadecimal digits; nil where it could not be computed.
  public static func hex(_ bytes: [UInt8]) -> String? { digest(bytes).map { Hexadecimal.text($0) } }
}

/// Bytes as hexadecimal digits.
public enum Hexadecimal {
  /// Two lower-case digits for each byte.
  public static func text(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
