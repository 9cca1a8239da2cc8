import YAMLTree

/// What is wrong inside one file, whatever path and commit it is read at.
struct SourceProblem: Sendable {
  var check: CheckName
  var mark: Mark?
  var field: String?
  var message: String
  var fix: String?

  /// The finding that this problem is at a place.
  func finding(at place: Place, policy: PolicyOrigin? = nil, severity: Finding.Severity = .error) -> Finding {
    var place = place
    place.mark = mark
    return Finding(check, place, message, fix: fix, field: field, severity: severity, policy: policy)
  }
}

/// A value with the place where it was written.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var mark: Mark
}
