internal import ManifestCore

/// A repository among several that cannot be looked at: the others are served all the same.
package struct PlaceProblem: Sendable {
  /// Where it is.
  package let path: String
  /// Why.
  package let message: String
  /// What to do.
  package let fix: String

  init(_ path: String, _ reason: LocalCheck.CannotSay) {
    self.path = path
    message = reason.message
    fix = reason.fix
  }
}
