import GitObjects

/// `mlops-hook history`: everything that happened to a deployment on the protected line.
public struct History {
  /// What is asked.
  public struct Question: Sendable {
    /// The deployment.
    public var name: String
    /// The only environment that counts; nil: all.
    public var environment: String?
    /// The time at which it is asked what was deployed; nil: everything that happened.
    public var date: String?
    /// The ref that is read; nil: the protected line.
    public var ref: String?

    /// Creates a question.
    public init(name: String, environment: String? = nil, date: String? = nil, ref: String? = nil) {
      self.name = name
      self.environment = environment
      self.date = date
      self.ref = ref
    }
  }

  private let past: PastLine
  private let context: JudgeContext
  private let walk: DeploymentWalk
  private let line: Line
  private let maker: EntryMaker

  /// Answers from the repository that contains `path`.
  public static func answer(_ question: Question, path: String, context: HookContext) throws -> PastAnswer {
    let date = try question.date.map { try PastDate.read($0, at: .end) }
    let history = try History(question, path: path, context)
    return try date.map { try history.answer(at: $0) } ?? history.answer()
  }

  private init(_ question: Question, path: String, _ context: HookContext) throws {
    var past = try PastLine.open(path: path, ref: question.ref, context: context)
    self.context = try past.judgeContext()
    past.note(self.context.policies)
    self.past = past
    line = try past.line()
    var walk = DeploymentWalk(
      name: bytes(question.name), environment: question.environment.map { bytes($0) }, context: self.context)
    try walk.walk(line)
    guard walk.pasts.values.contains(where: { $0.entries.contains { $0.state != nil } }) else {
      throw try KnownNames(context: self.context, line: line).nothing(of: question)
    }
    self.walk = walk
    maker = EntryMaker(line: past, context: self.context)
  }

  /// The states from before a step on.
  private func past(of touch: DeploymentWalk.Touch) -> ArraySlice<DeploymentPast.Entry>? {
    walk.pasts[touch.environment]?.entries[touch.pastIndex...]
  }

  /// Everything that happened, the newest first.
  private func answer() throws -> PastAnswer {
    // From the oldest on: what a merge brings in is found once.
    let entries = try walk.touches.reversed().map { touch in
      try maker.entry(touch.step, walk.name, touch.environment, files: touch.files, past: past(of: touch))
    }.reversed()
    var lines = past.heading("\(Text.show(walk.name)) on ")
    for entry in entries { lines += [""] + entry.lines }
    let json = past.json([("name", .string(Text.show(walk.name)))], [("history", .array(entries.map(\.json)))])
    return PastAnswer(lines: lines, json: json)
  }

  /// What was deployed at a time.
  ///
  /// Dates are claims: what counts is the newest commit of the line that does not claim to be later.
  private func answer(at date: Timestamp) throws -> PastAnswer {
    let end = line.steps.lastIndex { $0.claimedTime <= date.seconds }
    var states: [DeployedState] = []
    for environment in walk.pasts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard let end,
        let since = walk.touches.first(where: {
          $0.environment == environment && $0.position <= end && $0.changesMeaning
        })
      else { continue }
      let state = try maker.deployed(
        walk.name, environment, at: context.snapshot(line.steps[end].tree), since: since.step, files: since.files,
        past: past(of: since))
      if let state { states.append(state) }
    }
    let commit = end.map { line.steps[$0].commit }
    var lines = past.heading("\(Text.show(walk.name)) on ")
    lines.append("at \(date): \(commit.map { "commit \($0.hex)" } ?? "before the first commit")")
    if states.isEmpty { lines += ["", "nothing of it was deployed then"] }
    for state in states { lines += ["", Text.show(state.environment)] + state.lines }
    let json = past.json(
      [
        ("name", .string(Text.show(walk.name))), ("at", .string("\(date)")),
        ("commit_then", commit.map { .string($0.hex) } ?? .null),
      ], [("deployed", .array(states.map(\.json)))])
    return PastAnswer(lines: lines, json: json)
  }
}

extension PastLine {
  /// The first lines of an answer: which line it is about, and what has to be said of that.
  func heading(_ words: String) -> [String] {
    ["\(words)\(Text.show(name)) at \(tip.short)"] + notes.map { "note: " + $0 }
  }

  /// An answer as JSON, with the keys that every answer has between some of its own.
  func json(_ before: [(String, JSONValue)], _ behind: [(String, JSONValue)]) -> JSONValue {
    var pairs: [(String, JSONValue)] = [("schema", .number(1))]
    pairs += before + [("ref", .string(Text.show(name))), ("commit", .string(tip.hex))]
    if !notes.isEmpty { pairs.append(("notes", .array(notes.map { .string($0) }))) }
    return .object(pairs + behind)
  }
}
