import GitObjects

extension HookProgram {
  /// `reference-transaction`: under `mlops.strict`, lets a protected ref move only as the gate accepted it.
  public static func referenceTransaction() -> Never {
    start()
    guard let input = StandardStreams.readInput(maximum: maximumInput) else {
      refuseMove(
        "what git sent cannot be read, or is longer than \(maximumInput) bytes", "tell the host's administrator")
      StandardStreams.exit(1)
    }
    let context = HookContext.live()
    let state = context.arguments.first ?? []
    if state == bytes("committed") { forgetMoves(input, context) }
    // Anything else that git says, now or in times to come, decides nothing.
    guard state == bytes("prepared"), !input.isEmpty else { StandardStreams.exit(0) }
    do {
      guard let transaction = RefTransaction.parse(input) else {
        refuseMove("what git sent is not `<old> <new> <ref>`", "tell the host's administrator")
        StandardStreams.exit(1)
      }
      let host = try openShared(context)
      let refusals = host.settings.isStrict ? try StrictGate(host: host).judge(transaction) : []
      for refusal in refusals.prefix(20) { refuseMove(refusal.message, refusal.fix) }
      StandardStreams.exit(refusals.isEmpty ? 0 : 1)
    } catch {
      let finding = HostRepository.verdict(of: error).findings.first
      refuseMove(finding?.message ?? "\(error)", finding?.fix ?? "tell the host's administrator")
      StandardStreams.exit(1)
    }
  }

  private static func refuseMove(_ message: String, _ fix: String) {
    StandardStreams.writeError("error: \(Text.escape(message))\nhint: \(Text.escape(fix))\n")
  }

  /// Opens the repository by its path: libgit2 refuses the environment that git gives in a work tree.
  ///
  /// The objects of a push are in their place by now, so nothing else is needed of it. A work tree's own folder has
  /// neither settings nor refs that a policy could protect: what all of them share counts.
  private static func openShared(_ context: HookContext) throws -> HostRepository {
    var path = context.variable("GIT_DIR") ?? "."
    if SafeFiles.kind(path + "/commondir") != .nothing {
      path = try Repository.open(at: path, search: false).commonDirectory
    }
    return try HostRepository.open(at: SafeFiles.canonical(path) ?? path, context.forNamedFolder)
  }

  /// What has moved needs no record any more.
  private static func forgetMoves(_ input: [UInt8], _ context: HookContext) {
    let record = VerdictRecord(gitDirectory: context.variable("GIT_DIR") ?? ".")
    guard !record.isEmpty, let transaction = RefTransaction.parse(input) else { return }
    for move in transaction.moves where move.ref.starts(with: bytes("refs/")) {
      if case .object(let old) = move.old, case .object(let new) = move.new {
        record.forget(RefUpdate(old: old, new: new, ref: move.ref))
      }
    }
  }

  /// Leaves the moves of an accepted push for `reference-transaction`; what cannot be written refuses.
  static func recordMoves(_ verdict: Verdict, _ host: HostRepository) -> Finding? {
    guard let moves = verdict.moves else { return nil }
    do {
      try VerdictRecord(gitDirectory: host.repository.gitDirectory).write(moves, now: host.now)
      return nil
    } catch {
      let words = Text.without(
        host.repository.gitDirectory, in: (error as? SafeFiles.WriteError)?.message ?? "\(error)")
      return Finding(
        .hostInternal, Place(), "the verdict cannot be recorded, which `mlops.strict` asks for: \(words)",
        fix: "tell the host's administrator: the disk may be full")
    }
  }
}
