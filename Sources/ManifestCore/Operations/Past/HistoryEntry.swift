import GitObjects

/// What one commit of the line did to a deployment in one environment.
struct HistoryEntry {
  var step: Step
  var environment: [UInt8]
  var name: [UInt8]
  /// What happened to the deployment; `route` where only its routing changed.
  var operation: TriggerEvent.Operation
  /// What happened to each manifest, with the file that it stands in.
  var changes: [(path: [UInt8], change: ManifestOperation)]
  /// The version before and after; nil where nothing stood.
  var from: String?
  var to: String?
  /// The routes before and after.
  var oldRoutes: [RouteWeight]
  var newRoutes: [RouteWeight]
  var author: CommitIdentity
  var subject: [UInt8]
  var approvals: [CountedApproval]
  /// Why the manifest that is there cannot be read; nil where it can, or is not there.
  var problem: String?
  /// The commit that a rollback takes back, and why, as the message says.
  var rollbackOf: [UInt8]?
  var reason: [UInt8]?
  /// What the versions had measured, in that commit's tree.
  var readings: [VersionReading]

  /// Whether the weights of the routes changed.
  var changesRoutes: Bool { oldRoutes != newRoutes }

  /// The author as git shows one.
  var shownAuthor: String { Text.cut("\(Text.show(author.name)) <\(Text.show(author.email))>") }

  /// The claimed date.
  var date: String { "\(Timestamp(seconds: step.claimedTime))" }

  /// The lines of the entry for a reader.
  var lines: [String] {
    var lines = ["\(date)  \(Text.show(environment))  \(operation.rawValue)  \(move)"]
    func add(_ key: String, _ words: String) {
      lines.append("    " + key + String(repeating: " ", count: max(1, 10 - key.utf8.count)) + words)
    }
    add("commit", "\(step.commit.hex) \(Text.show(subject))")
    if changesRoutes { add("routes", "\(RouteWeight.line(oldRoutes)) -> \(RouteWeight.line(newRoutes))") }
    for (path, change) in changes where change.kind == .routing && !change.isThere {
      add("routing", "`\(Text.cut(change.name))` removed from `\(Text.show(path))`")
    }
    if let problem { add("manifest", "cannot be read: \(problem)") }
    add("by", shownAuthor)
    for approval in people { add("approved", Self.words(approval)) }
    if let rollbackOf { add("undoes", Text.show(rollbackOf)) }
    if let reason { add("reason", Text.show(reason)) }
    for reading in readings { add("metrics", reading.line) }
    return lines
  }

  /// From which version to which.
  private var move: String {
    switch (from.map(Text.cut), to.map(Text.cut)) {
    case (let from?, let to?): from == to ? from : "\(from) -> \(to)"
    case (nil, let to?): "-> \(to)"
    case (let from?, nil): "\(from) ->"
    case (nil, nil): ""
    }
  }

  /// Each who approved, once, however many files were approved.
  var people: [CountedApproval] {
    var seen: Set<[String]> = []
    return approvals.filter { seen.insert([$0.who, $0.proof]).inserted }
  }

  /// An approval for a reader.
  static func words(_ approval: CountedApproval) -> String {
    "\(Text.cut(approval.who)) (\(approval.proof == "signed" ? "signed" : "\(approval.proof), unsigned"))"
  }

  /// Approvals as JSON.
  static func json(_ approvals: [CountedApproval]) -> JSONValue {
    .array(
      approvals.map { approval in
        .object([
          ("who", .string(Text.cut(approval.who))), ("proof", .string(approval.proof)),
          ("commit", .string(approval.commit.hex)), ("path", .string(Text.show(approval.path))),
        ])
      })
  }

  /// The entry as JSON.
  var json: JSONValue {
    func version(_ text: String?) -> JSONValue { text.map { .object([("version", .string($0))]) } ?? .null }
    var pairs: [(String, JSONValue)] = [
      ("commit", .string(step.commit.hex)), ("date", .string(date)), ("environment", .string(Text.show(environment))),
      ("name", .string(Text.show(name))), ("operation", .string(operation.rawValue)), ("from", version(from)),
      ("to", version(to)),
    ]
    if changesRoutes {
      pairs.append(
        ("routes", .object([("from", RouteWeight.json(oldRoutes)), ("to", RouteWeight.json(newRoutes))])))
    }
    pairs += [
      ("changes", .array(changes.map(Self.json))), ("author", .string(shownAuthor)),
      ("subject", .string(Text.show(subject))), ("approved_by", Self.json(approvals)),
    ]
    if let problem { pairs.append(("unreadable", .string(problem))) }
    if let rollbackOf { pairs.append(("rollback_of", .string(Text.show(rollbackOf)))) }
    if let reason { pairs.append(("reason", .string(Text.show(reason)))) }
    pairs.append(("versions", .array(readings.map(\.json))))
    return .object(pairs)
  }

  private static func json(_ change: (path: [UInt8], change: ManifestOperation)) -> JSONValue {
    .object([
      ("kind", .string(change.change.kind.rawValue)), ("name", .string(Text.cut(change.change.name))),
      ("path", .string(Text.show(change.path))), ("operation", .string(change.change.operation.rawValue)),
    ])
  }
}
