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

  static func start() {
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
    let isDryRun = PushOptions(context).isDryRun
    StandardStreams.exit(run("pre-receive", context) { try judge($0, .preReceive(input), isDryRun: isDryRun) })
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
      // What really moved is looked up; the lines only tell which of it this push moved.
      let updates = PushRequest.parse(input, maximumRefs: host.settings.maximumRefs).updates
      let result = try TriggerEmitter(host: host, context: context).emit(after: updates)
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
  private static func run(_ hook: String, _ context: HookContext, _ judge: (HostRepository) throws -> Judgement)
    -> Int32
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
    var judgement = Judgement(verdict: Verdict(findings: options.problems))
    if options.problems.isEmpty {
      do {
        judgement = try judge(host)
      } catch {
        judgement = Judgement(verdict: HostRepository.verdict(of: error))
      }
    }
    var verdict = judgement.verdict
    let glass = breakGlass(options, judgement, host)
    let isBroken = glass?.isGranted == true
    let lenient = !isBroken && host.settings.mode == .audit && !verdict.refusesInAuditMode
    let isTaken = (verdict.isAccepted || isBroken || lenient) && !options.isDryRun
    if host.settings.audits, !options.isDryRun, verdict.updates.contains(where: \.isProtected) || !verdict.isAccepted,
      !verdict.isCanary
    {
      do {
        if hook == "pre-receive" || !verdict.isAccepted || host.settings.gate == .ref {
          try host.auditLog.append(
            AuditLog.Judged(
              time: context.now, hook: hook, actor: .init(pusher: host.pusher, origin: HookOrigin.read(context)),
              mode: host.settings.mode.rawValue,
              scope: (hook == "pre-receive") == (host.settings.gate == .push)
                ? "full" : hook == "update" ? "history" : "form",
              isTaken: isTaken, verdict: verdict, breakGlass: glass))
        }
      } catch {
        let failure = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
        let words = Text.without(host.repository.gitDirectory, in: failure)
        verdict.findings.append(
          Finding(
            .hostInternal, Place(), "the decision cannot be recorded: \(words)",
            fix: "tell the host's administrator"))
        say(verdict)
        return 1
      }
    }
    if isTaken, let finding = recordMoves(verdict, host) {
      verdict.findings.append(finding)
      say(verdict)
      return 1
    }
    verdict.notes += glassNotes(glass, judgement, options, host)
    if options.isDryRun {
      if hook == "update" { return verdict.isAccepted ? 0 : 1 }
      let word = verdict.isAccepted || lenient ? "accepted" : isBroken ? "accepted by break-glass" : "refused"
      say(verdict, "error: dry run: the push would be \(word), and nothing was changed")
      return 1
    }
    if verdict.isAccepted {
      if hook == "pre-receive" { verdict.notes += approvalNotes(verdict, host.pusher) }
      if options.format == .json && hook == "pre-receive" || !verdict.findings.isEmpty || !verdict.notes.isEmpty {
        say(verdict)
      }
      return 0
    }
    if let glass, isBroken {
      say(
        verdict,
        "warning: BREAK-GLASS by `\(Text.cut(glass.who ?? ""))`: the problems above are overridden, and the push is taken"
      )
      return 0
    }
    say(verdict, lenient ? "warning: taken all the same: the gate only reports here (`mlops.mode` is `audit`)" : nil)
    return lenient ? 0 : 1
  }

  private static let noGlassByRef = "where `mlops.gate` is `ref` there is none: git tells `update` no push options"

  /// Decides on the break-glass that was asked for; nil where none was, or none is needed.
  private static func breakGlass(_ options: PushOptions, _ judgement: Judgement, _ host: HostRepository)
    -> BreakGlass.Outcome?
  {
    guard let request = options.breakGlass, !judgement.verdict.isAccepted else { return nil }
    var outcome = BreakGlass.Outcome(reason: request.reason)
    if host.settings.gate == .ref {
      outcome.refusals = [noGlassByRef]
    } else if !host.settings.audits {
      outcome.refusals = ["nothing records it here (`mlops.audit` is false)"]
    } else if let context = judgement.context {
      outcome = BreakGlass(context: context).decide(request, on: judgement.verdict)
    } else {
      outcome.refusals = ["the push could not be judged"]
    }
    return outcome
  }

  /// What the pusher is told of a break-glass, asked for or not.
  private static func glassNotes(
    _ glass: BreakGlass.Outcome?, _ judgement: Judgement, _ options: PushOptions, _ host: HostRepository
  ) -> [String] {
    guard let glass else {
      if options.breakGlass != nil {
        return [
          host.settings.gate == .ref
            ? "no break-glass: \(noGlassByRef)" : "no break-glass was needed, and none is recorded"
        ]
      }
      guard host.settings.gate == .push, host.settings.audits else { return [] }
      return judgement.context.flatMap { BreakGlass(context: $0).note(on: judgement.verdict) }.map { [$0] } ?? []
    }
    guard glass.isGranted else { return glass.refusals.prefix(10).map { "no break-glass: \($0)" } }
    let word = options.isDryRun ? "would be" : "is"
    return [
      "break-glass on \(Text.list(glass.refs.map { Text.show($0) })) overrides \(Text.list(glass.checks.map(\.rawValue)))",
      "it \(word) recorded in the audit log and told in the trigger, with the reason: \(Text.cut(glass.reason))",
    ]
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
  ///
  /// A branch that another push has moved meanwhile is not: its pusher is told to fetch and retry.
  private static func isPlainlyForward(_ update: RefUpdate, _ store: ObjectStore, _ repository: Repository) throws
    -> Bool
  {
    guard !update.new.isZero, !update.ref.starts(with: bytes("refs/tags/")) else { return false }
    var held = ObjectID.zero
    switch try repository.reference(update.ref) {
    case .direct(let id): held = id
    case .symbolic: return false
    case nil: break
    }
    guard held == update.old else { return false }
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

  /// A verdict, with what it was found with where the push was looked into.
  private struct Judgement {
    var verdict: Verdict
    var context: JudgeContext?
  }

  private static func judge(_ host: HostRepository, _ input: Input, isDryRun: Bool = false) throws -> Judgement {
    if let namespace = host.namespace {
      return Judgement(
        verdict: refusal(
          "the host sets `GIT_NAMESPACE` (`\(Text.cut(namespace))`), which is not supported",
          fix: "ask the host's administrator for a repository of its own",
          check: .pushMalformed))
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
    guard request.problems.isEmpty else { return Judgement(verdict: Verdict(findings: request.problems)) }
    let store = ObjectStore(repository: host.repository, budget: Budget(seconds: Double(host.settings.timeout)))
    if scope == .history, let update = request.updates.first, try isPlainlyForward(update, store, host.repository) {
      return Judgement(verdict: Verdict())
    }
    let refs = try HostRefs.of(host.repository)
    let hostPolicy = host.settings.hostPolicyFiles()
    let policies = try PolicyLoader(store: store).load(host: hostPolicy, refs: refs)
    var settings = JudgeSettings(
      now: host.now, maximumCommits: host.settings.maximumCommits, baselines: host.settings.baselines)
    settings.open = host.reopen
    settings.guardsRewrites = host.settings.mode == .audit
    settings.verify = OpenSSH(program: host.settings.sshKeygen).verify
    func judgement(_ scope: JudgeScope) throws -> Judgement {
      settings.formOnly = scope == .form
      let context = JudgeContext(
        store: store, refs: refs, policies: policies, pusher: host.pusher, settings: settings)
      var judge = PushJudge(context: context, scope: scope)
      judge.judge(request.updates)
      var verdict = judge.verdict
      if host.settings.isStrict, scope == .full, !verdict.isCanary {
        verdict.moves = try AcceptedMoves.of(request.updates, context, host: hostPolicy)
      }
      return Judgement(verdict: verdict, context: context)
    }
    let found = try judgement(scope)
    // A dry run ends here, before `update` could judge each ref: what that would say is said now.
    guard isDryRun, scope == .form, found.verdict.isAccepted else { return found }
    return try judgement(.full)
  }
}
