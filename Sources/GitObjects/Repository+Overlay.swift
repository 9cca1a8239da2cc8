internal import CGit2

/// States of a clone that are no commits yet, made of objects that live in memory alone.
extension Repository {
  /// From now on objects are written to memory, and none of them outlives the process.
  public func keepNewObjectsInMemory() throws(GitError) {
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try git("make room for objects in memory") { mlops_mempack_new(&backend) }
    try git("use objects in memory") { git_odb_add_backend(objectDatabase, backend, 999) }
  }

  /// Writes an object and gives its id.
  public func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    let type: git_object_t
    switch kind {
    case .commit: type = GIT_OBJECT_COMMIT
    case .tree: type = GIT_OBJECT_TREE
    case .blob: type = GIT_OBJECT_BLOB
    case .tag: type = GIT_OBJECT_TAG
    }
    var oid = git_oid()
    try git("write an object") { git_odb_write(&oid, objectDatabase, bytes, bytes.count, type) }
    return ObjectID(oid)
  }

  /// The tree of the index; with `workTree`, of the index as it would be after adding the files below `folders`.
  ///
  /// The index itself is not written.
  public func indexTree(addingWorkTreeBelow folders: [String] = []) throws(GitError) -> ObjectID {
    var index: OpaquePointer?
    try git("read the index") { git_repository_index(&index, repositoryHandle) }
    defer { git_index_free(index) }
    try git("read the index") { git_index_read(index, 1) }
    if !folders.isEmpty {
      var names: [UnsafeMutablePointer<CChar>?] = folders.map { text in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (offset, byte) in text.utf8.enumerated() { copy[offset] = CChar(bitPattern: byte) }
        copy[text.utf8.count] = 0
        return copy
      }
      defer { names.forEach { $0?.deallocate() } }
      let count = names.count
      try git("read the work tree") {
        names.withUnsafeMutableBufferPointer { buffer in
          var list = git_strarray(strings: buffer.baseAddress, count: count)
          let added = git_index_add_all(index, &list, GIT_INDEX_ADD_DEFAULT.rawValue, nil, nil)
          return added < 0 ? added : git_index_update_all(index, &list, nil, nil)
        }
      }
    }
    var oid = git_oid()
    try git("make a tree of the index") { git_index_write_tree_to(&oid, index, repositoryHandle) }
    return ObjectID(oid)
  }
}
