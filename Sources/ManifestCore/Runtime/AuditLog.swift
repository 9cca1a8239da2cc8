import GitObjects
import YAMLTree

/// The decisions of the gate and the moves of protected refs, one JSON object a line, in `mlops/audit.jsonl`.
///
/// Texts are made harmless before they are written as JSON, so that each line reads again by the strictest reader.
struct AuditLog {
  static let folderName = "mlops"
  /// The most refs that are listed of a refused push.
  private static let refusedUpdates = 50

  let gitDirectory: String
  var limit = AuditFiles.usualLimit
  /// Whether a record is on the disk before anybody goes on.
  var isDurable = true

  var files: AuditFiles { AuditFiles(folder: gitDirectory + Self.folderName, limit: limit, isDurable: isDurable) }

  /// Who did something, and from where.
  struct Actor {
    var pusher: Pusher
    /// What the host's session says of where the pusher is.
    var origin: [(name: String, value: String)] = []
  }

  /// A push that was judged.
  struct Judged {
    var time: Int64
    var hook: String
    var actor: Actor
    var mode: String
    /// How much was judged: `full`, `form` or `history`.
    var scope: String
    /// Whether git was told to take the push.
    var isTaken: Bool
    var verdict: Verdict
    /// The break-glass that was asked for.
    var breakGlass: BreakGlass.Outcome?
  }

  /// A protected ref that holds something else than when it was last looked at.
  struct Moved {
    var time: Int64
    /// Which program saw it: `post-receive` or `emit`.
    var hook: String
    /// Who moved it, where the program knows: it runs for that very push.
    var actor: Actor?
    /// Whom the record of the judgement names; nil where there is none.
    var pusher: String?
    var ref: [UInt8]
    var old: ObjectID
    var new: ObjectID
    /// Whether recorded acceptances lead from the old commit to the new one.
    var isJudged: Bool
  }

  /// Appends what was judged.
  func append(_ record: Judged) throws {
    _ = try SafeFiles.makeFolder(gitDirectory, [Self.folderName])
    try files.append([Self.pairs(record)], time: record.time)
  }

  /// Appends what moved.
  func append(_ records: [Moved]) throws {
    guard let first = records.first else { return }
    _ = try SafeFiles.makeFolder(gitDirectory, [Self.folderName])
    try files.append(records.map(Self.pairs), time: first.time)
  }

  // MARK: Records

  private static func text(_ value: String) -> JSONValue { .string(Text.escape(Text.cut(value))) }

  /// A ref as it is looked up by: shown once, as `covers` is asked for it.
  private static func name(_ ref: [UInt8]) -> JSONValue { .string(Text.escape(Text.show(ref))) }

  private static func pairs(_ actor: Actor?, _ pusher: String? = nil) -> [(String, JSONValue)] {
    guard let actor else { return [("pusher", pusher.map(text) ?? .null)] }
    let identities = actor.pusher.identities.prefix(20).map { identity in
      JSONValue.object([("name", text(identity.name)), ("by", .string(identity.source.word))])
    }
    return [
      ("pusher", text(actor.pusher.shown)), ("identities", .array(Array(identities))),
      ("from", .object(actor.origin.map { ($0.name, text($0.value)) })),
    ]
  }

  private static func pairs(_ record: Moved) -> [(String, JSONValue)] {
    let update = JSONValue.object([
      ("ref", name(record.ref)), ("old", .string(record.old.hex)), ("new", .string(record.new.hex)),
      ("protected", .bool(true)),
    ])
    return [
      ("type", .string("moved")), ("time", .string("\(Timestamp(seconds: record.time))")),
      ("hook", .string(record.hook)),
    ] + pairs(record.actor, record.pusher) + [("judged", .bool(record.isJudged)), ("updates", .array([update]))]
  }

  private static func pairs(_ record: Judged) -> [(String, JSONValue)] {
    // What was refused moves nothing: that it was, and some of what, is enough, and cannot crowd out the rest of the log.
    let updates = record.verdict.updates.prefix(record.isTaken ? 1000 : Self.refusedUpdates).map { judged in
      let alias: [(String, JSONValue)] =
        judged.name == judged.update.ref ? [] : [("as", text(judged.update.shown))]
      return JSONValue.object(
        [
          ("ref", record.isTaken || judged.isProtected ? name(judged.name) : text(Text.show(judged.name))),
          ("old", .string(judged.update.old.hex)),
          ("new", .string(judged.update.new.hex)), ("protected", .bool(judged.isProtected)),
        ] + alias)
    }
    let problems = record.verdict.findings.prefix(50).map { finding in
      JSONValue.object([
        ("check", .string(finding.check.rawValue)), ("severity", .string(finding.severity.rawValue)),
        ("ref", finding.place.ref.map { text(Text.show($0)) } ?? .null),
        ("path", finding.place.path.map { text(Text.show($0)) } ?? .null), ("message", text(finding.message)),
      ])
    }
    let approvals = record.verdict.approvals.prefix(100).map { approval in
      JSONValue.object([
        ("path", text(Text.show(approval.path))), ("who", text(approval.who)), ("proof", text(approval.proof)),
        ("signed", .bool(approval.proof == "signed")),
      ])
    }
    let head: [(String, JSONValue)] = [
      ("type", .string("judged")), ("time", .string("\(Timestamp(seconds: record.time))")),
      ("hook", .string(record.hook)),
    ]
    let facts: [(String, JSONValue)] = [
      ("mode", .string(record.mode)), ("scope", .string(record.scope)),
      ("verdict", .string(record.verdict.isAccepted ? "accepted" : "refused")), ("taken", .bool(record.isTaken)),
      ("updates", .array(Array(updates))), ("updateCount", .number(record.verdict.updates.count)),
      ("policies", .array(record.verdict.policies.map(text))),
      ("problemCount", .number(record.verdict.findings.count)), ("problems", .array(Array(problems))),
      ("approvals", .array(Array(approvals))),
    ]
    let glass: [(String, JSONValue)] = record.breakGlass.map { [("breakGlass", json($0))] } ?? []
    return head + pairs(record.actor) + facts + glass
  }

  private static func json(_ outcome: BreakGlass.Outcome) -> JSONValue {
    .object([
      ("granted", .bool(outcome.isGranted)), ("who", outcome.who.map(text) ?? .null),
      ("reason", .string(Text.escape(outcome.reason))),
      ("refs", .array(outcome.refs.prefix(100).map { text(Text.show($0)) })),
      ("overridden", .array(outcome.checks.map { .string($0.rawValue) })),
      ("refusals", .array(outcome.refusals.prefix(20).map(text))),
    ])
  }

  /// What is said of a line that a crash has cut off.
  static func repair(of length: Int, time: Int64) -> [(String, JSONValue)] {
    [
      ("type", .string("repaired")), ("time", .string("\(Timestamp(seconds: time))")), ("bytes", .number(length)),
      ("message", .string("the line before was cut off, as by a crash; it is kept as it was found")),
    ]
  }
}

extension Pusher.Identity.Source {
  /// Who vouches for an identity, as the audit log says it.
  fileprivate var word: String {
    switch self {
    case .host: "host"
    case .system: "operating system"
    case .certificate: "certificate"
    case .configuration: "configuration"
    }
  }
}
