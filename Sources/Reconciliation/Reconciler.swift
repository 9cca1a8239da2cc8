import Foundation
import GitObjects
import Logging
import ManifestCore
import Networking

/// Makes what runs in one environment what git says, one pass at a time.
package actor Reconciler {
  /// What a reconciler is told.
  package struct Options: Sendable {
    /// Where the repository is: whatever git can fetch from.
    package var remote: String
    /// The branch; nil: the remote's `HEAD`.
    package var ref: String?
    /// The environment.
    package var environment: String
    /// The folder of the copy and of the record.
    package var state: String
    /// A commit up to which history is taken as it stands, in hexadecimal digits: what follows is judged.
    package var trusted: ObjectID?
    /// A folder that stands for the host's policy.
    package var policy: String?
    /// Whether one pass may take away more than a fifth of the deployments.
    package var allowsMassDelete = false
    /// Whether what runs is published as `refs/mlops-observed/<environment>`.
    package var publishes = false
    /// How often a pass is made, in seconds.
    package var interval = 60
    /// The pause after a first failure, in seconds; it doubles.
    package var retrySeconds: Int64 = 10

    /// Options.
    package init(remote: String, environment: String, state: String) {
      self.remote = remote
      self.environment = environment
      self.state = state
    }
  }

  /// What one pass did.
  package struct Pass: Sendable {
    /// What was planned; nil where nothing is known of what should run.
    package var plan: ReconcilePlan?
    /// What was done of it.
    package var done: [ReconcilePlan.Action] = []
    /// The deployments of which something failed.
    var failed: Set<String> = []
    /// What could not be done, by deployment, or by what was asked.
    package var problems: [(subject: String, message: String, fix: String)] = []
    /// Whether git holds something new by our own doing, so that another pass is due at once.
    package var wantsAnother = false
    /// Whether what runs is what git says now.
    package var isSettled: Bool { problems.isEmpty && (plan?.held.isEmpty ?? false) }
  }

  /// How many threads read what should run, which is most of a pass, at most.
  private static let maximumReaders = 4

  let options: Options
  let targets: Targets.Environment
  let logger: Logger
  var record: ReconcileRecord
  let clone: OperatorClone
  private let holder: String
  private let clock: @Sendable () -> Int64
  private(set) var leases: [String: Lease] = [:]
  private var cached: DesiredState?
  private var former: [ObjectID: DesiredState] = [:]
  private var published: (record: ReconcileRecord, time: Int64)?

  /// Opens the state's folder, or makes it.
  ///
  /// Throws `LocalCheck.CannotSay`, or `TargetFailure` where the environment has no targets.
  package init(
    _ options: Options, targets: Targets, logger: Logger, holder: String,
    clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
  ) throws {
    guard let environment = targets.environments.first(where: { $0.name == options.environment }) else {
      throw TargetFailure(
        "the targets file has no environment `\(Text.cut(options.environment))`",
        fix: "it has \(Text.list(targets.environments.map(\.name))): name one by `--environment`, or add it")
    }
    self.options = options
    self.targets = environment
    self.logger = logger
    self.holder = holder
    self.clock = clock
    do {
      try FileManager.default.createDirectory(atPath: options.state, withIntermediateDirectories: true)
    } catch {
      throw TargetFailure(
        "the folder `\(Text.cut(options.state))` cannot be made", fix: "name one that can be written: `--state DIR`")
    }
    clone = try OperatorClone(
      remote: options.remote, folder: options.state + "/repository.git", ref: options.ref, policy: options.policy,
      context: .live())
    if !holder.isEmpty {
      clone.removeStaleLocks()
      Disk.clean(options.state + "/scratch")
    }
    record = .load(options.state, environment: options.environment)
    // Where the record was lost, what was accepted is still known.
    if record.applied == nil { record.applied = try clone.kept()?.hex }
  }

  var now: Int64 { clock() }

  /// Takes the state's folder for this process alone, as long as it lives; gives its name as a holder of leases.
  ///
  /// Whoever begins anew with the same state after a crash has the same name, and need not wait for a lease to end.
  package static func own(_ state: String) throws -> String {
    do {
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    } catch {
      throw TargetFailure(
        "the folder `\(Text.cut(state))` cannot be made", fix: "name one that can be written: `--state DIR`")
    }
    // Held until the process ends.
    guard SafeFiles.lock(state + "/lock", waiting: 0) != nil else {
      throw TargetFailure(
        "another reconciler works with `\(Text.cut(state))`", fix: "stop it, or name another folder: `--state DIR`")
    }
    if let known = Disk.read(state + "/holder"), known.count > 8 {
      return String(decoding: known.prefix { $0 != 10 }, as: UTF8.self)
    }
    let name = "\(ProcessInfo.processInfo.hostName):\(UUID().uuidString.lowercased())"
    try Disk.write(name + "\n", to: state + "/holder")
    return name
  }

  // MARK: A pass

  /// Makes passes until none is due at once; gives the last.
  ///
  /// A rollback by drift is reconciled like any other commit.
  package func passes() async throws -> Pass {
    var pass = try await pass()
    // Each of them was pushed by us, at most one a version: the bound is for what cannot be.
    for _ in 0..<10 where pass.wantsAnother { pass = try await self.pass() }
    return pass
  }

  /// Fetches, judges what is new, compares and changes; with `isDry` it changes nothing at any place.
  package func pass(isDry: Bool = false) async throws -> Pass {
    var pass = Pass()
    record.error = nil
    if !isDry { try record.tryAgain(options.state) }
    do {
      try look(&pass, isDry)
    } catch let problem as LocalCheck.CannotSay {
      record.error = problem.message
      pass.problems.append(("git", problem.message, problem.fix))
      logger.warning("what is new could not be read", metadata: ["error": "\(problem.message)"])
    }
    guard let desired = try await desired() else {
      try finish(&pass, isDry)
      return pass
    }
    try lookForWords(desired, &pass)
    let adapters = adapters()
    record.unseen = isDry ? [:] : takeLeases(adapters, &pass)
    let plan = await plan(desired, adapters, &pass)
    pass.plan = plan
    if !isDry {
      for (deployment, actions) in plan.kept {
        await apply(deployment.name, actions, deployment, adapters, &pass, isKept: true)
      }
      for (name, actions) in plan.deployments {
        await apply(name, actions, desired.deployments.first { $0.name == name }, adapters, &pass)
      }
      settle(desired, plan, pass.failed)
      pass.wantsAnother = try await watch(desired, &pass)
    }
    try finish(&pass, isDry)
    return pass
  }

  /// Looks at what git has, and lets it count once it was judged.
  private func look(_ pass: inout Pass, _ isDry: Bool) throws {
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
        : "take it off the branch; where it stands there rightly, start once with `--trust \(tip.commit.hex)`. What ran goes on"
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

  /// What should run, at the last commit that was accepted.
  func desired() async throws -> DesiredState? {
    guard let applied = record.applied, let commit = ObjectID(hex: applied.utf8), let ref = record.ref else {
      return nil
    }
    if let cached, cached.commit == commit { return cached }
    let state = try await clone.desired(
      options.environment, at: commit, of: ref,
      readers: min(ProcessInfo.processInfo.activeProcessorCount, Self.maximumReaders))
    cached = state
    return state
  }

  /// Notes names of the targets file that git does not have: a misspelt one must not empty a place, or pass for well.
  private func lookForWords(_ desired: DesiredState, _ pass: inout Pass) throws {
    let names = desired.deployments.map(\.name) + desired.unreadable.map(\.name)
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

  // MARK: Places

  func adapters() -> [any TargetAdapter] {
    targets.endpoints.map { endpoint in
      switch endpoint.adapter {
      case .directory: DirectoryAdapter(endpoint, now: now)
      case .command: CommandAdapter(endpoint, scratch: options.state + "/scratch")
      case .openInference: OpenInferenceAdapter(endpoint, now: now)
      case .nginx: NginxAdapter(endpoint)
      }
    }
  }

  /// Takes the lease of each place; gives those that cannot be changed now, with the reason.
  private func takeLeases(_ adapters: [any TargetAdapter], _ pass: inout Pass) -> [String: String] {
    var refused: [String: String] = [:]
    for adapter in adapters {
      let name = adapter.endpoint.name
      let folder = adapter.sharedFolder ?? options.state + "/lease-" + name
      do {
        leases[name] = try Lease.take(folder, holder: holder, seconds: max(60, Int64(options.interval) * 3), now: now)
      } catch {
        leases[name] = nil
        refused[name] = note(Self.failure(error), at: name, &pass)
      }
    }
    return refused
  }

  /// Notes that nothing can be done at a place; gives the reason.
  private func note(_ failure: TargetFailure, at endpoint: String, _ pass: inout Pass) -> String {
    pass.problems.append((endpoint, failure.message, failure.fix))
    logger.warning(
      "nothing can be done at a place", metadata: ["endpoint": "\(endpoint)", "error": "\(failure.message)"])
    return failure.message
  }

  /// Gives every lease back, so that a successor need not wait.
  package func release() {
    for lease in leases.values { lease.release() }
    leases = [:]
  }

  /// The plan; what cannot be looked at is noted as unseen.
  private func plan(_ desired: DesiredState, _ adapters: [any TargetAdapter], _ pass: inout Pass) async
    -> ReconcilePlan
  {
    var observed: [String: [String: ObservedDeployment]] = [:]
    for adapter in adapters where record.unseen[adapter.endpoint.name] == nil {
      let own = desired.deployments.filter { Targets.takes(adapter.endpoint, $0.name) }
      do {
        observed[adapter.endpoint.name] = try await adapter.observe(own)
      } catch {
        record.unseen[adapter.endpoint.name] = note(Self.failure(error), at: adapter.endpoint.name, &pass)
      }
    }
    let planner = Planner(
      desired: desired, endpoints: targets.endpoints, observed: observed, unseen: Set(record.unseen.keys),
      record: record, now: now, allowsMassDelete: options.allowsMassDelete)
    var plan = planner.plan()
    for held in plan.held {
      guard let deployment = await good(held.deployment) else { continue }
      let actions = planner.keeping(deployment)
      if !actions.isEmpty { plan.kept.append((deployment, actions)) }
    }
    return plan
  }

  /// A deployment as it was when all of it was reached last; nil where that is not known any more.
  private func good(_ name: String) async -> DesiredDeployment? {
    guard let known = record.deployments[name]?.good, known != record.applied,
      let commit = ObjectID(hex: known.utf8), let ref = record.ref
    else { return nil }
    if former[commit] == nil {
      // Whatever was reached lately is at one of a few commits.
      if former.count >= 4 { former = [:] }
      former[commit] = try? await clone.desired(options.environment, at: commit, of: ref, readers: 1)
    }
    return former[commit]?.deployments.first { $0.name == name }
  }

  static func failure(_ error: any Error) -> TargetFailure {
    switch error {
    case let failure as TargetFailure: failure
    case let problem as LocalCheck.CannotSay: TargetFailure(problem.message, fix: problem.fix)
    case let problem as SafeFiles.WriteError:
      TargetFailure(problem.message, fix: "see that the disk has room and that this user may write there")
    default: TargetFailure(Text.cut("\(error)"), fix: "look into the log")
    }
  }

  // MARK: The record

  private func finish(_ pass: inout Pass, _ isDry: Bool) throws {
    guard !isDry else { return }
    record.passed = now
    try record.save(options.state)
    if options.publishes { publish(&pass) }
  }

  /// Publishes what was observed where it is another than last time, or that is long ago.
  private func publish(_ pass: inout Pass) {
    var shown = record
    shown.passed = nil
    guard published?.record != shown || now - (published?.time ?? 0) >= 600 || now < (published?.time ?? 0) else {
      return
    }
    do {
      try clone.publish(
        observed: ReconcilerStatus(record).json.text, environment: options.environment, now: now)
      published = (shown, now)
    } catch {
      // What is published is for people; what runs does not depend on it.
      let failure = Self.failure(error)
      logger.warning("what runs could not be published", metadata: ["error": "\(failure.message)"])
    }
  }

  /// Changes the record, and keeps it.
  func remember(_ change: (inout ReconcileRecord) -> Void) throws {
    change(&record)
    try record.save(options.state)
  }
}
