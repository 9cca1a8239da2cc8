import GitObjects

/// What a policy would have refused, for a reader and as JSON.
struct ReplayReport {
  let past: PastLine
  /// How many steps were judged.
  let steps: Int
  /// The steps that would have been refused, the newest first.
  let refused: [Replay.Refused]

  var answer: PastAnswer {
    var lines = past.heading("")
    for step in refused { lines += [""] + self.lines(step) }
    lines += ["", summary]
    let checks = counts.map { check, count in
      JSONValue.object([("check", .string(check.rawValue)), ("steps", .number(count))])
    }
    let json = past.json(
      [],
      [
        ("steps", .number(steps)),
        ("refused_steps", .number(refused.count)), ("checks", .array(checks)),
        ("refused", .array(refused.map(self.json))),
      ])
    return PastAnswer(lines: lines, json: json, isFine: refused.isEmpty)
  }

  /// How many steps each check would have refused, the most first.
  private var counts: [(check: CheckName, steps: Int)] {
    var counts: [CheckName: Int] = [:]
    for step in refused { for check in Set(step.findings.map(\.check)) { counts[check, default: 0] += 1 } }
    return counts.map { ($0.key, $0.value) }.sorted { left, right in
      left.steps == right.steps ? left.check.rawValue < right.check.rawValue : left.steps > right.steps
    }
  }

  private var summary: String {
    let judged = "\(Text.count(steps, "step")) judged"
    guard !refused.isEmpty else { return "\(judged), none would have been refused" }
    let most = counts.prefix(5).map { "\($0.check.rawValue) \($0.steps)" }.joined(separator: ", ")
    let rest = counts.count > 5 ? " and \(Text.count(counts.count - 5, "more check"))" : ""
    return "\(judged), \(refused.count) would have been refused: \(most)\(rest)"
  }

  /// A report on one step, as a push of it would have had.
  private func report(_ step: Replay.Refused) -> (report: Report, findings: [Finding]) {
    var findings = step.findings
    // Whose policy it is goes without saying.
    for index in findings.indices { findings[index].policy = nil }
    return (Report(Verdict(findings: findings)), findings)
  }

  private func subject(_ commit: Commit) -> String {
    Text.show(commit.message.drop { $0 == 10 }.prefix { $0 != 10 && $0 != 13 })
  }

  private func lines(_ step: Replay.Refused) -> [String] {
    let (report, findings) = report(step)
    var lines = ["\(Timestamp(seconds: step.commit.claimedTime))  \(step.commit.id.hex) \(subject(step.commit))"]
    for finding in findings.prefix(Report.maximumProblems) {
      lines += ([report.headLine(finding)] + report.hintLines(finding)).map { "    " + $0 }
    }
    let rest = findings.count - Report.maximumProblems
    if rest > 0 { lines.append("    and \(Text.count(rest, "more problem"))") }
    return lines
  }

  private func json(_ step: Replay.Refused) -> JSONValue {
    let (report, findings) = report(step)
    let problems = findings.map { finding -> JSONValue in
      guard case .object(let pairs) = report.problem(finding) else { return .null }
      return .object(pairs.filter { $0.0 != "policy" })
    }
    return .object([
      ("commit", .string(step.commit.id.hex)), ("date", .string("\(Timestamp(seconds: step.commit.claimedTime))")),
      ("subject", .string(subject(step.commit))),
      ("author", .string(Text.cut("\(Text.show(step.commit.author.name)) <\(Text.show(step.commit.author.email))>"))),
      ("problems", .array(problems)),
    ])
  }
}
