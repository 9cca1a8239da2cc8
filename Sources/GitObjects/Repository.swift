internal import CGit2
private import Glibc

/// A git repository, read object by object.
///
/// Nothing here writes but `moveReference`.
///
/// Not thread-safe: a hook has one thread.
public final class Repository {
  private let handle: OpaquePointer
  private let objects: OpaquePointer

  /// The git directory, an absolute path that ends in a slash.
  public let gitDirectory: String

  private init(owning handle: OpaquePointer) throws(GitError) {
    self.handle = handle
    var odb: OpaquePointer?
    let status = git_repository_odb(&odb, handle)
    guard status >= 0, let odb else {
      git_repository_free(handle)
      throw GitError.last(status, "open the object database")
    }
    objects = odb
    gitDirectory = git_repository_path(handle).map { String(cString: $0) } ?? ""
  }

  deinit {
    git_odb_free(objects)
    git_repository_free(handle)
  }

  /// Opens the repository that git's environment names, with the quarantined objects of a push.
  ///
  /// `alternates` is the value of `GIT_ALTERNATE_OBJECT_DIRECTORIES`: git quotes a path with a colon there, which
  /// libgit2 does not read, so such paths are added here.
  public static func openFromEnvironment(alternates: [UInt8]?) throws(GitError) -> Repository {
    let flags = GIT_REPOSITORY_OPEN_FROM_ENV.rawValue | GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    let repository = try open(nil, flags: flags)
    for path in AlternatePaths.quoted(in: alternates ?? []) {
      try git("add the object directory of the push") {
        path.withUnsafeBytes {
          git_odb_add_disk_alternate(repository.objects, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
      }
    }
    return repository
  }

  /// Opens the repository at `path`; with `search`, the one that contains `path`.
  public static func open(at path: String, search: Bool) throws(GitError) -> Repository {
    try open(path, flags: search ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
  }

  private static func open(_ path: String?, flags: UInt32) throws(GitError) -> Repository {
    guard GitLibrary.started else { throw GitError(.other, operation: "start libgit2") }
    var handle: OpaquePointer?
    try git("open the repository") { git_repository_open_ext(&handle, path, flags, nil) }
    guard let handle else { throw GitError(.other, operation: "open the repository") }
    return try Repository(owning: handle)
  }

  /// The git directory that all work trees share; it holds the configuration.
  public var commonDirectory: String { git_repository_commondir(handle).map { String(cString: $0) } ?? gitDirectory }

  /// The commit that a name leads to, as `git rev-parse` reads it.
  public func commit(named name: String) throws(GitError) -> ObjectID {
    var object: OpaquePointer?
    try git("look up \(name)") { git_revparse_single(&object, handle, name) }
    defer { git_object_free(object) }
    var commit: OpaquePointer?
    try git("look up \(name)") { git_object_peel(&commit, object, GIT_OBJECT_COMMIT) }
    defer { git_object_free(commit) }
    guard let oid = git_object_id(commit) else { throw GitError(.notFound, operation: "look up \(name)") }
    return ObjectID(oid.pointee)
  }

  /// Whether the repository has no work tree.
  public var isBare: Bool { git_repository_is_bare(handle) == 1 }

  /// The folder of the work tree, if there is one.
  public var workTree: String? { git_repository_workdir(handle).map { String(cString: $0) } }

  /// For extensions of this type alone.
  var repositoryHandle: OpaquePointer { handle }
  /// For extensions of this type alone.
  var objectDatabase: OpaquePointer { objects }

  // MARK: Objects

  /// The kind and the size in bytes of an object, without reading its content.
  public func header(of id: ObjectID) throws(GitError) -> (kind: ObjectKind, size: Int) {
    var size = 0
    var type = GIT_OBJECT_INVALID
    try git("read the header of \(id)") { withOID(id) { git_odb_read_header(&size, &type, objects, $0) } }
    guard let kind = ObjectKind(type) else { throw GitError(.wrongKind, operation: "read the header of \(id)") }
    return (kind, size)
  }

  /// Reads an object of the given kind.
  ///
  /// More than `maximum` bytes are not read.
  public func read(_ id: ObjectID, _ kind: ObjectKind, maximum: Int) throws(GitError) -> ObjectBytes {
    if let object = readBelowCeiling(id, kind, maximum: maximum) { return object }
    let header = try header(of: id)
    guard header.kind == kind else {
      throw GitError(.wrongKind, operation: "read \(id)", message: "it is a \(header.kind), not a \(kind)")
    }
    guard header.size <= maximum else {
      throw GitError(.tooLarge, operation: "read \(id)", message: "\(header.size) bytes are more than \(maximum)")
    }
    return try readUnchecked(id)
  }

  /// Reads an object of the given kind where libgit2 needs no allocation beyond `maximum` or a megabyte for it.
  ///
  /// Nil for anything else, of which the header then tells more.
  func readBelowCeiling(_ id: ObjectID, _ kind: ObjectKind, maximum: Int) -> ObjectBytes? {
    guard GitLibrary.hasCeiling else { return nil }
    // An object of n bytes is kept in n + 1; libgit2's own tables are small.
    mlops_git_set_ceiling(max(maximum, 1 << 20) &+ 4096)
    defer { mlops_git_set_ceiling(Int(bitPattern: UInt.max)) }
    var object: OpaquePointer?
    let status = withOID(id) { git_odb_read(&object, objects, $0) }
    guard status >= 0, let object else {
      git_error_clear()
      return nil
    }
    let bytes = ObjectBytes(owning: object)
    return bytes.kind == kind && bytes.count <= maximum ? bytes : nil
  }

  /// Reads an object whatever its kind and size: for objects whose header has been looked at.
  ///
  /// A small object can be a delta of a very large one, which its header does not tell: no part of it may be larger than
  /// this ceiling. Git itself takes no base of more than 32 times a delta's size.
  func readUnchecked(_ id: ObjectID) throws(GitError) -> ObjectBytes {
    if GitLibrary.hasCeiling { mlops_git_set_ceiling(Self.baseCeiling) }
    defer { if GitLibrary.hasCeiling { mlops_git_set_ceiling(Int(bitPattern: UInt.max)) } }
    var object: OpaquePointer?
    try git("read \(id)") { withOID(id) { git_odb_read(&object, objects, $0) } }
    guard let object else { throw GitError(.other, operation: "read \(id)") }
    return ObjectBytes(owning: object)
  }

  /// The most bytes that one part of an object's delta chain may have, the object itself among them.
  private static let baseCeiling = 48 << 20

  /// Whether the repository holds an object.
  public func contains(_ id: ObjectID) -> Bool { withOID(id) { git_odb_exists(objects, $0) } == 1 }

  /// The id that a blob of these bytes has, without storing it.
  public func hash(blob bytes: [UInt8]) throws(GitError) -> ObjectID {
    var oid = git_oid()
    try git("hash \(bytes.count) bytes") { git_odb_hash(&oid, bytes, bytes.count, GIT_OBJECT_BLOB) }
    return ObjectID(oid)
  }

  private func withOID<Result>(_ id: ObjectID, _ body: (UnsafePointer<git_oid>) -> Result) -> Result {
    var oid = git_oid()
    id.withRawBytes { raw in _ = git_oid_fromraw(&oid, raw.baseAddress?.assumingMemoryBound(to: UInt8.self)) }
    return body(&oid)
  }

  // MARK: References

  /// What a reference is when it is looked up.
  public enum Reference: Sendable, Equatable {
    /// It names an object.
    case direct(ObjectID)
    /// It names another reference.
    case symbolic([UInt8])
  }

  /// Looks up a reference without following it; nil where there is none, or none could have such a name.
  public func reference(_ name: [UInt8]) throws(GitError) -> Reference? {
    guard !name.contains(0) else { return nil }
    var found: OpaquePointer?
    let status = (name + [0]).withUnsafeBytes {
      git_reference_lookup(&found, handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
    if status == GIT_ENOTFOUND.rawValue || status == GIT_EINVALIDSPEC.rawValue {
      git_error_clear()
      return nil
    }
    guard status >= 0, let found else { throw GitError.last(status, "look up a reference") }
    defer { git_reference_free(found) }
    return Self.value(of: found)
  }

  private static func value(of found: OpaquePointer) -> Reference? {
    if let target = git_reference_symbolic_target(found) { return .symbolic(bytes(target)) }
    if let oid = git_reference_target(found) { return .direct(ObjectID(oid.pointee)) }
    return nil
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// Every reference whose name begins with `prefix`, in no particular order.
  public func references(below prefix: String) throws(GitError) -> [(name: [UInt8], value: Reference)] {
    var found: [(name: [UInt8], value: Reference)] = []
    var iterator: OpaquePointer?
    try git("list references") { git_reference_iterator_glob_new(&iterator, handle, prefix + "*") }
    defer { git_reference_iterator_free(iterator) }
    while true {
      var reference: OpaquePointer?
      let status = git_reference_next(&reference, iterator)
      if status == GIT_ITEROVER.rawValue { return found }
      guard status >= 0, let reference else { throw GitError.last(status, "list references") }
      defer { git_reference_free(reference) }
      if let name = git_reference_name(reference), let value = Self.value(of: reference) {
        found.append((Self.bytes(name), value))
      }
    }
  }

  /// Moves or makes a reference, if it still is what `old` says (zero: does not exist).
  ///
  /// False where it is not.
  public func moveReference(_ name: String, from old: ObjectID, to new: ObjectID) throws(GitError) -> Bool {
    var reference: OpaquePointer?
    defer { git_reference_free(reference) }
    let status = withOID(new) { target in
      withOID(old) { expected in
        old.isZero
          ? git_reference_create(&reference, handle, name, target, 0, "mlops-hook: emitted")
          : git_reference_create_matching(&reference, handle, name, target, 1, expected, "mlops-hook: emitted")
      }
    }
    if status == GIT_EMODIFIED.rawValue || status == GIT_EEXISTS.rawValue || status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return false
    }
    if status < 0 { throw GitError.last(status, "move \(name)") }
    return true
  }

  /// Deletes a reference, if it is there.
  public func deleteReference(_ name: String) throws(GitError) {
    let status = git_reference_remove(handle, name)
    if status < 0, status != GIT_ENOTFOUND.rawValue { throw GitError.last(status, "delete \(name)") }
    git_error_clear()
  }

  /// The length in bytes from which on libgit2 cannot look up a reference.
  public static let maximumReferenceName = 1024

  /// Whether git takes these bytes as the name of a reference.
  public static func isValidReferenceName(_ name: [UInt8]) -> Bool {
    // libgit2 takes a DEL, which git does not.
    guard GitLibrary.started, !name.contains(0), !name.contains(0x7F) else { return false }
    var valid: Int32 = 0
    let status = (name + [0]).withUnsafeBytes {
      git_reference_name_is_valid(&valid, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
    }
    return status >= 0 && valid == 1
  }
}

extension ObjectID {
  init(_ oid: git_oid) {
    self = withUnsafeBytes(of: oid) { raw in
      raw.baseAddress.map { ObjectID(rawBytes: $0) } ?? .zero
    }
  }
}
