internal import CRuntime
import GitObjects
private import Glibc

/// The three hooks: read what git says, judge, report, decide.
///
/// Whatever goes wrong on the way refuses.
public enum HookProgram {
  /// What a crash says, since a trap of the language prints nothing by itself.
  static let crashSentence =
    "error: mlops-hook failed inside of itself, so the push is refused [host/internal]\nhint: tell the host's administrator\n"
  /// What the last deadline says, past which nothing else is waited for.
  static let deadlineSentence =
    "error: judging the push took longer than the host allows (`mlops.timeout`), so it is refused [host/timeout]\nhint: push in smaller parts\n"
  /// The longest input that a hook reads: far more than `mlops.maxRefs` lines.
  static let maximumInput = 64 << 20

  private static func start() {
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    mlops_install_crash_handlers(crashSentence, 1)
    mlops_arm_deadline(60, deadlineSentence, 1)
  }

  /// `pre-receive`: judges the whole push.
  public static func preReceive() -> Never {
    start()
    guard let input = StandardStreams.readInput(maximum: maximumInput) else {
      StandardStreams.writeError(
        Report(refusal("what git sent cannot be read, or is longer than \(maximumInput) bytes")).text(.text))
      StandardStreams.exit(1)
    }
    if input.isEmpty { StandardStreams.exit(0) }
    let context = HookContext.live()
    StandardStreams.exit(run("pre-receive", context) { try judge($0, .preReceive(input)) })
  }

  /// `update`: guards one ref, or judges it in full where `mlops.gate` is `ref`.
  public static func update() -> Never {
    start()
    let context = HookContext.live()
    StandardStreams.exit(run("update", context) { try judge($0, .update(context.arguments)) })
  }

  /// `post-receive`: writes the triggers.
  ///
  /// It cannot change what happened, so it only says what went wrong.
  public static func postReceive() -> Never {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    mlops_install_crash_handlers(
      "warning: mlops-hook failed while writing triggers; they are written with the next push\n", 0)
    mlops_arm_deadline(60, "warning: writing triggers took too long; they are written with the next push\n", 0)
    guard let input = StandardStreams.readInput(maximum: maximumInput), !input.isEmpty else { StandardStreams.exit(0) }
    let context = HookContext.live()
    do {
      let host = try HostRepository.open(context)
      let result = try TriggerEmitter(host: host, context: context).emit()
      for warning in result.warnings { StandardStreams.writeError("warning: \(Text.escape(warning))\n") }
      DeliveryStart(host: host, context: context).start()
    } catch {
      let words = Text.escape(HostFinding.of(error, ref: nil, limit: 0).message)
      StandardStreams.writeError("warning: triggers were not written: \(words); `mlops-hook emit` writes them\n")
    }
    StandardStreams.exit(0)
  }

  private enum Input {
    case preReceive([UInt8])
    case update([[UInt8]])
  }

  /// A verdict that refuses before anything could be judged.
  static func refusal(
    _ message: String, fix: String = "tell the host's administrator", check: CheckName = .hostInternal
  ) -> Verdict {
    Verdict(findings: [Finding(check, Place(), message, fix: fix)])
  }

  /// Opens the repository, judges, records, reports.
  ///
  /// 0 takes, 1 refuses; there is no other status.
  private static func run(_ hook: String, _ context: HookContext, _ judge: (HostRepository) throws -> Verdict) -> Int32
  {
    let prefix = context.variable("GL_PROTOCOL") == nil ? "" : "GL-HOOK-ERR: "
    let options = PushOptions(context)
    func say(_ verdict: Verdict, _ closing: String? = nil) {
      StandardStreams.writeError(
        Report(verdict, prefix: prefix, closing: closing, isLimited: true).text(options.format))
    }
    let host: HostRepository
    do {
      host = try HostRepository.open(context)
    } catch {
      say(HostRepository.verdict(of: error))
      return 1
    }
    mlops_arm_deadline(UInt32(host.settings.timeout + 1), deadlineSentence, 1)
    var verdict: Verdict
    do {
      verdict = try judge(host)
    } catch {
      verdict = HostRepository.verdict(of: error)
    }
    let lenient = host.settings.mode == .audit && !verdict.refusesInAuditMode
    let isTaken = (verdict.isAccepted || lenient) && !options.isDryRun
    if host.settings.audits, !options.isDryRun, verdict.updates.contains(where: \.isProtected) || !verdict.isAccepted {
      do {
        if hook == "pre-receive" || !verdict.isAccepted || host.settings.gate == .ref {
          try AuditLog(gitDirectory: host.repository.gitDirectory).append(
            AuditLog.Record(
              time: context.now, hook: hook, pusher: host.pusher, mode: host.settings.mode.rawValue,
              scope: (hook == "pre-receive") == (host.settings.gate == .push)
                ? "full" : hook == "update" ? "history" : "form",
              isTaken: isTaken,
              verdict: verdict))
        }
      } catch {
        let failure = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
        let words = Text.without(host.repository.gitDirectory, in: failure)
        verdict.findings.append(
          Finding(
            .hostInternal, Place(), "the decision cannot be recorded: \(words)",
            fix: "tell the host's administrator: the disk may be full"))
        say(verdict)
        return 1
      }
    }
    if options.isDryRun {
      if hook == "update" { return verdict.isAccepted ? 0 : 1 }
      say(
        verdict,
        "error: dry run: the push would be \(verdict.isAccepted || lenient ? "accepted" : "refused"), and nothing was changed"
      )
      return 1
    }
    if verdict.isAccepted {
      if hook == "pre-receive" { verdict.notes += approvalNotes(verdict, host.pusher) }
      if options.format == .json && hook == "pre-receive" || !verdict.findings.isEmpty || !verdict.notes.isEmpty {
        say(verdict)
      }
      return 0
    }
    say(verdict, lenient ? "warning: taken all the same: the gate only reports here (`mlops.mode` is `audit`)" : nil)
    return lenient ? 0 : 1
  }

