internal import CGit2

/// The kind of a git object.
public enum ObjectKind: Sendable {
  /// A commit.
  case commit
  /// A tree: a folder.
  case tree
  /// A blob: a file's content.
  case blob
  /// An annotated tag.
  case tag

  init?(_ type: git_object_t) {
    switch type {
    case GIT_OBJECT_COMMIT: self = .commit
    case GIT_OBJECT_TREE: self = .tree
    case GIT_OBJECT_BLOB: self = .blob
    case GIT_OBJECT_TAG: self = .tag
    default: return nil
    }
  }
}

/// The content of a git object, as it is stored.
///
/// Owns libgit2's memory, which lives as long as this does.
public final class ObjectBytes {
  private let object: OpaquePointer

  /// The content.
  ///
  /// Valid while this object is alive, so nobody outside of this module sees it.
  let bytes: UnsafeRawBufferPointer

  init(owning object: OpaquePointer) {
    self.object = object
    bytes = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
  }

  deinit { git_odb_object_free(object) }

  /// The kind of object.
  var kind: ObjectKind? { ObjectKind(git_odb_object_type(object)) }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Calls `body` with the content, which lives until it returns.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// A copy of the content.
  public var copy: [UInt8] { withBytes { [UInt8]($0) } }
}
