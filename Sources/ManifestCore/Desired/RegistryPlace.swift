/// Where a registry has the files of a version: `<registry>/<model>/<version>`.
///
/// The registry was judged as it is written, and so are the names: none of them is decoded, and none of them may be read in
/// two ways.
package struct RegistryPlace: Sendable {
  /// Why there is no such place.
  package struct Problem: Error {
    /// What is wrong.
    package var message: String
    /// What to do.
    package var fix: String
  }

  /// The address as people write it.
  package let text: String
  /// The address with all that is no letter, digit, `-`, `.`, `_` or `~` in the names as `%XX`.
  package let address: String

  /// The place of a version.
  package init(_ version: String, of model: String, in registry: String) throws(Problem) {
    for (what, name) in [("model", model), ("version", version)] where !Self.isPlain(name) {
      throw Problem(
        message: "the \(what) `\(Text.cut(name))` cannot be read from a registry: its name is no plain part of a path",
        fix: "give it a name without `/`, `\\`, `%`, `?` and `#` that is not `.` or `..`")
    }
    let base = registry.utf8.last == UInt8(ascii: "/") ? String(registry.dropLast()) : registry
    text = "\(base)/\(model)/\(version)"
    address = "\(base)/\(Self.encoded(model))/\(Self.encoded(version))"
  }

  /// The folder where the registry is `file://` on this machine; nil where it names another.
  package var folder: String? {
    var rest = Array(text.utf8.dropFirst("file://".utf8.count))
    if rest.starts(with: "localhost/".utf8) { rest.removeFirst("localhost".utf8.count) }
    let parts = rest.split(separator: UInt8(ascii: "/"))
    guard rest.first == UInt8(ascii: "/"), parts.allSatisfy({ Self.isPlain(String(decoding: $0, as: UTF8.self)) })
    else {
      return nil
    }
    return String(decoding: rest, as: UTF8.self)
  }

  /// A path below a version's folder as a part of an address.
  package static func encoded(path: String) -> String {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { encoded(String(decoding: Array($0), as: UTF8.self)) }.joined(separator: "/")
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".."
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && !"/\\%?#".utf8.contains($0) }
  }

  private static func encoded(_ name: String) -> String {
    name.utf8.map { byte in
      if byte.isUnreserved { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
