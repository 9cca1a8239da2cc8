internal import CRuntime
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

  let context: HookContext
  private var items: [Item] = []

  /// Creates a doctor.
  public init(context: HookContext) { self.context = context }

  /// The answer in lines, and the exit status: 0 in force, 1 not in force, 2 cannot say.
  public static func examine(path: String, context: HookContext) -> (items: [Item], status: Int32) {
    var doctor = Doctor(context: context)
    let status = doctor.examine(path)
    return (doctor.items, status)
  }

  private mutating func fine(_ message: String) { items.append(Item(state: .fine, message: message, fix: nil)) }
  mutating func note(_ message: String, _ fix: String) {
    items.append(Item(state: .note, message: message, fix: fix))
  }
  mutating func warn(_ message: String, _ fix: String) {
    items.append(Item(state: .warning, message: message, fix: fix))
  }
  private mutating func fail(_ message: String, _ fix: String) {
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
      try examineSettings(host, configuration)
      try examinePolicies(host)
      examineState(host)
    } catch {
      fail(
        "the repository cannot be examined: \(HostFinding.of(error, ref: nil, limit: 0).message)",
        "mend it, and ask again")
      return 2
    }
    return items.contains { $0.state == .broken } ? 1 : 0
  }

  // MARK: Hooks

  private mutating func examineHooks(_ host: HostRepository, _ configuration: Configuration) throws {
    let own = host.repository.gitDirectory + "hooks"
    var folder = own
    if let other = try configuration.value("core.hooksPath") ?? Self.environmentHooksPath(context) {
      folder = HostSettings.absolute(other, host.repository.gitDirectory)
      if SafeFiles.canonical(folder) != SafeFiles.canonical(own) {
        warn("`core.hooksPath` sends git to `\(folder)` for hooks", "unset it, unless the gate stands there")
      }
    }
    for (name, value) in try configuration.entries(matching: "^hook\\..*\\.enabled$")
    where ["false", "no", "off", "0"].contains(value.lowercased()) {
      fail("`\(name)` is \(value): git does not run that hook", "git config --unset \(name)")
    }
    for name in ["pre-receive", "update", "post-receive"] { examineHook(folder, name, host) }
  }

  private static func environmentHooksPath(_ context: HookContext) -> String? {
    guard let count = context.variable("GIT_CONFIG_COUNT").flatMap({ Int($0) }), count > 0 else { return nil }
    for index in 0..<min(count, 1000)
    where context.variable("GIT_CONFIG_KEY_\(index)")?.lowercased() == "core.hookspath" {
      return context.variable("GIT_CONFIG_VALUE_\(index)")
    }
    return nil
  }

  private mutating func examineHook(_ folder: String, _ name: String, _ host: HostRepository) {
    let path = folder + "/" + name
    let install = "run `install.sh --repo` for this repository again"
    var link = stat()
    guard lstat(path, &link) == 0 else { return fail("the hook `\(name)` is missing in `\(folder)`", install) }
    var status = stat()
    guard stat(path, &status) == 0 else { return fail("the hook `\(name)` is a link that leads nowhere", install) }
    guard status.st_mode & S_IFMT == S_IFREG else { return fail("the hook `\(name)` is no regular file", install) }
    guard status.st_size > 0 else { return fail("the hook `\(name)` is empty: git runs nothing, and accepts", install) }
    guard status.st_mode & 0o111 != 0 else {
      return fail("the hook `\(name)` is not executable: git does not run it", "chmod +x \(path)")
    }
    if status.st_mode & 0o022 != 0 {
      fail("the hook `\(name)` can be written by others than its owner", "chmod go-w \(path)")
    }
    if status.st_uid != 0, status.st_uid != geteuid() {
      warn(
        "the hook `\(name)` belongs to user \(status.st_uid), neither root nor this one",
        "let root or the git user own it")
    }
    guard case .content(let bytes) = SafeFiles.read(path, maximum: 256 << 20) else {
      return fail("the hook `\(name)` cannot be read", install)
    }
    var program = path
    if !Self.isOurs(bytes) {
      // A shim that runs the repository's own hooks first, then ours.
      program = folder + "/mlops-hook/" + name
      guard case .content(let inner) = SafeFiles.read(program, maximum: 256 << 20), Self.isOurs(inner),
        bytes.starts(with: Array("#!".utf8)),
        Self.contains(bytes, "mlops-hook")
      else { return fail("the hook `\(name)` is not mlops-hook's", install) }
    }
    if name == "pre-receive" { probe(program, host) } else { fine("the hook `\(name)` is in place") }
  }

  /// What only our executables hold.
  private static func isOurs(_ bytes: [UInt8]) -> Bool {
    contains(bytes, "mlops-hook failed") && bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46])
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return mlops_contains(bytes, UInt(bytes.count), wanted, UInt(wanted.count)) != 0
  }

  /// Lets the hook judge a push that no git would send.
  ///
  /// It must refuse.
  private mutating func probe(_ program: String, _ host: HostRepository) {
    let directory = host.repository.gitDirectory
    let command =
      "cd \(Self.quoted(directory)) && GIT_DIR=. GIT_CONFIG_PARAMETERS=\"'mlops.audit=false'\" exec \(Self.quoted(program)) 2>/dev/null"
    let nothing = mlops_run_command(command, [UInt8](), 0, 20)
    let garbage = Array("mlops-hook doctor\n".utf8)
    let refused = mlops_run_command(command, garbage, UInt(garbage.count), 20)
    if nothing == 0, refused == 1 {
      fine("the hook `pre-receive` is in place, and refuses a malformed push")
    } else {
      fail(
        "the hook `pre-receive` does not refuse a malformed push (status \(refused), \(nothing) for nothing)",
        "run `install.sh --repo` for this repository again")
    }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.utf8.map { $0 == UInt8(ascii: "'") ? "'\\''" : String(decoding: [$0], as: UTF8.self) }.joined() + "'"
  }

  // MARK: Settings, policies, state

  private mutating func examineSettings(_ host: HostRepository, _ configuration: Configuration) throws {
    func value(_ key: String) throws -> String? { try configuration.value(key)?.lowercased() }
    if host.settings.mode == .audit {
      fail("`mlops.mode` is `audit`: the gate reports, and refuses almost nothing", "git config mlops.mode enforce")
      for line in host.auditLog.letThrough().suffix(20) {
        warn("let through: \(line)", "look at it")
      }
    }
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
    if try value("receive.procReceiveRefs") != nil {
      fail(
        "`receive.procReceiveRefs` hands refs to another hook, behind the gate",
        "git config --unset-all receive.procReceiveRefs")
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
