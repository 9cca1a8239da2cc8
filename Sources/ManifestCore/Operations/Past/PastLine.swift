import GitObjects

/// The first-parent line that the verbs of the past read, in a bare repository or a clone.
struct PastLine {
  let repository: Repository
  let store: ObjectStore
  let settings: HostSettings
  let now: Int64
  /// The refs as the policies see them: in a clone the host's, as far as they are known.
  let refs: HostRefs
  /// The ref by the name that policies know it by.
  let ref: [UInt8]
  /// The ref that is read, by its name here.
  let name: [UInt8]
  let tip: ObjectID
  /// What has to be said of how the line was found.
  private(set) var notes: [String]

  /// Opens the repository that contains `path` and finds the line: of `ref`, or else the protected one.
  ///
  /// `isFresh` where the remote was asked just now.
  static func open(path: String, ref: String?, isFresh: Bool = false, context: HookContext) throws -> PastLine {
    let repository: Repository
    let configuration: Configuration
    let settings: HostSettings
    do {
      repository = try Repository.open(at: path, search: true)
      configuration = try Configuration(files: HostSettings.files(context, gitDirectory: repository.commonDirectory))
      settings = try HostSettings.read(configuration, gitDirectory: repository.gitDirectory)
    } catch let error as GitError where error.code == .notFound {
      throw LocalCheck.CannotSay("`\(Text.cut(path))` is no git repository", fix: "name one: `--repo PATH`")
    } catch {
      let finding = HostRepository.verdict(of: error).findings.first
      throw LocalCheck.CannotSay(finding?.message ?? "\(error)", fix: finding?.fix ?? "name another: `--repo PATH`")
    }
    let found = try PastRef.find(ref, repository, configuration, isFresh: isFresh)
    // What is asked about is the repository's own: nothing in it is too large to be told.
    var limits = Budget.Limits()
    limits.objects = Int.max
    limits.bytes = Int.max
    let store = ObjectStore(repository: repository, budget: Budget(limits: limits, seconds: nil))
    let (tip, kind) = try store.peel(found.tip)
    guard kind == .commit else {
      throw LocalCheck.CannotSay(
        "`\(Text.show(found.name))` leads to no commit", fix: "name a branch: `--ref refs/heads/main`")
    }
    var refs = found.refs
    refs.branches[found.ref] = tip
    return PastLine(
      repository: repository, store: store, settings: settings, now: context.now, refs: refs, ref: found.ref,
      name: found.name, tip: tip, notes: found.notes)
  }

  /// The most commits of a line.
  private static let maximumCommits = 10_000_000

  /// The line from a commit on, zero for all of it; the oldest step first.
  func line(from old: ObjectID = .zero, baselines: Set<ObjectID> = []) throws -> Line {
    let walker = LineWalker(store: store, maximumCommits: Self.maximumCommits, baselines: baselines)
    do {
      return try walker.line(from: old, to: tip)
    } catch ReadError.git(let error) where error.code == .notFound && isShallow {
      throw LocalCheck.CannotSay(
        "the clone is shallow: its history is cut off (\(error.operation))", fix: "git fetch --unshallow")
    }
  }

  private var isShallow: Bool {
    if case .notThere = SafeFiles.read(repository.commonDirectory + "shallow", maximum: 1 << 20) { return false }
    return true
  }

  /// What the steps of the line are judged with: each is a push of its own, by somebody who is not known.
  func judgeContext(trying policy: TriedPolicy? = nil) throws -> JudgeContext {
    let host = policy == nil ? settings.hostPolicyFiles() : nil
    let program = settings.sshKeygen
    var settings = JudgeSettings(now: now, maximumCommits: Self.maximumCommits)
    settings.verify = OpenSSH(program: program).verify
    settings.hasPushBoundaries = false
    settings.triedPolicy = policy
    return JudgeContext(
      store: store, refs: refs, policies: try PolicyLoader(store: store).load(host: host, refs: refs),
      pusher: Pusher(identities: []), settings: settings, cacheBytes: 32 << 20)
  }

  /// Takes note of what else has to be said.
  mutating func note(_ words: String) { notes.append(words) }

  /// Takes note of a host's policy that cannot be used: who approved is then counted without it.
  mutating func note(_ policies: PolicySet) {
    guard let problem = policies.hostProblems.first else { return }
    note("the host's policy cannot be used, and approvals are counted without it: \(problem.message)")
  }

  /// One step of the line with its commit.
  func committed(_ step: Step, _ context: JudgeContext) throws -> CommittedChange {
    let change = StepChange(
      step: step, place: StepPlace(ref: ref, commit: step.commit), before: context.snapshot(step.parentTree),
      after: context.snapshot(step.tree))
    return CommittedChange(
      change: change, commit: try store.commit(step.commit),
      broughtIn: BroughtIn(step: step, store: store, maximum: Self.maximumCommits))
  }
}
