import GitObjects

/// Says of all repositories of a host whether their gates are in force, for cron.
public struct Monitor {
  /// What was found about one repository.
  public struct Entry: Sendable {
    /// How it stands.
    public enum State: String, Sendable {
      /// The gate is in force.
      case armed
      /// It is not.
      case off
      /// It cannot be told.
      case unknown
    }

    /// The repository.
    public var path: String
    /// How it stands.
    public var state: State
    /// What is wrong, and what could be better.
    public var problems: [Doctor.Item]
  }

  /// Everything that was found.
  public struct Answer: Sendable {
    /// The repositories in the order of their paths.
    public var entries: [Entry]
    /// When it was looked at, in seconds since 1970.
    public var time: Int64

    /// 0 all in force, 1 some not, 2 cannot say of some, or there is none at all.
    public var status: Int32 {
      if entries.contains(where: { $0.state == .off }) { return 1 }
      return entries.isEmpty || entries.contains { $0.state == .unknown } ? 2 : 0
    }

    /// How many are in a state.
    public func count(_ state: Entry.State) -> Int { entries.reduce(0) { $0 + ($1.state == state ? 1 : 0) } }
  }

  /// Looks at everything below some folders, and at single repositories.
  public static func look(
    folders: [String], repositories: [String], except: [String], depth: Int?, pushes: Bool, context: HookContext
  ) throws -> Answer {
    for folder in folders where !SafeFiles.isFolder(folder) || !SafeFiles.canList(folder) {
      throw LocalCheck.CannotSay(
        "the folder `\(Text.cut(folder))` cannot be read", fix: "name one that can: `mlops-hook monitor --scan DIR`")
    }
    let finder = RepositoryFinder(
      repositories: repositories, folders: folders, depth: depth ?? RepositoryFinder.usualDepth)
    let left = Set(except.map { SafeFiles.canonical($0) ?? $0 })
    func isMeant(_ path: String) -> Bool { !left.contains(SafeFiles.canonical(path) ?? path) }
    var closeness = Doctor.Closeness()
    closeness.looksAtAll = false
    closeness.runs = false
    closeness.pushes = pushes
    var entries = finder.paths().filter(isMeant).map { entry($0, closeness, context) }
    for path in finder.doubtful() where isMeant(path) {
      let item = Doctor.Item(
        state: .broken, message: "it cannot be read, or is no whole repository",
        fix: "let this user read it, mend it, or name it with `--except`")
      entries.append(Entry(path: path, state: .unknown, problems: [item]))
    }
    return Answer(entries: entries.sorted { $0.path < $1.path }, time: context.now)
  }

  private static func entry(_ path: String, _ closeness: Doctor.Closeness, _ context: HookContext) -> Entry {
    let (items, status) = Doctor.examine(path: path, closeness: closeness, context: context)
    let problems = items.filter { $0.state == .broken || $0.state == .warning }
    return Entry(path: path, state: status == 0 ? .armed : status == 1 ? .off : .unknown, problems: problems)
  }
}

extension Monitor.Answer {
  /// The answer as JSON.
  public var json: JSONValue {
    .object([
      ("time", .string("\(Timestamp(seconds: time))")),
      ("armed", .number(count(.armed))), ("off", .number(count(.off))), ("unknown", .number(count(.unknown))),
      (
        "repositories",
        .array(
          entries.map { entry in
            .object([
              ("path", .string(Text.show(bytes(entry.path)))), ("state", .string(entry.state.rawValue)),
              (
                "problems",
                .array(
                  entry.problems.map { problem in
                    .object([
                      ("severity", .string(problem.state == .broken ? "error" : problem.state.rawValue)),
                      ("message", .string(problem.message)), ("fix", .optional(problem.fix)),
                    ])
                  })
              ),
            ])
          })
      ),
    ])
  }

  /// The answer for people: a line for each repository that is not as it should be, and what to do.
  public var lines: [String] {
    var lines: [String] = []
    for entry in entries where entry.state != .armed || !entry.problems.isEmpty {
      let shown = Text.show(bytes(entry.path))
      for problem in entry.problems {
        lines.append("\(problem.state == .broken ? "error" : "warning"): \(shown): \(problem.message)")
        if let fix = problem.fix { lines.append("hint: \(fix)") }
      }
      if entry.state == .off { lines.append("error: \(shown): the gate is NOT in force") }
      if entry.state == .unknown { lines.append("error: \(shown): cannot say whether the gate is in force") }
    }
    let all = Text.count(entries.count, "repository", plural: "repositories")
    return lines + ["\(all): \(count(.armed)) in force, \(count(.off)) not, \(count(.unknown)) unknown"]
  }

  /// The answer as Prometheus' text format, for node_exporter's textfile collector.
  public var metrics: String {
    func label(_ path: String) -> String {
      var text = ""
      for scalar in Text.show(bytes(path)).unicodeScalars {
        if scalar == "\\" || scalar == "\"" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
      return text
    }
    var text = "# HELP mlops_gate_armed Whether the gate of a repository is in force (1), not (0), or unknown (-1).\n"
    text += "# TYPE mlops_gate_armed gauge\n"
    for entry in entries {
      let value = entry.state == .armed ? "1" : entry.state == .off ? "0" : "-1"
      text += "mlops_gate_armed{repository=\"\(label(entry.path))\"} \(value)\n"
    }
    text += "# HELP mlops_gate_checked_timestamp_seconds When it was looked at.\n"
    text += "# TYPE mlops_gate_checked_timestamp_seconds gauge\nmlops_gate_checked_timestamp_seconds \(time)\n"
    return text
  }
}
