import GitObjects
import YAMLTree

/// What happened to one manifest, in the words that events and the history share.
struct ManifestOperation {
  var kind: ManifestKind
  var name: String
  var operation: TriggerEvent.Operation
  /// The version of `spec.model` before and after; nil for a routing.
  var from: String?
  var to: String?
  /// Whether it stood before.
  var was: Bool
  /// Whether it stands now.
  var isThere: Bool

  /// Before how many of the last changes of version a step back still counts as a rollback here.
  static let rollbackDepth = 100

  /// What happened in one file below `deployments/<environment>/`, whose entries are regular files or nil.
  ///
  /// `isRollback` is asked only where a deployment's version changed.
  static func all(
    in stem: [UInt8], from old: TreeEntry?, to new: TreeEntry?, _ context: JudgeContext, isRollback: () throws -> Bool
  ) throws -> [ManifestOperation] {
    let oldFile = try old.map { try context.manifest($0) }
    let newFile = try new.map { try context.manifest($0) }
    let routesChanged = try !hasSameRoutings(old, oldFile, new, newFile, context)
    let routingName = (newFile?.routings.first ?? oldFile?.routings.first)?.name?.value ?? Text.show(stem)
    var found: [ManifestOperation] = []
    if oldFile?.deployment != nil || newFile?.deployment != nil {
      // A file whose routing alone changed has no change of its deployment, save one of comments only.
      if try !(routesChanged && hasSameDeployment(old, new, context)) {
        found.append(
          ManifestOperation(
            kind: .deployment, name: Text.show(stem),
            operation: try operation(oldFile?.deployment, newFile?.deployment, isRollback),
            from: oldFile?.deployment?.model.version?.value, to: newFile?.deployment?.model.version?.value,
            was: oldFile?.deployment != nil, isThere: newFile?.deployment != nil))
      }
    }
    if routesChanged {
      let isGone = newFile?.routings.isEmpty ?? true
      found.append(
        ManifestOperation(
          kind: .routing, name: routingName, operation: isGone ? .remove : .route,
          was: oldFile?.routings.isEmpty == false, isThere: !isGone))
    }
    if found.isEmpty, oldFile?.deployment == nil, newFile?.deployment == nil, old != nil || new != nil {
      found.append(
        ManifestOperation(
          kind: .routing, name: routingName, operation: new == nil ? .remove : .route, was: old != nil,
          isThere: new != nil))
    }
    return found
  }

  private static func operation(
    _ old: ModelDeployment?, _ new: ModelDeployment?, _ isRollback: () throws -> Bool
  ) throws -> TriggerEvent.Operation {
    guard let old else { return .add }
    guard let new else { return .remove }
    guard old.model.version?.value != new.model.version?.value else { return .update }
    return try isRollback() ? .rollback : .promote
  }

  private static func hasSameRoutings(
    _ old: TreeEntry?, _ oldFile: ManifestFile?, _ new: TreeEntry?, _ newFile: ManifestFile?, _ context: JudgeContext
  ) throws -> Bool {
    // Most files hold no routing, and need not be read as they were written.
    if oldFile?.routings.isEmpty ?? true, newFile?.routings.isEmpty ?? true { return true }
    let left = try old.map { try context.documents($0.id).routings } ?? []
    let right = try new.map { try context.documents($0.id).routings } ?? []
    return left.count == right.count && zip(left, right).allSatisfy { $0.hasSameValue(as: $1) }
  }

  private static func hasSameDeployment(_ old: TreeEntry?, _ new: TreeEntry?, _ context: JudgeContext) throws -> Bool {
    guard let left = try old.flatMap({ try context.documents($0.id).deployment }),
      let right = try new.flatMap({ try context.documents($0.id).deployment })
    else { return false }
    return left.hasSameValue(as: right)
  }
}
