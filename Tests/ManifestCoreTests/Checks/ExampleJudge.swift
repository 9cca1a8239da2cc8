import GitObjects

@testable import ManifestCore

/// Judges what git would say to `pre-receive`, in this process, by the same way as the hook.
enum ExampleJudge {
  /// Builds an example's repository and judges its push.
  static func judge(_ push: ExamplePush) throws -> Verdict {
    var push = push
    if push.isSigned { push = try ExampleSigner().sign(push) }
    let repository = try BareRepository()
    let tips = try repository.build(push)
    var lines = "\(tips.old) \(tips.new) refs/heads/main\n"
    if let commands = push.commands {
      let message = push.after.first?.message ?? push.defaultMessage
      lines = try repository.type(commands, as: push.author, message: message)
    }
    return try judge(lines, in: repository.path, pusher: push.pusher, time: try Timestamp(push.time).seconds)
  }

  /// Judges the lines that a hook reads.
  static func judge(
    _ lines: String, in path: String, pusher: String, time: Int64, seconds: Double? = nil
  ) throws -> Verdict {
    let (context, request) = try self.context(lines, in: path, pusher: pusher, time: time, seconds: seconds)
    guard request.problems.isEmpty else { return Verdict(findings: request.problems) }
    var judge = PushJudge(context: context, scope: .full)
    judge.judge(request.updates)
    return judge.verdict
  }

  /// What a hook judges some lines with.
  static func context(
    _ lines: String, in path: String, pusher: String, time: Int64, seconds: Double? = nil
  ) throws -> (JudgeContext, PushRequest) {
    let hook = HookContext(
      environment: [
        "GIT_CONFIG_NOSYSTEM": Array("1".utf8), "GIT_CONFIG_GLOBAL": [], "REMOTE_USER": Array(pusher.utf8),
      ], arguments: [], now: time)
    let host = try HostRepository.open(at: path, hook)
    let request = PushRequest.parse(Array(lines.utf8), maximumRefs: host.settings.maximumRefs)
    let store = ObjectStore(
      repository: host.repository, budget: Budget(seconds: seconds ?? Double(host.settings.timeout)))
    let refs = try HostRefs.of(host.repository)
    let policies = try PolicyLoader(store: store).load(host: host.settings.hostPolicyFiles(), refs: refs)
    var settings = JudgeSettings(
      now: host.now, maximumCommits: host.settings.maximumCommits, baselines: host.settings.baselines)
    settings.verify = OpenSSH(program: host.settings.sshKeygen).verify
    let context = JudgeContext(
      store: store, refs: refs, policies: policies, pusher: host.pusher, settings: settings)
    return (context, request)
  }
}
