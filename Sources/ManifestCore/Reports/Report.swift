/// Writes a verdict for whoever has to read it.
public struct Report: Sendable {
  /// The formats that a report can have.
  public enum Format: String, Sendable, CaseIterable {
    /// Lines that git's client shows behind `remote:`.
    case text
    /// One JSON object.
    case json
    /// SARIF 2.1.0.
    case sarif
    /// JUnit XML.
    case junit
    /// GitHub's workflow commands.
    case github
    /// GitLab's Code Quality report.
    case gitlab
  }

  /// The most problems that are shown.
  public static let maximumProblems = 50
  /// The most bytes of a text report.
  public static let maximumBytes = 16 << 10

  let verdict: Verdict
  /// `GL-HOOK-ERR: ` on GitLab, whose pages show only such lines.
  let prefix: String
  /// What the report says before it counts, where the verdict alone does not: a dry run, audit mode.
  let closing: String?

  /// Whether the limits of a hook's report hold for every format.
  let isLimited: Bool

  /// Creates a report.
  ///
  /// With `isLimited`, JSON too has at most 50 problems and 16 KiB.
  public init(_ verdict: Verdict, prefix: String = "", closing: String? = nil, isLimited: Bool = false) {
    self.isLimited = isLimited
    self.verdict = verdict
    self.prefix = prefix
    self.closing = closing
  }

  /// The report in a format, with a line end behind each line.
  public func text(_ format: Format) -> String {
    switch format {
    case .text: return lines().map { prefix + Text.escape($0) + "\n" }.joined()
    case .json: return prefix + json().text + "\n"
    case .sarif: return SARIFReport.json(verdict).text + "\n"
    case .junit: return JUnitReport.text(verdict)
    case .github: return GitHubReport.text(verdict)
    case .gitlab: return GitLabReport.json(verdict).text + "\n"
    }
  }

  /// The lines of the text report.
  private func lines() -> [String] {
    let errors = verdict.errors
    let warnings = verdict.findings.filter { $0.severity == .warning }
    var lines: [String] = []
    var size = 0
    var shown = 0
    func take(_ block: [String]) -> Bool {
      let cost = block.reduce(0) { $0 + Text.escape($1).utf8.count + prefix.utf8.count + 1 }
      guard size + cost < Report.maximumBytes - 1024 else { return false }
      size += cost
      lines += block
      return true
    }
    for finding in (errors + warnings).prefix(Report.maximumProblems) {
      let head = headLine(finding)
      // Where room runs out, what to do goes before what is wrong.
      guard take([head] + hintLines(finding)) || take([head]) else { break }
      shown += 1
    }
    for note in verdict.notes { lines.append("hint: " + note) }
    if let closing { lines.append(closing) }
    let rest = shown < errors.count + warnings.count ? " (\(shown) shown)" : ""
    if let first = errors.first {
      lines.append(
        "error: \(Text.count(errors.count, "problem"))\(rest); `mlops-hook explain \(first.check.rawValue)` says more")
    } else if let first = warnings.first {
      lines.append(
        "hint: \(Text.count(warnings.count, "warning"))\(rest); `mlops-hook explain \(first.check.rawValue)` says more")
    }
    return lines
  }

  /// The line that says what is wrong, and where.
  func headLine(_ finding: Finding) -> String {
    var place = ""
    if let path = finding.place.path {
      place = Text.show(path)
      if let mark = finding.place.mark { place += ":\(mark.line):\(mark.column)" }
      place += ": "
    } else if let ref = finding.place.ref {
      place = Text.show(ref) + ": "
    }
    return "\(finding.severity.rawValue): \(place)\(finding.message) [\(finding.check.rawValue)]"
  }

  /// The lines that say what to do.
  func hintLines(_ finding: Finding) -> [String] {
    var lines: [String] = []
    if let fix = finding.fix {
      lines.append("hint: \(fix)\(finding.policy == .host ? " (asked by the host's policy)" : "")")
    }
    lines += finding.notes.map { "hint:   " + $0 }
    if let commit = finding.place.commit, finding.place.path != nil, verdict.updates.contains(where: { $0.commits > 1 })
    {
      lines.append("hint:   seen in commit \(commit.short)")
    }
    return lines
  }

  /// The JSON report: the format is documented in `docs/messages.md`.
  private func json() -> JSONValue {
    let word = verdict.isAccepted ? "accepted" : verdict.isUnknown ? "unknown" : "refused"
    var problems: [JSONValue] = []
    var room = isLimited ? Report.maximumBytes - 6 * 1024 : Int.max
    for finding in verdict.findings.prefix(isLimited ? Report.maximumProblems : 1000) {
      let value = problem(finding)
      if isLimited { room -= value.text.utf8.count + 2 }
      guard room > 0 else { break }
      problems.append(value)
    }
    let updates = verdict.updates.prefix(isLimited ? 20 : 1000).map { judged in
      JSONValue.object([
        ("ref", .string(judged.update.shown)), ("old", .string(judged.update.old.hex)),
        ("new", .string(judged.update.new.hex)),
        ("commits", .number(judged.commits)), ("manifests", .number(judged.manifests)),
      ])
    }
    var pairs: [(String, JSONValue)] = [
      ("schema", .number(1)), ("verdict", .string(word)), ("updates", .array(updates)),
      ("problems", .array(problems)),
    ]
    if verdict.findings.count > problems.count {
      pairs.append(("omitted", .number(verdict.findings.count - problems.count)))
    }
    let approvals = verdict.approvals.prefix(isLimited ? 20 : 1000)
    if !approvals.isEmpty { pairs.append(("approvals", .array(approvals.map(approval)))) }
    if !verdict.notes.isEmpty { pairs.append(("notes", .array(verdict.notes.map { .string($0) }))) }
    return .object(pairs)
  }

  private func approval(_ approval: CountedApproval) -> JSONValue {
    .object([
      ("path", .string(Text.show(approval.path))), ("who", .string(approval.who)), ("proof", .string(approval.proof)),
      ("commit", .string(approval.commit.hex)),
    ])
  }

  /// One problem as JSON.
  func problem(_ finding: Finding) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("check", .string(finding.check.rawValue)), ("severity", .string(finding.severity.rawValue)),
    ]
    let judged = verdict.updates.first { $0.name == finding.place.ref } ?? verdict.updates.first
    pairs.append(("policy", .string((finding.policy ?? judged?.policy ?? .builtIn).rawValue)))
    if let ref = finding.place.ref { pairs.append(("ref", .string(Text.show(ref)))) }
    if let commit = finding.place.commit { pairs.append(("commit", .string(commit.hex))) }
    if let path = finding.place.path { pairs.append(("path", .string(Text.show(path)))) }
    if let mark = finding.place.mark { pairs += [("line", .number(mark.line)), ("column", .number(mark.column))] }
    if let field = finding.field { pairs.append(("field", .string(field))) }
    pairs.append(("message", .string(finding.message)))
    if let fix = finding.fix { pairs.append(("fix", .string(fix))) }
    if !finding.notes.isEmpty { pairs.append(("notes", .array(finding.notes.map { .string($0) }))) }
    return .object(pairs)
  }
}
