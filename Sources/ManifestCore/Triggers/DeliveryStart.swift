internal import CRuntime
private import Glibc

/// Sees to it that what post-receive wrote is delivered, without waiting for it.
///
/// A relay that runs is woken; else `mlops.relay` is started for one round; else what needs no network is served here.
struct DeliveryStart {
  /// What a program that is started may know: where git's configuration is, and nothing of the push.
  private static let variables = [
    "PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "TMPDIR",
    "LC_ALL", "LANG", "TZ",
  ]

  let host: HostRepository
  let context: HookContext

  /// Starts it, in a process of its own where there is something to do.
  func start() {
    let sinks = host.settings.sinks
    guard !sinks.isEmpty, !RelayBell.ring(host.repository.gitDirectory) else { return }
    let isLocal = sinks.contains { $0.command != nil || $0.directory != nil }
    guard isLocal || host.settings.relay != nil else { return }
    mlops_disarm_deadline()
    guard mlops_detach() == 0 else { return }
    OwnEnvironment.keep(Self.variables, of: context)
    if let relay = host.settings.relay {
      run([relay, "once", "--repo", host.repository.gitDirectory])
      // It could not be run.
    }
    SinkDelivery(host: host).deliver()
  }

  /// Goes on as another program; comes back where that is not possible.
  private func run(_ command: [String]) {
    var words = command.map { strdup($0) } + [nil]
    execv(command[0], &words)
  }
}
