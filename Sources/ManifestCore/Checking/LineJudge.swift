import GitObjects
import YAMLTree

/// Judges what one protected ref gains: step by step, each against its first parent, and all against the old tip.
final class LineJudge {
  let context: JudgeContext
  let ref: [UInt8]
  /// The policies that were in force before the push, and after them those that the push itself brings.
  private(set) var policies: [PolicyInForce]
  /// What the ref held before the push.
  private(set) var oldTip: Snapshot
  /// What the ref will hold after it.
  private(set) var newTip: Snapshot
  /// The whole tree comes at once into an empty repository.
  private(set) var isFirstPush: Bool

  private(set) var findings: [Finding] = []
  private var known: Set<[String]> = []
  private var knownWarnings: Set<[String]> = []
  /// Manifests that were read and found well-formed or not, by path and blob.
  var judgedForms: Set<FormKey> = []
  /// Version folders that this push removed, and what they were.
  var removedVersions: [String: ObjectID] = [:]
  /// What is reachable from the first parents of the steps, once a merge has asked.
  let mainline: Ancestors
  /// Finds what signed approvals name as the last change of a path.
  let lastChanges: LastChangeFinder
  var endpointIndexes: [[UInt8]: EndpointIndex] = [:]
  private var warningCount = 0
  /// Approvals are only counted, and nothing is reported: for events about what was accepted.
  var onlyCounts = false
  /// Whether some manifest of an environment requires approval, by environment and root tree.
  var approvalRequired: [FormKey: Bool] = [:]
  /// Folders that came as a whole and were looked through: the same one again holds nothing new.
  var judgedFolders: Set<JudgedFolder> = []
  /// The latest answer of `stemsThatGo`.
  var stemsThatGoCache: (environment: [UInt8], after: ObjectID, stems: [[UInt8]])?
  /// How many manifests were judged.
  var manifestCount = 0
  /// Whether some step changes `policies/`.
  private(set) var changesPolicies = false
  /// Who approved what, for the report and the event.
  private(set) var countedApprovals: [CountedApproval] = []
  private var counted: Set<CountedApproval> = []
  /// Whose policies judge the steps of a range.
  private let stepPolicies: StepPolicies

  /// A folder that was looked through, and by whose rules.
  struct JudgedFolder: Hashable {
    /// The rules that a folder is looked through by.
    enum Rules { case stray, artifacts, otherFiles }

    var id: ObjectID
    var rules: Rules
  }

  /// One manifest as it was judged: the same blob in the same mode at the same path is judged once.
  struct FormKey: Hashable {
    var path: [UInt8]
    var entry: ObjectID
    var mode: FileMode
  }

  init(
    context: JudgeContext, ref: [UInt8], policies: [PolicyInForce], oldTree: ObjectID, newTree: ObjectID = .zero,
    isFirstPush: Bool
  ) {
    self.context = context
    self.ref = ref
    self.policies = policies
    self.isFirstPush = isFirstPush
    mainline = Ancestors(store: context.store)
    lastChanges = LastChangeFinder(store: context.store, maximum: context.settings.maximumCommits)
    stepPolicies = StepPolicies(context: context, ref: ref)
    oldTip = context.snapshot(oldTree)
    newTip = context.snapshot(newTree)
  }

  /// Records a finding, unless another step or policy has shown the same.
  ///
  /// Past `maximumFindings` nothing is kept: what a push may make the gate remember is bounded.
  func report(_ finding: Finding) {
    if finding.severity == .warning {
      if warningCount < Self.maximumWarnings, !known.contains(finding.identity),
        knownWarnings.insert(finding.identity).inserted
      {
        warningCount += 1
        findings.append(finding)
      }
      return
    }
    let errorCount = findings.count - warningCount
    guard errorCount < Self.maximumFindings, known.insert(finding.identity).inserted else { return }
    // What one policy only says, another refuses.
    if knownWarnings.remove(finding.identity) != nil {
      findings.removeAll { $0.severity == .warning && $0.identity == finding.identity }
      warningCount -= 1
    }
    findings.append(finding)
    guard errorCount + 1 == Self.maximumFindings else { return }
    findings.append(
      Finding(
        .hostLimit, Place(ref: ref), "the push has more than \(Self.maximumFindings) problems; the rest is not listed",
        fix: "mend these first"))
  }

