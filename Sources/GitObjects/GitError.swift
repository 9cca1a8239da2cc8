internal import CGit2

/// What went wrong inside libgit2, with the operation that was tried.
public struct GitError: Error, Sendable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  public enum Code: Sendable {
    /// The object, reference or key is not there.
    case notFound
    /// A name or an id is not well-formed.
    case invalid
    /// The repository belongs to somebody else.
    case owner
    /// The repository's format is not one that libgit2 can read.
    case unsupportedFormat
    /// A reference moved meanwhile.
    case modified
    /// An object is larger than the caller can take.
    case tooLarge
    /// An object is of another kind than was expected.
    case wrongKind
    /// Anything else.
    case other
  }

  /// The kind of failure.
  public let code: Code
  /// What was tried, in a few words.
  public let operation: String
  /// libgit2's own words, copied at once.
  ///
  /// Empty where it had none.
  public let message: String

  /// Creates an error of our own.
  public init(_ code: Code, operation: String, message: String = "") {
    self.code = code
    self.operation = operation
    self.message = message
  }

  /// One line: what was tried, and why it failed.
  public var description: String { message.isEmpty ? operation : "\(operation): \(message)" }
}

extension GitError {
  /// Turns a negative status into an error, with libgit2's message of this thread.
  static func last(_ status: Int32, _ operation: String) -> GitError {
    var message = ""
    if let error = git_error_last(), let text = error.pointee.message { message = String(cString: text) }
    git_error_clear()
    let code: Code
    if message.contains("safe.directory") {
      code = .owner
    } else if message.contains("unsupported extension") || message.contains("unsupported repository version") {
      code = .unsupportedFormat
    } else {
      switch status {
      case GIT_ENOTFOUND.rawValue: code = .notFound
      case GIT_EINVALIDSPEC.rawValue: code = .invalid
      case GIT_EOWNER.rawValue: code = .owner
      case GIT_EMODIFIED.rawValue, GIT_EEXISTS.rawValue, GIT_ELOCKED.rawValue: code = .modified
      default: code = .other
      }
    }
    return GitError(code, operation: operation, message: message)
  }
}

/// The one door for calls into libgit2: a negative status becomes a typed error.
func git(_ operation: @autoclosure () -> String, _ call: () -> Int32) throws(GitError) {
  let status = call()
  if status < 0 { throw GitError.last(status, operation()) }
}