  /// An approval by trailer is a claim: whoever pushed sees that it is recorded as one, and in whose name.
  private static func approvalNotes(_ verdict: Verdict, _ pusher: Pusher) -> [String] {
    func names(_ proof: String) -> String? {
      var names: [String] = []
      for approval in verdict.approvals where approval.proof == proof && !names.contains(approval.who) {
        names.append(approval.who)
      }
      guard !names.isEmpty else { return nil }
      return names.prefix(5).map { Text.cut($0) }.joined(separator: ", ")
        + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
    return [
      names("signed").map { "approved by \($0) (signed)" },
      names("trailer").map { "approved by \($0) (unsigned, pushed by \(Text.cut(pusher.shown)))" },
    ].compactMap { $0 }
  }

  /// Whether a branch is made, or moves on along its first-parent line by a few commits: what happens nearly always, and
  /// what no rule about history refuses, whoever protects the ref.
  private static func isPlainlyForward(_ update: RefUpdate, _ store: ObjectStore) throws -> Bool {
    guard !update.new.isZero, !update.ref.starts(with: bytes("refs/tags/")) else { return false }
    if update.old.isZero { return true }
    var commit = update.new
    for _ in 0..<64 {
      guard try store.header(commit).kind == .commit, let parent = try store.links(commit).parents.first else {
        return false
      }
      if parent == update.old { return true }
      commit = parent
    }
    return false
  }

  private static func judge(_ host: HostRepository, _ input: Input) throws -> Verdict {
    if let namespace = host.namespace {
      return refusal(
        "the host sets `GIT_NAMESPACE` (`\(Text.cut(namespace))`), which is not supported",
        fix: "ask the host's administrator for a repository of its own",
        check: .pushMalformed)
    }
    let request: PushRequest
    let scope: JudgeScope
    switch input {
    case .preReceive(let bytes):
      request = .parse(bytes, maximumRefs: host.settings.maximumRefs)
      scope = host.settings.gate == .ref ? .form : .full
    case .update(let arguments):
      request = .parse(arguments: arguments)
      scope = host.settings.gate == .ref ? .full : .history
    }
    guard request.problems.isEmpty else { return Verdict(findings: request.problems) }
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: Double(host.settings.timeout)))
    if scope == .history, let update = request.updates.first, try isPlainlyForward(update, store) { return Verdict() }
    let refs = try HostRefs.of(host.repository)
    let policies = try PolicyLoader(store: store).load(host: host.settings.hostPolicyFiles(), refs: refs)
    var settings = JudgeSettings(
      now: host.now, maximumCommits: host.settings.maximumCommits, baselines: host.settings.baselines)
    settings.formOnly = scope == .form
    settings.open = host.reopen
    settings.guardsRewrites = host.settings.mode == .audit
    settings.verify = OpenSSH(program: host.settings.sshKeygen).verify
    let context = JudgeContext(store: store, refs: refs, policies: policies, pusher: host.pusher, settings: settings)
    var judge = PushJudge(context: context, scope: scope)
    judge.judge(request.updates)
    return judge.verdict
  }
}

/// What the pusher asks of the gate.
///
/// None of it weakens a verdict.
struct PushOptions {
  var isDryRun = false
  var format = Report.Format.text

  init(_ context: HookContext) {
    guard let text = context.variable("GIT_PUSH_OPTION_COUNT"), let count = Int(text), count > 0 else { return }
    for index in 0..<min(count, 100) {
      switch context.variable("GIT_PUSH_OPTION_\(index)") {
      case "mlops.dry-run": isDryRun = true
      case "mlops.format=json": format = .json
      default: break
      }
    }
  }
}
