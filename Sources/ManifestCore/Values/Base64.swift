internal import CCrypto

/// Base64 (RFC 4648, section 4), read and written by mbed TLS.
package enum Base64 {
  /// The bytes that a text stands for; nil where it is not the one spelling of some bytes.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    let text = [UInt8](text)
    var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
    var count = 0
    guard mbedtls_base64_decode(&bytes, bytes.count, &count, text, text.count) == 0 else { return nil }
    let decoded = Array(bytes.prefix(count))
    // mbed TLS passes over line ends; a signature has one spelling.
    return encode(decoded).utf8.elementsEqual(text) ? decoded : nil
  }

  /// Bytes as text, padded, on one line.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    var count = 0
    guard mbedtls_base64_encode(&text, text.count, &count, bytes, bytes.count) == 0 else { return "" }
    return String(decoding: text.prefix(count), as: UTF8.self)
  }
}
