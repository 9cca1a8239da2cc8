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
  /// When what was last good is tried again, where it did not come back.
  private var nextKeeping: [String: Int64] = [:]
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
    guard let desired = await known(&pass) else {
      try finish(&pass, isDry)
      return pass
    }
    try lookForWords(desired, &pass)
    let adapters = adapters()
    record.unseen = isDry ? [:] : takeLeases(adapters, &pass)
    let plan = await plan(desired, adapters, &pass)
    pass.plan = plan
    if !isDry {
      let wanted = Dictionary(desired.deployments.map { ($0.name, $0) }) { first, _ in first }
      for (name, actions) in plan.deployments where !Task.isCancelled {
        await apply(name, actions, wanted[name], adapters, &pass)
      }
      for (deployment, actions) in plan.kept where !Task.isCancelled {
        await keep(deployment, actions, adapters, &pass)
      }
      // Who was told to stop knows nothing of what was not done any more.
      if !Task.isCancelled {
        settle(desired, plan, pass.failed)
        pass.wantsAnother = try await watch(desired, &pass)
      }
    }
    try finish(&pass, isDry)
    return pass
  }

  /// What should run; nil, with the reason in the pass, where that is not known.
  private func known(_ pass: inout Pass) async -> DesiredState? {
    do {
      return try await desired()
    } catch {
      let failure = Self.failure(error)
      record.error = failure.message
      pass.problems.append(("git", failure.message, failure.fix))
      logger.error("what should run could not be read", metadata: ["error": "\(failure.message)"])
      return nil
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

  /// Brings back what was last good, not at each pass where it does not come.
  private func keep(
    _ deployment: DesiredDeployment, _ actions: [ReconcilePlan.Action], _ adapters: [any TargetAdapter],
    _ pass: inout Pass
  ) async {
    let name = deployment.name
    if let next = nextKeeping[name], now < next, next - now <= Self.keepingPause { return }
    let before = pass.problems.count
    await apply(name, actions, deployment, adapters, &pass, isKept: true)
    nextKeeping[name] = pass.problems.count > before ? now + Self.keepingPause : nil
  }

  /// The pause between two tries to bring back what was last good, in seconds.
  private static let keepingPause: Int64 = 300

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
    // What has a place of its own in the record is not told twice.
    let told = { (name: String) in self.record.unseen[name] != nil || (self.record.deployments[name]?.failures ?? 0) > 0
    }
    let isRefused = record.refused != nil || record.error != nil
    record.problems = pass.problems.filter { !told($0.subject) && !($0.subject == "git" && isRefused) }
      .prefix(50).map { "\($0.subject): \($0.message)" }
    record.problems += (pass.plan?.held ?? []).filter { $0.isFailure && !told($0.deployment) }
      .prefix(50).map { "\($0.deployment): \($0.reason)" }
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
