import GitObjects
private import Glibc

/// Tells whether the gate of a repository is really in force: `mlops-hook doctor`.
public struct Doctor {
  /// One thing that was looked at.
  public struct Item: Sendable {
    /// How it stands.
    public enum State: String, Sendable {
      /// It is as it should be.
      case fine
      /// It may be meant so.
      case note
      /// It could be better.
      case warning
      /// The gate is not in force.
      case broken
    }

    /// How it stands.
    public var state: State
    /// What was found.
    public var message: String
    /// What to do.
    public var fix: String?
  }

  /// How closely a doctor looks.
  public struct Closeness: Sendable {
    /// Whether settings, policies and the outbox are looked at, beside the hooks.
    public var looksAtAll = true
    /// Whether the hook is run.
    public var runs = true
    /// Whether a push is made that the gate must refuse.
    public var pushes = false

    /// All but a push.
    public init() {}
  }

  let context: HookContext
  let closeness: Closeness
  private(set) var items: [Item] = []
  /// Whether something could not be found out.
  var isUnsure = false

  /// Creates a doctor.
  public init(context: HookContext, closeness: Closeness = Closeness()) {
    self.context = context
    self.closeness = closeness
  }

  /// The answer in lines, and the exit status: 0 in force, 1 not in force, 2 cannot say.
  public static func examine(
    path: String, closeness: Closeness = Closeness(), context: HookContext
  ) -> (items: [Item], status: Int32) {
    var doctor = Doctor(context: context, closeness: closeness)
    let status = doctor.examine(path)
    return (doctor.items, status)
  }

  mutating func fine(_ message: String) { items.append(Item(state: .fine, message: message, fix: nil)) }
  mutating func note(_ message: String, _ fix: String) {
    items.append(Item(state: .note, message: message, fix: fix))
  }
  mutating func warn(_ message: String, _ fix: String) {
    items.append(Item(state: .warning, message: message, fix: fix))
  }
  mutating func fail(_ message: String, _ fix: String) {
    items.append(Item(state: .broken, message: message, fix: fix))
  }

  private mutating func examine(_ path: String) -> Int32 {
    let host: HostRepository
    do {
      host = try HostRepository.open(at: path, context)
    } catch let error as GitError where error.code == .notFound {
      fail("`\(path)` is no git repository", "name one: `mlops-hook doctor --repo PATH`")
      return 2
    } catch let error as GitError where error.code == .unsupportedFormat {
      fail(
        "the gate cannot read this repository's format (\(error.message)): every push is refused",
        "use a repository with SHA-1 ids and refs in files")
      return 1
    } catch {
      let finding = HostRepository.verdict(of: error).findings.first
      fail(finding?.message ?? "\(error)", finding?.fix ?? "mend it")
      return 2
    }
    do {
      let configuration = try Configuration(
        files: HostSettings.files(context, gitDirectory: host.repository.gitDirectory))
      try examineHooks(host, configuration)
      try examineForce(host, configuration)
      if closeness.looksAtAll {
        try examineSettings(host, configuration)
        try examinePolicies(host)
        examineState(host)
      }
      if closeness.pushes { try examineCanary(host) }
    } catch {
      fail(
        "the repository cannot be examined: \(HostFinding.of(error, ref: nil, limit: 0).message)",
        "mend it, and ask again")
      return 2
    }
    return items.contains { $0.state == .broken } ? 1 : isUnsure ? 2 : 0
  }

  // MARK: Settings, policies, state

  /// Looks at the settings with which the hooks run, and the gate is not in force all the same.
  private mutating func examineForce(_ host: HostRepository, _ configuration: Configuration) throws {
    if host.settings.mode == .audit {
      fail("`mlops.mode` is `audit`: the gate reports, and refuses almost nothing", "git config mlops.mode enforce")
      for line in host.auditLog.letThrough().suffix(20) {
        warn("let through: \(line)", "look at it")
      }
    }
    if try configuration.value("receive.procReceiveRefs") != nil {
      fail(
        "`receive.procReceiveRefs` hands refs to another hook, behind the gate",
        "git config --unset-all receive.procReceiveRefs")
    }
  }

