import YAMLTree

/// `mlops-hook audit`: whether the audit log is whole, and what it says.
public enum Audit {
  /// What `show` is asked.
  public struct Question: Sendable {
    /// Records of this ref only.
    public var ref: String?
    /// Records from this time on.
    public var since: String?
    /// Refused pushes only.
    public var isRefused: Bool
    /// How many records at most, the newest.
    public var count: Int

    /// Creates a question.
    public init(ref: String? = nil, since: String? = nil, isRefused: Bool = false, count: Int = 20) {
      self.ref = ref
      self.since = since
      self.isRefused = isRefused
      self.count = count
    }
  }

  private static func log(_ path: String, _ context: HookContext) throws -> AuditFiles {
    let host: HostRepository
    do {
      host = try HostRepository.open(at: path, context)
    } catch {
      let words = EmitOperation.words(error)
      throw LocalCheck.CannotSay(words.message, fix: words.fix)
    }
    let files = host.auditLog.files
    guard !files.all().isEmpty else {
      throw LocalCheck.CannotSay(
        "there is no audit log here",
        fix: host.settings.audits
          ? "name the host's repository by `--repo PATH`; the log begins with the first push that is judged"
          : "`git config --unset mlops.audit`: it says that none is kept")
    }
    return files
  }

  /// Whether each line of the log follows the one before it.
  public static func verify(path: String, context: HookContext) throws -> PastAnswer {
    var check = AuditCheck(try log(path, context))
    try check.run()
    var lines = check.notes.map { "note: \($0)" }
    if check.unchained > 0 {
      lines.append("note: \(Text.count(check.unchained, "line")) from before lines had digests cannot be verified")
    }
    if let fault = check.fault {
      lines.append("error: \(fault.file):\(fault.line): \(fault.message)")
      lines.append("hint: the lines before it are as they were written; compare the files with a backup")
    } else {
      lines.append("\(Text.count(check.lines, "line")), each follows the one before; the last has \(check.digest)")
    }
    let fault = check.fault.map { fault in
      JSONValue.object([
        ("file", .string(fault.file)), ("line", .number(fault.line)), ("message", .string(fault.message)),
      ])
    }
    let json = JSONValue.object([
      ("schema", .number(1)), ("whole", .bool(check.fault == nil)), ("lines", .number(check.lines)),
      ("unchained", .number(check.unchained)), ("digest", check.fault == nil ? .string(check.digest) : .null),
      ("fault", fault ?? .null), ("notes", .array(check.notes.map { .string($0) })),
    ])
    return PastAnswer(lines: lines, json: json, isFine: check.fault == nil)
  }

  /// The records that are asked for, the newest first.
  public static func show(_ question: Question, path: String, context: HookContext) throws -> PastAnswer {
    let log = try log(path, context)
    let since = try question.since.map { try PastDate.read($0, at: .beginning).seconds }
    let ref = question.ref.map { Text.escape(Text.show(LocalCheck.fullName($0))) }
    var found: [AuditEntry] = []
    for file in log.all().reversed() where found.count < question.count {
      guard case .content(let bytes) = SafeFiles.read(log.folder + "/" + file.name, maximum: 2 << 30) else {
        throw LocalCheck.CannotSay("`\(file.name)` cannot be read", fix: "run it as the user of the hooks")
      }
      for line in bytes.split(separator: 10).reversed() where found.count < question.count {
        guard let entry = AuditEntry(line) else { continue }
        if let since, let time = try? Timestamp(entry.time).seconds, time < since { continue }
        if let ref, !entry.updates.contains(where: { $0.ref == ref }) { continue }
        if question.isRefused, entry.type != "judged" || entry.isAccepted { continue }
        found.append(entry)
      }
    }
    var lines: [String] = []
    for entry in found { lines += Self.lines(entry) }
    if found.isEmpty { lines.append("no record of that kind") }
    let json = JSONValue.object([
      ("schema", .number(1)), ("records", .array(found.map { JSONValue($0.node) })),
    ])
    return PastAnswer(lines: lines, json: json)
  }

  private static func lines(_ entry: AuditEntry) -> [String] {
    var word = entry.type
    if entry.type == "judged" {
      word = entry.isAccepted ? "accepted" : "refused"
      if entry.brokenGlass != nil {
        word += ", and taken by break-glass"
      } else if entry.isTaken, !entry.isAccepted {
        word += ", and taken (mode \(entry.text("mode") ?? ""))"
      }
    } else if entry.type == "moved" {
      word += entry.text("judged") == "true" ? "" : ", which no recorded acceptance covers"
    }
    var who = entry.node["pusher"]?.scalar.map { $0.style == .plain ? "somebody" : $0.text } ?? "the gate"
    let places = (entry.node["from"]?.mapping ?? []).compactMap { pair in
      pair.value.scalar.map { "\(pair.key)=\($0.text)" }
    }
    if !places.isEmpty { who += " (\(places.joined(separator: ", ")))" }
    var lines = ["\(entry.time) \(word): \(who), \(entry.text("hook") ?? "append")"]
    for update in entry.updates.prefix(20) {
      lines.append("    \(update.ref) \(update.old.prefix(10)) -> \(update.new.prefix(10))")
    }
    if entry.updates.count > 20 { lines.append("    and \(entry.updates.count - 20) more refs") }
    if let glass = entry.brokenGlass { lines.append("    broken by \(glass.who): \(glass.reason)") }
    for refusal in entry.node["breakGlass"]?["refusals"]?.sequence ?? [] {
      lines.append("    no break-glass: \(refusal.scalar?.text ?? "")")
    }
    for problem in (entry.node["problems"]?.sequence ?? []).prefix(20) {
      func text(_ key: String) -> String { problem[key]?.scalar?.text ?? "" }
      let place = problem["path"]?.scalar.flatMap { $0.style == .plain ? nil : $0.text + ": " } ?? ""
      lines.append("    \(text("severity")): \(place)\(text("message")) [\(text("check"))]")
    }
    let approvals = (entry.node["approvals"]?.sequence ?? []).prefix(20).compactMap { approval in
      approval["who"]?.scalar.map { "\($0.text) (\(approval["proof"]?.scalar?.text ?? ""))" }
    }
    if !approvals.isEmpty { lines.append("    approved by \(approvals.joined(separator: ", "))") }
    let policies = (entry.node["policies"]?.sequence ?? []).compactMap { $0.scalar?.text }
    if !policies.isEmpty { lines.append("    policy \(policies.joined(separator: ", "))") }
    if entry.type == "repaired" { lines.append("    \(entry.text("message") ?? "")") }
    return lines
  }
}

extension JSONValue {
  /// A value of JSON that was read, to be written again.
  fileprivate init(_ node: Node) {
    switch node.content {
    case .mapping(let pairs): self = .object(pairs.map { ($0.key, JSONValue($0.value)) })
    case .sequence(let nodes): self = .array(nodes.map { JSONValue($0) })
    case .scalar(let scalar): self = scalar.style == .plain ? .decimal(scalar.text) : .string(scalar.text)
    }
  }
}
