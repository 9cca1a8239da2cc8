internal import ManifestCore

/// How slowly a download may come: a server that drips must not hold a pass for hours.
struct DownloadPace: Sendable {
  /// How long any pace is fine, in seconds.
  var patience = 30.0
  /// The least average from then on, in bytes a second.
  var rate = 16_384.0
  private let begin = ContinuousClock.now

  /// Looks at what has come so far.
  ///
  /// Throws where that is too little, or whoever waits has given up.
  func check(_ count: Int64, _ address: WebAddress) throws {
    try Task.checkCancellation()
    let (seconds, fraction) = (ContinuousClock.now - begin).components
    let passed = Double(seconds) + Double(fraction) / 1e18
    guard passed > patience, Double(count) < rate * passed else { return }
    throw HTTPFailure(
      .time,
      "`\(Text.cut(address.shown))` has brought \(count) bytes in \(Int(passed)) s, less than \(Int(rate)) a second",
      fix: "see whether the server is well, and what is slow on the way")
  }
}