  /// The most warnings of one ref that are kept.
  static let maximumWarnings = 100
  /// The most findings of one ref that are kept.
  static let maximumFindings = 1000

  /// Remembers an approval that counted, once, and only so many: memory must not grow with the commits of a push.
  func count(_ approval: CountedApproval) {
    if counted.count < 1000, counted.insert(approval).inserted { countedApprovals.append(approval) }
  }

  /// Judges one step.
  func judge(_ step: Step) throws {
    guard step.tree != step.parentTree else { return }
    if !context.settings.hasPushBoundaries { try restart(at: step) }
    let change = StepChange(
      step: step, place: StepPlace(ref: ref, commit: step.commit), before: context.snapshot(step.parentTree),
      after: context.snapshot(step.tree))
    guard try judgeRoot(change) else { return }
    let roots = try Snapshot.governedRoots.filter { try entry($0, change.before) != entry($0, change.after) }
    guard !roots.isEmpty else { return }
    if roots.contains(Snapshot.policiesRoot) { changesPolicies = true }
    let commit = try context.store.commit(step.commit)
    reportAnomalies(of: commit, change.place)
    let judged = CommittedChange(
      change: change, commit: commit,
      broughtIn: BroughtIn(step: step, store: context.store, maximum: context.settings.maximumCommits))
    if isFirstPush, roots.contains(Snapshot.policiesRoot) { try judgePolicies(judged) }
    if isFirstPush || roots.contains(Snapshot.policiesRoot) { try judgeBorrowedDirectory(judged) }
    if roots.contains(Snapshot.modelsRoot) { try judgeModels(judged) }
    if roots.contains(Snapshot.deploymentsRoot) { try judgeDeployments(judged) }
    if !isFirstPush, roots.contains(Snapshot.policiesRoot) { try judgePolicies(judged) }
  }

  /// In a range of history each step stands for a push of its own.
  func restart(at step: Step) throws {
    oldTip = context.snapshot(step.parentTree)
    newTip = context.snapshot(step.tree)
    isFirstPush = step.parent.isZero
    // What it says leans on the old tip.
    stemsThatGoCache = nil
    policies = try stepPolicies.judging(step)
  }

  /// Hands over what was found since it was last asked, and forgets it: where each step is told of by itself.
  func takeFindings() -> [Finding] {
    defer {
      findings = []
      known = []
      knownWarnings = []
      warningCount = 0
      judgedForms = []
      judgedFolders = []
      removedVersions = [:]
    }
    return findings
  }

  /// Hands over the approvals that were counted since it was last asked, and forgets them.
  func takeApprovals() -> [CountedApproval] {
    defer {
      countedApprovals = []
      counted = []
    }
    return countedApprovals
  }

  /// A policy that a step has brought judges the steps behind it, too.
  func add(_ policy: PolicyInForce) {
    policies.removeAll { $0.isFromThisPush }
    policies.append(policy)
    // What was looked through by the older policies alone is looked through again.
    judgedFolders = []
  }

  private func entry(_ name: [UInt8], _ snapshot: Snapshot) throws -> TreeEntry? {
    try context.store.tree(snapshot.root).entry(named: name)
  }

  // MARK: The root

  /// Checks the root tree: its form, and that nothing there passes for a governed folder.
  private func judgeRoot(_ change: StepChange) throws -> Bool {
    let root = try context.store.tree(change.after.root)
    if let problem = root.problem {
      report(problem, path: [], change.place)
      return false
    }
    for index in 0..<root.count {
      let entry = root.entry(at: index)
      let isGoverned = Snapshot.governedRoots.contains(entry.name)
      if isGoverned, entry.mode != .folder {
        report(
          Finding(
            .manifestLocation, change.place.at(entry.name),
            "`\(Text.show(entry.name))` is \(entry.mode.name), not a folder",
            fix: "make it a folder, or remove it"))
      } else if !isGoverned, let root = Snapshot.governedRoots.first(where: { CaseFolding.looksAlike($0, entry.name) })
      {
        report(
          Finding(
            .manifestLocation, change.place.at(entry.name),
            "`\(Text.show(entry.name))` is `\(Text.show(root))` to a file system that folds case or normalises names",
            fix: "rename it"))
      }
    }
    return true
  }

