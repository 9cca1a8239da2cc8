import GitObjects

/// One CloudEvents 1.0 event: a protected ref moved, and governed manifests changed with it.
struct TriggerEvent {
  static let type = "mlops.reconcile.requested.v1"

  /// What happened to one manifest.
  enum Operation: String { case add, promote, rollback, update, route, remove }

  /// One manifest that changed.
  struct Change {
    var kind: ManifestKind
    var environment: String
    var name: String
    var path: String
    var operation: Operation
    var from: (version: String?, blob: ObjectID)?
    var to: (version: String?, blob: ObjectID)?
    var commit: ObjectID
    var approvals: [CountedApproval]
  }

  var id: String
  var source: String
  var ref: String
  var before: ObjectID
  var after: ObjectID
  var time: Int64
  /// Who pushed; nil where nobody knows.
  var pusher: String?
  var isJudged: Bool
  /// Who let it in against the gate's verdict, by a policy's `break_glass`.
  var brokenGlass: AuditLog.BrokenGlass?
  var changes: [Change]

  /// The event for those who only want some environments; nil where nothing is left.
  func filtered(_ sink: Sink) -> TriggerEvent? {
    var event = self
    event.changes = changes.filter { sink.takes($0.environment) }
    return event.changes.isEmpty ? nil : event
  }

  /// The event in CloudEvents' JSON format.
  var json: JSONValue {
    .object([
      ("specversion", .string("1.0")), ("type", .string(Self.type)), ("id", .string(id)), ("source", .string(source)),
      ("subject", .string(ref)), ("time", .string("\(Timestamp(seconds: time))")),
      ("datacontenttype", .string("application/json")),
      (
        "data",
        .object(
          [
            ("ref", .string(ref)), ("before", .string(before.hex)), ("after", .string(after.hex)),
            ("pusher", pusher.map { .string($0) } ?? .null),
            ("judged", .bool(isJudged)),
          ] + glass + [("changes", .array(changes.map(Self.json)))])
      ),
    ])
  }

  private var glass: [(String, JSONValue)] {
    guard let glass = brokenGlass else { return [] }
    return [
      (
        "breakGlass",
        .object([
          ("who", .string(glass.who)), ("reason", .string(glass.reason)), ("time", .string(glass.time)),
          ("commit", .string(glass.commit)),
        ])
      )
    ]
  }

  private static func json(_ change: Change) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("kind", .string(change.kind.rawValue)), ("environment", .string(change.environment)),
      ("name", .string(change.name)),
      ("path", .string(change.path)), ("operation", .string(change.operation.rawValue)),
    ]
    for (key, state) in [("from", change.from), ("to", change.to)] {
      guard let state else { continue }
      let version: [(String, JSONValue)] = state.version.map { [("version", .string($0))] } ?? []
      pairs.append((key, .object(version + [("blob", .string(state.blob.hex))])))
    }
    pairs.append(("commit", .string(change.commit.hex)))
    pairs.append(
      (
        "approved_by",
        .array(change.approvals.map { .object([("who", .string(Text.cut($0.who))), ("proof", .string($0.proof))]) })
      ))
    return .object(pairs)
  }
}
