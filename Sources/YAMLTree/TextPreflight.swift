/// What YAML and JSON texts have in common before they are parsed: size, byte order mark, characters.
enum TextPreflight {
  /// Checks a text and, where parsing makes sense, hands it on without byte order mark and forbidden characters.
  ///
  /// `body` is given the bytes, the offset of the first of them, and what the scan found.
  static func withText(
    _ bytes: UnsafeRawBufferPointer, limits: TextLimits, problems: inout ProblemList,
    body: (UnsafeRawBufferPointer, Int, TextScan, inout ProblemList) -> Void
  ) {
    guard bytes.count <= limits.maximumBytes else {
      problems.add(
        .limit, "the file has \(bytes.count) bytes, limit \(limits.maximumBytes)", fix: "make it smaller", at: .start)
      return
    }
    var base = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      problems.add(
        .unsupported, "the file begins with a byte order mark", fix: "save the file as UTF-8 without BOM", at: .start)
      base = 3
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      problems.add(.unsupported, "the file is UTF-16", fix: "save the file as UTF-8 without BOM", at: .start)
      return
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[base...])
    let scan = TextScan(text, base: base, problems: &problems)
    guard scan.isReadable else { return }
    if let sanitized = scan.sanitized {
      sanitized.withUnsafeBytes { body($0, base, scan, &problems) }
    } else {
      body(text, base, scan, &problems)
    }
  }
}
