internal import CRuntime
import GitObjects
private import Glibc

/// Delivers events to sinks that need no network: a folder, or a command that reads the event.
struct SinkDelivery {
  /// How long a command may take, in seconds.
  static let commandSeconds: UInt32 = 60

  let host: HostRepository

  /// Delivers what lies in the outboxes, in order; the first failure of a sink leaves the rest of it for later.
  ///
  /// Gives what went wrong.
  @discardableResult
  func deliver() -> [String] {
    var warnings: [String] = []
    for sink in host.settings.sinks where sink.command != nil || sink.directory != nil {
      let folder = "\(host.repository.gitDirectory)\(AuditLog.folderName)/\(TriggerEmitter.outboxName)/\(sink.name)"
      guard let lock = SafeFiles.lock(folder + "/.lock", waiting: 0) else { continue }
      defer { SafeFiles.unlock(lock) }
      for file in SafeFiles.namesByAge(in: folder) where file.utf8.reversed().starts(with: ".json".utf8.reversed()) {
        guard case .content(let event) = SafeFiles.read(folder + "/" + file, maximum: 64 << 20) else { continue }
        if let problem = deliver(event, file, sink) {
          warnings.append("the sink `\(sink.name)` did not take \(file): \(problem)")
          break
        }
        SafeFiles.remove(folder + "/" + file)
      }
    }
    return warnings
  }

  private func deliver(_ event: [UInt8], _ name: String, _ sink: Sink) -> String? {
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

extension SafeFiles {
  /// The names of the files in a folder, the oldest first.
  static func namesByAge(in folder: String) -> [String] {
    names(in: folder).map { name -> (name: String, time: timespec) in
      var status = stat()
      _ = lstat(folder + "/" + name, &status)
      return (name, status.st_mtim)
    }.sorted { ($0.time.tv_sec, $0.time.tv_nsec) < ($1.time.tv_sec, $1.time.tv_nsec) }.map(\.name)
  }
}
