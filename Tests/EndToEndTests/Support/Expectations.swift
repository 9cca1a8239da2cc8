import Testing

/// Expects that a push was refused by at least these checks, that no ref moved, and that `check` had said the same.
///
/// - Parameters:
///   - exactly: no other check may have failed.
///   - place: what a problem of the first check begins with: `path:line:`, `path`, or a ref.
func expectRefused(
  _ result: PushResult, _ checks: String..., at place: String? = nil, exactly: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectRefused(result, checks, at: place, exactly: exactly, sourceLocation: sourceLocation)
}

/// Expects that a push was refused by at least these checks, that no ref moved, and that `check` had said the same.
func expectRefused(
  _ result: PushResult, _ checks: [String], at place: String? = nil, exactly: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.status != 0, "git push succeeded: \(result.transcript)", sourceLocation: sourceLocation)
  #expect(result.moved.isEmpty, "refs moved: \(result.transcript)", sourceLocation: sourceLocation)
  expect(result.report, names: checks, at: place, exactly: exactly, result.transcript, sourceLocation)
  #expect(
    result.report.lines.contains { $0.contains("mlops-hook explain") },
    "the last line does not name `mlops-hook explain`: \(result.transcript)", sourceLocation: sourceLocation)
  if let checked = result.checked {
    #expect(
      checked.status == 1 && checked.verdict == "refused" && checked.checks == result.report.checks,
      "the server: \(result.report.checks.sorted()); check: \(checked.status) \(checked.transcript)",
      sourceLocation: sourceLocation)
  }
}

/// Expects that a push was accepted without any problem, that refs moved, and that `check` had said the same.
func expectAccepted(
  _ result: PushResult, moving: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.status == 0, "git push failed: \(result.transcript)", sourceLocation: sourceLocation)
  if moving { #expect(!result.moved.isEmpty, "no ref moved: \(result.transcript)", sourceLocation: sourceLocation) }
  #expect(result.report.problems.isEmpty, "\(result.transcript)", sourceLocation: sourceLocation)
  if let checked = result.checked {
    #expect(
      checked.status == 0 && checked.verdict == "accepted", "check: \(checked.status) \(checked.transcript)",
      sourceLocation: sourceLocation)
  }
}

/// Expects that a report names these checks, the first of them at a place.
func expect(
  _ report: Report, names checks: [String], at place: String?, exactly: Bool, _ transcript: String,
  _ sourceLocation: SourceLocation
) {
  let found = report.checks
  let wanted = Set(checks)
  let good = exactly ? found == wanted : found.isSuperset(of: wanted)
  #expect(
    good, "wanted \(checks), found \(found.sorted()): \(transcript)", sourceLocation: sourceLocation)
  if let place, let check = checks.first {
    let there = report.problems.contains { $0.check == check && $0.text.utf8.starts(with: place.utf8) }
    #expect(there, "no [\(check)] at \(place): \(transcript)", sourceLocation: sourceLocation)
  }
}

/// Expects a hook that was run by hand to refuse with a check (or any sentence, when none is named), with status 1.
func expectRefused(
  _ output: Output, _ check: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(output.status == 1, "status \(output.status): \(output.err)", sourceLocation: sourceLocation)
  #expect(!output.standardError.isEmpty, "silence", sourceLocation: sourceLocation)
  if let check {
    #expect(
      Report.plain(output.err).checks.contains(check), "no [\(check)]: \(output.err)", sourceLocation: sourceLocation)
  }
}

/// The place `path:line:` of the first line of a text that contains a needle.
func place(_ path: String, of needle: String, in text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let line = (lines.firstIndex { $0.utf8.count >= needle.utf8.count && $0.contains(needle) } ?? -2) + 1
  return "\(path):\(line):"
}
