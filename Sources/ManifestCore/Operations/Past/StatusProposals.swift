import GitObjects

/// What is proposed, and what each proposal waits for: the part of the status that is not deployed yet.
struct StatusProposals {
  /// Lines for a reader, behind what is deployed; empty where nothing is proposed.
  var lines: [String] = []
  /// The value of the key `proposals`; nil leaves the key out.
  var json: JSONValue?

  /// The most proposals that are judged: anybody may push a branch.
  private static let maximumShown = 100

  /// Finds what is proposed in the repository whose line was read.
  static func read(_ line: PastLine, path: String, isFresh: Bool, context: HookContext) throws -> StatusProposals {
    var found = StatusProposals()
    let bench: Workbench
    do {
      bench = try Workbench(line, path: path, context: context)
    } catch let error as LocalCheck.CannotSay {
      // What is deployed is told all the same.
      found.lines = ["what is proposed cannot be told: \(error.message)"]
      return found
    }
    var values: [JSONValue] = []
    let branches = try bench.proposalBranches()
    for branch in branches.prefix(Self.maximumShown) {
      let entry = Entry.read(branch.name, branch.commit, bench)
      if found.lines.isEmpty {
        let age =
          bench.remote.isEmpty || isFresh ? "" : ", as it was last fetched (`--fetch` asks `\(bench.remote)` again)"
        found.lines.append("proposed" + age)
      }
      found.lines += entry.lines
      values.append(entry.json)
    }
    if branches.count > Self.maximumShown { found.lines.append("  and \(branches.count - Self.maximumShown) more") }
    found.json = .array(values)
    return found
  }

  /// One proposal.
  private struct Entry {
    /// How far it is.
    enum State: String {
      /// Approvals are missing.
      case waiting
      /// The gate would take it.
      case ready
      /// The gate would refuse it, whoever approves.
      case refused
      /// What it changes was changed on the line since, or stands there already.
      case outdated
    }

    var branch: String
    var commit: ObjectID
    var subject: String
    var author: String
    var state: State
    /// What is missing, or in the way.
    var words: [String]
    var approvals: [String]

    /// How long one proposal may take, in seconds: anybody may push one that would take for ever.
    private static let seconds = 5.0

    static func read(_ name: [UInt8], _ commit: ObjectID, _ bench: Workbench) -> Entry {
      var entry = Entry(
        branch: Text.show(Workbench.short(name)), commit: commit, subject: "", author: "", state: .outdated, words: [],
        approvals: [])
      do {
        try bench.store.budget.within(seconds: seconds) { try entry.judge(name, commit, bench) }
      } catch let refused as Refused {
        entry.words = refused.reasons.map(\.message)
      } catch {
        entry.words = [EmitOperation.words(error).message]
      }
      return entry
    }

    private mutating func judge(_ name: [UInt8], _ commit: ObjectID, _ bench: Workbench) throws {
      let read = try bench.store.commit(commit)
      subject = PromotionMessage(read.message).subject
      author = "\(Text.show(read.author.name)) <\(Text.show(read.author.email))>"
      let proposal = try bench.proposal(at: commit, name)
      if let first = proposal.first { subject = PromotionMessage(first.message).subject }
      let collected = try ApprovalCollection(proposal, in: bench)
      let verdict = try bench.judge(proposal, collected)
      approvals = collected.words
      state = verdict.isAccepted ? .ready : verdict.otherErrors.isEmpty ? .waiting : .refused
      words = verdict.otherErrors.map { "\($0.lookedUp($0.message)) [\($0.check.rawValue)]" }
      words += words.isEmpty ? verdict.waiting : [verdict.needs].compactMap { $0 }.map { "besides, it needs \($0)" }
    }

    var lines: [String] {
      var lines = ["  \(branch): \(subject)", "    \(state.rawValue), by \(author) (\(commit.short))"]
      lines += approvals.map { "    approval of \($0)" }
      lines += words.map { "    " + $0 }
      return lines
    }

    var json: JSONValue {
      .object([
        ("branch", .string(branch)), ("commit", .string(commit.hex)), ("subject", .string(subject)),
        ("author", .string(author)), ("state", .string(state.rawValue)),
        ("approvals", .array(approvals.map { .string($0) })), ("waits_for", .array(words.map { .string($0) })),
      ])
    }
  }
}
