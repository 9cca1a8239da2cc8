import GitObjects

/// Every name that a deployment or a routing ever had on a line, for whoever asks for one that never was.
struct KnownNames {
  let context: JudgeContext
  let line: Line

  /// Why nothing can be told of what was asked for, with what may have been meant.
  func nothing(of question: History.Question) throws -> PastAnswer.NotSo {
    let wanted = bytes(question.name)
    var files: [[UInt8]: TreeEntry] = [:]
    var environments: Set<String> = []
    var owners: Set<String> = []
    for step in line.steps.reversed() {
      for environment in try EnvironmentChange.all(in: step, context.store) {
        for change in Tree.changes(from: environment.old, to: environment.new) {
          guard let stem = Snapshot.stem(change.name) else { continue }
          let entry = [change.new, change.old].compactMap { $0 }.first { $0.mode == .file }
          if let entry, files[stem] == nil || stem == wanted { files[stem] = entry }
          guard stem == wanted, let entry else { continue }
          environments.insert(Text.show(environment.name))
          let tree = change.new == nil ? environment.old : environment.new
          let snapshot = context.snapshot(change.new == nil ? step.parentTree : step.tree)
          guard try context.manifest(entry).deployment == nil, let owner = try snapshot.owner(of: stem, in: tree) else {
            continue
          }
          owners.insert(Text.show(owner))
        }
      }
    }
    let shown = Text.cut(question.name)
    if let own = question.environment, !environments.isEmpty, !environments.contains(own) {
      return PastAnswer.NotSo(
        message: "`\(shown)` never stood in `\(Text.cut(own))`", fix: "it stood in \(Text.list(environments.sorted()))")
    }
    if let owner = owners.sorted().first {
      return PastAnswer.NotSo(
        message: "`\(shown)` is a routing, and no deployment",
        fix: "ask for its deployment: `mlops-hook history \(owner)`")
    }
    let names = try files.filter { try context.manifest($0.value).deployment != nil }.keys.map(Text.show).sorted()
    let near = Suggestion.nearest(to: question.name, among: names)
    let all = names.isEmpty ? "nothing was ever deployed here" : "there were \(Text.list(names))"
    return PastAnswer.NotSo(
      message: "there never was a deployment `\(shown)`", fix: near.map { "did you mean `\($0)`?" } ?? all)
  }
}
