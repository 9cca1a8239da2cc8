/// Something that must hold of every input, and does not.
struct BrokenPromise: Error, CustomStringConvertible {
  /// What was promised.
  var description: String
}

/// Throws where a promise does not hold.
@inline(__always)
func promise(_ holds: Bool, _ words: @autoclosure () -> String) throws(BrokenPromise) {
  if !holds { throw BrokenPromise(description: words()) }
}
