import GitObjects

/// `mlops-hook status`: what is deployed at the tip of the protected line, since when, by whom, and how it measures up.
public struct Status {
  private let past: PastLine
  private let context: JudgeContext
  private let tip: Snapshot

  /// Answers from the repository that contains `path`; with `fetches`, its remote is asked first for what is new.
  public static func answer(
    ref: String?, path: String, fetches: Bool = false, context: HookContext
  ) throws -> PastAnswer {
    // A bare repository is the host's own: there is nobody to ask, and nothing newer.
    let isFresh = fetches && (try? Repository.open(at: path, search: true).isBare) != true
    if isFresh { try Workbench.fetch(path: path, context: context) }
    var past = try PastLine.open(path: path, ref: ref, isFresh: isFresh, context: context)
    let judgeContext = try past.judgeContext()
    past.note(judgeContext.policies)
    let proposals = try StatusProposals.read(past, path: path, isFresh: isFresh, context: context)
    let observed = try StatusObserved.read(past, context: context)
    return try Status(past, judgeContext).answer(proposals, observed)
  }

  private init(_ past: PastLine, _ context: JudgeContext) throws {
    self.past = past
    self.context = context
    tip = context.snapshot(try past.store.links(past.tip).tree)
  }

  private func answer(_ proposals: StatusProposals, _ observed: StatusObserved) throws -> PastAnswer {
    let states = try states()
    var lines = past.heading("")
    lines.append("")
    lines += states.isEmpty ? ["nothing is deployed"] : StatusTable(states).lines
    for state in states {
      lines +=
        ["", "\(Text.show(state.name)) in \(Text.show(state.environment))"] + state.lines + observed.lines(state)
    }
    lines += observed.lines(beside: states)
    if !proposals.lines.isEmpty { lines += [""] + proposals.lines }
    var pairs: [(String, JSONValue)] = [("deployments", .array(states.map { $0.json(observed.json($0)) }))]
    if let json = observed.json { pairs.append(("observed", json)) }
    if let json = proposals.json { pairs.append(("proposals", json)) }
    return PastAnswer(lines: lines, json: past.json([], pairs))
  }

  /// What stands at the tip, by name and environment.
  private func states() throws -> [DeployedState] {
    let line = try past.line()
    let maker = EntryMaker(line: past, context: context)
    let policies = context.policies.judging(past.ref, isFirstPush: false)
    // From the oldest step on: what a merge brings in is found once.
    let found = try lastChanges(line).sorted { $0.position < $1.position }
    let states = try found.compactMap { change in
      try maker.deployed(
        change.name, change.environment, at: tip, since: line.steps[change.position], files: change.files, past: nil,
        policies: policies)
    }
    return states.sorted { left, right in
      left.name == right.name
        ? left.environment.lexicographicallyPrecedes(right.environment)
        : left.name.lexicographicallyPrecedes(right.name)
    }
  }

  /// The step that last changed the model or the routing of one deployment.
  private struct LastChange {
    var name: [UInt8]
    var environment: [UInt8]
    var position: Int
    var files: [TreeChange]
  }

  /// The last change of everything that stands at the tip, found in one walk from there back.
  private func lastChanges(_ line: Line) throws -> [LastChange] {
    var open = try standing()
    var found: [LastChange] = []
    for (position, step) in line.steps.enumerated().reversed() {
      if open.isEmpty { break }
      for change in try EnvironmentChange.all(in: step, context.store) where open[change.name] != nil {
        for (name, files) in try changed(step, change, among: open[change.name] ?? []) {
          found.append(LastChange(name: name, environment: change.name, position: position, files: files))
          open[change.name]?.remove(name)
        }
        if open[change.name]?.isEmpty == true { open[change.name] = nil }
      }
    }
    return found
  }

  /// The names of what stands at the tip, by environment.
  private func standing() throws -> [[UInt8]: Set<[UInt8]>] {
    var names: [[UInt8]: Set<[UInt8]>] = [:]
    for environment in try tip.environments() {
      for entry in try tip.environment(environment).entries where entry.mode == .file {
        guard let stem = Snapshot.stem(entry.name), try tip.deployment(environment, stem) != nil else { continue }
        names[environment, default: []].insert(stem)
      }
    }
    return names
  }

  /// The deployments among `names` whose model or routing a step changes, with the files of each that it changes.
  private func changed(
    _ step: Step, _ change: EnvironmentChange, among names: Set<[UInt8]>
  ) throws -> [(name: [UInt8], files: [TreeChange])] {
    let before = context.snapshot(step.parentTree)
    let after = context.snapshot(step.tree)
    var asked: Set<[UInt8]> = []
    var found: [(name: [UInt8], files: [TreeChange])] = []
    for file in Tree.changes(from: change.old, to: change.new) {
      guard let stem = Snapshot.stem(file.name) else { continue }
      for name in Snapshot.possibleOwners(of: stem) where names.contains(name) && asked.insert(name).inserted {
        guard let files = try DeploymentFiles(name: name, context: context).changed(change, from: before, to: after),
          try changesMeaning(before.deployment(change.name, name), after.deployment(change.name, name))
        else { continue }
        found.append((name, files))
      }
    }
    return found
  }

  private func changesMeaning(_ old: DeploymentState?, _ new: DeploymentState?) throws -> Bool {
    guard let old, let new, old.deployment?.model.version?.value == new.deployment?.model.version?.value else {
      return true
    }
    let meaning = try DeploymentPast.meaning(of: new, context)
    // What cannot be read may mean anything: every change of it counts.
    return try meaning == nil || DeploymentPast.meaning(of: old, context) != meaning
  }
}