  private mutating func examineSettings(_ host: HostRepository, _ configuration: Configuration) throws {
    func value(_ key: String) throws -> String? { try configuration.value(key)?.lowercased() }
    examineSinks(host)
    if !host.repository.isBare { warn("the repository is not bare", "host a bare one") }
    if try !["true", "1", "yes", "on"].contains(value("receive.fsckObjects") ?? value("transfer.fsckObjects") ?? "") {
      warn("`receive.fsckObjects` is not set", "git config receive.fsckObjects true")
    }
    if try !configuration.values("transfer.hideRefs").contains("refs/mlops") {
      warn("`transfer.hideRefs` does not hide `refs/mlops`", "git config --add transfer.hideRefs refs/mlops")
    }
    if try ["true", "1", "yes", "on"].contains(value("receive.shallowUpdate") ?? "") {
      warn(
        "`receive.shallowUpdate` lets pushes from shallow clones in, which the gate may have to refuse",
        "git config --unset receive.shallowUpdate")
    }
    let grafts = ["info/grafts", "shallow"].filter { access(host.repository.gitDirectory + $0, F_OK) == 0 }
    for name in grafts {
      warn("`\(name)` rewrites or cuts history for git alone", "remove it, or unshallow the repository")
    }
    if try !host.repository.references(below: "refs/replace/").isEmpty {
      warn("there are refs below `refs/replace/`: git shows other objects than the gate judges", "git replace -d")
    }
  }

  private mutating func examinePolicies(_ host: HostRepository) throws {
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: 20))
    let refs = try HostRefs.of(host.repository)
    if refs.headBranch == nil {
      fail("`HEAD` names no branch: every push is refused", "git symbolic-ref HEAD refs/heads/main")
    }
    if let head = refs.headBranch, refs.headTip == nil, !refs.branches.isEmpty {
      fail(
        "`HEAD` names `\(Text.show(head))`, which is not there: every push is refused",
        "git symbolic-ref HEAD refs/heads/…")
    }
    let policies = try PolicyLoader(store: store).load(host: host.settings.hostPolicyFiles(), refs: refs)
    for finding in policies.hostProblems + policies.repositoryProblems {
      let place =
        finding.place.path.map { Text.show($0) + (finding.place.mark.map { ":\($0.line):\($0.column)" } ?? "") }
        ?? "policy"
      fail("\(place): \(finding.message)", finding.fix ?? "mend it")
    }
    try examineEnvironments(host, store, refs, policies)
    if policies.hostProblems.isEmpty, policies.repositoryProblems.isEmpty {
      let names = policies.all.map(\.origin.rawValue)
      fine(
        "in force: \(names.isEmpty ? "the built-in policy" : "the policy of the " + names.joined(separator: ", and of the "))"
      )
    }
  }

  private mutating func examineState(_ host: HostRepository) {
    examineAudit(host)
    do {
      let folder = try SafeFiles.makeFolder(
        host.repository.gitDirectory, [AuditLog.folderName, TriggerEmitter.outboxName])
      try SafeFiles.write([], folder: folder, name: ".doctor")
      SafeFiles.remove(folder + "/.doctor")
      fine("triggers can be written")
    } catch {
      fail(
        "triggers cannot be written: \((error as? SafeFiles.WriteError)?.message ?? "\(error)")",
        "let the git user own `mlops/` in the git directory, and look for a full disk")
    }
    let stale = SafeFiles.names(in: host.repository.gitDirectory + "objects").filter {
      $0.utf8.starts(with: "tmp_objdir-incoming-".utf8)
    }
    if stale.count > 10 {
      warn("\(stale.count) quarantine folders of pushes that died lie in `objects/`", "remove them with `git gc`")
    }
  }
}

/// `mlops-hook emit`: writes the triggers that are missing, and delivers to sinks that need no network.
public enum EmitOperation {
  /// Runs it; with `recordOnly` the standing tips are recorded as emitted, without an event.
  public static func run(path: String, recordOnly: Bool, context: HookContext) throws -> (
    lines: [String], warnings: [String]
  ) {
    let host = try HostRepository.open(at: path, context)
    let emitter = TriggerEmitter(host: host, context: context)
    if recordOnly { return ([Text.count(try emitter.record(), "branch", plural: "branches") + " recorded"], []) }
    let result = try emitter.emit()
    let warnings = result.warnings + SinkDelivery(host: host).deliver()
    return (result.events.map { "\($0.ref): \($0.id)" }, warnings)
  }

  /// What went wrong, in words for a user.
  public static func words(_ error: any Error) -> (message: String, fix: String) {
    if let error = error as? SafeFiles.WriteError {
      return (error.message, "let the git user own `mlops/` in the git directory, and look for a full disk")
    }
    if let error = error as? LocalCheck.CannotSay { return (error.message, error.fix) }
    let finding = HostRepository.verdict(of: error).findings.first
    return (finding?.message ?? "\(error)", finding?.fix ?? "mend it")
  }
}
