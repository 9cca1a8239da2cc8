/// A number of bytes in a policy, as in `1MiB` or `1048576`.
struct ByteSize: Hashable, Sendable {
  /// The largest size: 1024 TiB.
  static let maximum: Int64 = 1 << 50

  /// The size in bytes.
  let bytes: Int64

  /// Reads a number with a unit of bytes, or with none.
  init(_ text: String) throws(ValueProblem) {
    let size = try Measurement(text)
    guard size.unit == nil || size.dimension == .bytes else {
      throw ValueProblem(
        "`\(size.text)` is \(size.dimension.phrase), not a size", fix: "write a size, as in `1MiB` or `500kB`", at: 0)
    }
    guard !size.value.isNegative, size.value <= ExactDecimal(Int(Self.maximum)) else {
      throw ValueProblem("`\(size.text)` is not within 0…1024TiB", fix: "write a size within these bounds", at: 0)
    }
    guard let bytes = size.value.integer else {
      throw ValueProblem("`\(size.text)` is no whole number of bytes", fix: "write a whole number of bytes", at: 0)
    }
    self.bytes = bytes
  }
}
