internal import CRuntime
import GitObjects

/// Delivers events to sinks that need no network: a folder, or a command that reads the event.
package struct SinkDelivery {
  /// How long a command may take, in seconds.
  package static let commandSeconds: UInt32 = 60

  let host: HostRepository

  /// Delivers what lies in the outboxes, in order; the first failure of a sink leaves the rest of it for later.
  ///
  /// This is what happens where there is no relay, which tries again by itself. Gives what went wrong.
  @discardableResult
  func deliver() -> [String] {
    var warnings: [String] = []
    for sink in host.settings.sinks where sink.command != nil || sink.directory != nil {
      let outbox = Outbox(gitDirectory: host.repository.gitDirectory, sink: sink.name)
      guard let lock = outbox.lock() else { continue }
      defer { SafeFiles.unlock(lock) }
      for name in outbox.names() {
        guard case .content(let event) = outbox.read(name) else { continue }
        if let problem = Self.deliver(event, name, to: sink) {
          warnings.append("the sink `\(sink.name)` did not take \(name): \(problem)")
          break
        }
        outbox.remove(name)
      }
    }
    return warnings
  }

  /// Hands one event to a folder or a command, and waits for it; gives what went wrong.
  package static func deliver(_ event: [UInt8], _ name: String, to sink: Sink) -> String? {
    if let directory = sink.directory {
      do {
        try SafeFiles.write(event, folder: directory, name: name)
      } catch {
        return (error as? SafeFiles.WriteError)?.message ?? "\(error)"
      }
    }
    if let command = sink.command {
      let status = mlops_run_command(command, event, UInt(event.count), Self.commandSeconds)
      if status != 0 {
        return status < 0
          ? "its command could not be run, or took more than \(Self.commandSeconds) s"
          : "its command ended with \(status)"
      }
    }
    return nil
  }
}