  /// Reports a tree that readers disagree about.
  func report(_ problem: TreeProblem, path: [UInt8], _ place: StepPlace) {
    let name = Text.show(problem.name)
    let what: String
    switch problem.kind {
    case .truncated: what = "its bytes are not a list of entries"
    case .emptyName: what = "it has an entry without a name"
    case .reservedName: what = "it has an entry named `\(name)`"
    case .slashedName: what = "it has an entry with a slash in its name, `\(name)`"
    case .oddMode: what = "its entry `\(name)` has a mode that git does not write"
    case .duplicate: what = "it has two entries named `\(name)`"
    case .unsorted: what = "its entry `\(name)` is not in git's order"
    }
    report(
      Finding(
        .treeMalformed, path.isEmpty ? Place(ref: place.ref, commit: place.commit) : place.at(path),
        "\(path.isEmpty ? "the root tree" : "the tree") of \(place.commit?.short ?? "the commit") is malformed: \(what)",
        fix: "make the commit again with git itself"))
  }

  /// Reports what readers of a commit disagree about.
  func reportAnomalies(of commit: Commit, _ place: StepPlace) {
    for (part, person) in [("author", commit.author), ("committer", commit.committer)] where !person.isPlain {
      report(
        Finding(
          .commitMalformed, Place(ref: place.ref, commit: commit.id),
          "commit \(commit.id.short): its \(part) `\(Text.show(person.name)) <\(Text.show(person.email))>` is not plain UTF-8, or its address holds blanks",
          fix: "make the commit again: `git commit --amend --reset-author` with a plain `user.name` and `user.email`"))
    }
    for anomaly in commit.anomalies {
      let what: String
      switch anomaly {
      case .header: what = "its header is not in git's order"
      case .identity: what = "its author or committer is not `name <e-mail> time zone`"
      case .severalPeople: what = "it has more than one author or committer"
      case .severalSignatures: what = "it has more than one signature"
      case .encoding: what = "it has an `encoding` header, so that readers see different messages"
      case .zeroByte: what = "it holds a zero byte, behind which some readers see nothing"
      case .notUTF8: what = "its message is not UTF-8"
      case .longMessage(let size): what = "its message has \(size) bytes, more than \(Commit.maximumMessage)"
      case .manyParents(let count): what = "it has \(count) parents, more than \(Commit.maximumParents)"
      case .repeatedParent: what = "it has the same parent twice"
      }
      report(
        Finding(
          .commitMalformed, Place(ref: place.ref, commit: commit.id), "commit \(commit.id.short): \(what)",
          fix: "make the commit again: `git commit --amend` with a plain UTF-8 message"))
    }
  }
}

/// One step with the two states that it lies between.
struct StepChange {
  var step: Step
  var place: StepPlace
  var before: Snapshot
  var after: Snapshot
}

/// A step with its commit, and the commits that it brings in where it is a merge.
struct CommittedChange {
  var change: StepChange
  var commit: Commit
  var broughtIn: BroughtIn
  /// The signatures of the step's approvals, as they were judged by each policy so far.
  let signatures = SignatureDesk()

  var place: StepPlace { change.place }
  var before: Snapshot { change.before }
  var after: Snapshot { change.after }
}

/// What has been verified for one step, for each policy that asked.
final class SignatureDesk {
  private var known: [(origin: PolicyOrigin, identity: String, approvals: SignedApprovals)] = []

  /// The judge of signatures for a policy, the same one each time.
  func approvals(for policy: PolicyInForce, make: () -> SignedApprovals) -> SignedApprovals {
    if let found = known.first(where: { $0.origin == policy.origin && $0.identity == policy.identity }) {
      return found.approvals
    }
    let new = make()
    known.append((policy.origin, policy.identity, new))
    return new
  }
}

extension PolicyInForce {
  /// Whether the policy came with the push that it judges.
  var isFromThisPush: Bool { identity.utf8.starts(with: "pushed ".utf8) }
}
