import GitObjects

extension Doctor {
  /// Looks at where triggers go, and at settings that nobody reads.
  mutating func examineSinks(_ host: HostRepository) {
    for key in host.settings.unknownKeys { unknown(key) }
    for sink in host.settings.sinks {
      for key in sink.unknownKeys {
        let near = Sink.nearestKey(to: key).map { "did you mean `\($0)`? " }
        warn(
          "`mlops.sink.\(sink.name).\(Text.cut(key))` is no key that anybody reads",
          (near ?? "") + "docs/relay.md has the keys of a sink")
      }
      if sink.url != nil, host.settings.relay == nil, !RelayBell.ring(host.repository.gitDirectory) {
        warn(
          "the sink `\(sink.name)` has an address, but no relay runs, and `mlops.relay` names none",
          "run `mlops-relay run --repo \(host.repository.gitDirectory)`, or set `mlops.relay` to its path")
      }
      if let file = sink.others["secretfile"], sink.url != nil {
        let path = HostSettings.absolute(file, host.repository.gitDirectory)
        if let refused = SecretPlace.problem(path, user: SafeFiles.owner(host.repository.gitDirectory)) {
          warn("the sink `\(sink.name)` is not served: \(refused.message)", refused.fix)
        }
      }
      let dead = Outbox(gitDirectory: host.repository.gitDirectory, sink: sink.name).deadNames().count
      if dead > 0 {
        warn(
          "\(Text.count(dead, "event")) of the sink `\(sink.name)` lie in `dead/`: the receiver refused them",
          "`mlops-relay status` says why, `mlops-relay redeliver --sink \(sink.name)` sends them again")
      }
    }
    for stray in OutboxStray.all(gitDirectory: host.repository.gitDirectory, sinks: host.settings.sinks) {
      warn(stray.message, stray.fix)
    }
  }

  private mutating func unknown(_ key: String) {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let near = parts.count > 1 ? Suggestion.nearest(to: parts[1], among: HostSettings.keys) : nil
    let meant = near.map { (["mlops", $0] + parts.dropFirst(2)).joined(separator: ".") }
    warn(
      "`\(Text.cut(key))` is no key that anybody reads",
      meant.map { "did you mean `\(Text.cut($0))`?" } ?? "git config --unset \(ShellWord.quoted(Text.cut(key)))")
  }

  /// Notes a filter that lets nothing through yet.
  mutating func examineEnvironments(
    _ host: HostRepository, _ store: ObjectStore, _ refs: HostRefs, _ policies: PolicySet
  ) throws {
    let sinks = host.settings.sinks.filter { !$0.environments.isEmpty }
    guard !sinks.isEmpty else { return }
    let judge = JudgeContext(
      store: store, refs: refs, policies: policies, pusher: host.pusher, settings: JudgeSettings(now: host.now))
    var known: [String] = []
    for (_, tip) in policies.protectedBranches(refs) {
      for name in try judge.snapshot(store.links(tip).tree).environments().map(Text.show) where !known.contains(name) {
        known.append(name)
      }
    }
    for sink in sinks {
      for name in sink.environments where !known.contains(name) {
        let near = Suggestion.nearest(to: name, among: known).map { "did you mean `\($0)`?" }
        note(
          "the sink `\(sink.name)` wants changes in `\(Text.cut(name))`, where nothing is deployed so far",
          near ?? (known.isEmpty ? "nothing, if it will be" : "there is \(Text.list(known.sorted()))"))
      }
    }
  }
}
