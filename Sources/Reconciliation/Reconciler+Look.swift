import GitObjects
import Logging
import ManifestCore

/// What git has, and what of it counts.
extension Reconciler {
  /// Looks at what git has, and lets it count once it was judged.
  func look(_ pass: inout Pass, _ isDry: Bool) throws {
    let tip = try clone.fetch(following: record.ref)
    guard record.applied != tip.commit.hex || record.ref != tip.ref else {
      record.refused = nil
      return
    }
    let problems = try problems(of: tip)
    guard problems.isEmpty else {
      record.refused = .init(commit: tip.commit.hex, problems: Array(problems.prefix(20)))
      let fix =
        record.applied == nil
        ? "look at what stands there; where its history is older than the gate, start once with `--trust \(tip.commit.hex)`"
        : "take it off the branch; where it stands there rightly, as by a break-glass, start once with `--trust \(tip.commit.hex)`. What ran goes on"
      pass.problems.append(
        ("git", "\(tip.commit.short) got past the gate and is not applied: \(problems.first ?? "")", fix))
      logger.error(
        "a commit that the gate would refuse is not applied",
        metadata: ["commit": "\(tip.commit.hex)", "problem": "\(problems.first ?? "")"])
      return
    }
    record.refused = nil
    record.ref = tip.ref
    record.applied = tip.commit.hex
    if !isDry {
      try clone.keep(tip.commit)
      try record.save(options.state)
    }
    logger.info("a new commit", metadata: ["commit": "\(tip.commit.hex)", "ref": "\(tip.ref)"])
  }

  /// What the gate would say against the steps that lead to a tip.
  ///
  /// They begin at what was applied last, or at what the operator trusts where that is news.
  private func problems(of tip: OperatorClone.Tip) throws -> [String] {
    let applied = record.applied.flatMap { ObjectID(hex: $0.utf8) }
    let found = judge(tip, from: applied ?? options.trusted)
    guard !found.isEmpty, let applied, let trusted = options.trusted, try !clone.isOnLine(trusted, of: applied) else {
      return found
    }
    return judge(tip, from: trusted)
  }

  private func judge(_ tip: OperatorClone.Tip, from old: ObjectID?) -> [String] {
    do {
      return try clone.verify(from: old, to: tip).errors.map {
        "\($0.place.commit.map { "\($0.short): " } ?? "")\($0.message) [\($0.check.rawValue)]"
      }
    } catch {
      let failure = Self.failure(error)
      return ["\(tip.commit.short) does not follow \(old?.short ?? "from a first commit"): \(failure.message)"]
    }
  }

  /// Notes names of the targets file that git does not have: a misspelt one must not empty a place, or pass for well.
  func lookForWords(_ desired: DesiredState, _ pass: inout Pass) throws {
    let names = Set(desired.deployments.map(\.name) + desired.unreadable.map(\.name))
    if names.isEmpty, !options.allowsMassDelete {
      let others = try clone.environments(at: desired.commit, of: record.ref ?? "")
      let near = Suggestion.nearest(to: options.environment, among: others)
      pass.problems.append(
        (
          "git", "nothing is deployed to `\(options.environment)` at \(desired.commit.short)",
          near.map { "did you mean `\($0)`?" }
            ?? "it has \(others.isEmpty ? "no environment" : Text.list(others)); where that is so on purpose: `--allow-mass-delete`"
        ))
    }
    for endpoint in targets.endpoints {
      for name in endpoint.deployments where !name.utf8.contains(UInt8(ascii: "*")) && !names.contains(name) {
        let near = Suggestion.nearest(to: name, among: names)
        pass.problems.append(
          (
            endpoint.name, "it takes `\(Text.cut(name))`, and git has no such deployment in `\(options.environment)`",
            near.map { "did you mean `\($0)`?" } ?? "take it out of the targets file"
          ))
      }
    }
  }
}
