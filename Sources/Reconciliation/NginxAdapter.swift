import Foundation
import ManifestCore

/// nginx on the same host, which splits requests between the versions that a server behind it has.
///
/// One file holds all deployments. It counts as in force once nginx itself says so: `nginx -s reload` ends well even where
/// nginx then keeps its old configuration, because a port is taken for one.
package struct NginxAdapter: TargetAdapter {
  package let endpoint: Targets.Endpoint
  package let servesVersions = false
  private let config: String
  private let probe: NginxProbe

  /// An adapter for an endpoint that has a `config`, a `listen` and a `url`.
  package init(_ endpoint: Targets.Endpoint) {
    self.endpoint = endpoint
    config = endpoint.config ?? ""
    probe = NginxProbe(endpoint: endpoint)
  }

  /// A folder beside the file, under a name that no `include` with a `*` takes; each file has its own.
  package var sharedFolder: String? {
    let path = config as NSString
    return "\(path.deletingLastPathComponent)/.\(path.lastPathComponent).mlops"
  }

  private var pending: String { (sharedFolder ?? "") + "/before.conf" }

  // MARK: Observing

  package func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment] {
    guard let text = read() else { return [:] }
    // What cannot be read was not written here: all of it is written anew.
    guard let known = NginxConfig(reading: text) else { return [:] }
    let wanted = try? current(known).text(endpoint).text
    let isOurs = SafeFiles.kind(pending) == .nothing && wanted.map { Array($0.utf8) } == text
    // Where nginx does not answer, it is not known what is in force.
    var isInForce = false
    if isOurs, let written = known.written {
      isInForce = try await probe.revision(at: written.listen) == written.revision
    }
    return known.entries.mapValues { ObservedDeployment(routes: isInForce ? $0.table : nil) }
  }

  private func read() -> [UInt8]? { Disk.read(config, maximum: 64 << 20) }

  /// A configuration with the numbers that Triton has for versions now.
  private func current(_ known: NginxConfig) -> NginxConfig {
    guard let path = endpoint.path else { return known }
    var fresh = known
    let repository = ModelRepository(root: path, isNumbered: true)
    for name in known.entries.keys {
      let numbers = repository.numbers(name).versions
      let wanted = fresh.entries[name].map { Set([$0.table.version] + $0.table.routes.map(\.version)) } ?? []
      fresh.entries[name]?.folders = numbers.filter { wanted.contains($0.key) }.mapValues { "\($0)" }
    }
    return fresh
  }

  // MARK: Changing

  package func deploy(
    _ version: DesiredVersion, of deployment: DesiredDeployment, from source: ModelSource, _ fence: Fence
  ) async throws {}

  package func isReady(_ version: String, of deployment: DesiredDeployment) async throws -> Bool { true }

  package func retire(_ version: String, of name: String, _ fence: Fence) async throws {}

  package func route(_ deployment: DesiredDeployment, _ fence: Fence) async throws {
    try await change(fence) { $0.entries[deployment.name] = .init(table: deployment.table, folders: nil) }
  }

  package func remove(_ name: String, _ fence: Fence) async throws {
    try await change(fence) { $0.entries[name] = nil }
  }

  private func change(_ fence: Fence, _ edit: (inout NginxConfig) -> Void) async throws {
    try await fence.guarding {
      // After a crash in the middle of a change, what stood before it is what can be gone back to.
      let text = read()
      let last = try interrupted() ?? text
      var fresh = text.flatMap { NginxConfig(reading: $0) } ?? NginxConfig()
      edit(&fresh)
      fresh = current(fresh)
      let new = try fresh.text(endpoint)
      try Disk.write(String(decoding: last ?? [], as: UTF8.self), to: pending)
      try Disk.write(new.text, to: config)
      try Disk.share(config)
      do {
        try await settle(new.inForce)
        if let health = endpoint.health {
          try await HealthCheck(health: health, seconds: min(endpoint.readySeconds, 30)).wait()
        }
      } catch let failure as TargetFailure {
        try await goBack(to: last, failure)
      }
      SafeFiles.remove(pending)
    }
  }

  /// What stood before a change that was not brought to its end; empty: nothing did.
  private func interrupted() throws -> [UInt8]? {
    guard SafeFiles.kind(pending) != .nothing else { return nil }
    return Disk.read(pending, maximum: 64 << 20)
  }

  private func goBack(to last: [UInt8]?, _ failure: TargetFailure) async throws {
    var words = "; the old configuration is in force again"
    do {
      if let last, !last.isEmpty {
        try Disk.write(String(decoding: last, as: UTF8.self), to: config)
        try Disk.share(config)
      } else {
        SafeFiles.remove(config)
        words = "; there is no configuration of ours, as before"
      }
      if let written = last.flatMap({ NginxConfig(reading: $0) })?.written {
        try await settle(written)
      } else {
        try probe.test()
        try probe.reload()
      }
    } catch let second as TargetFailure {
      words = "; the old configuration lies there again, but is not in force: \(second.message)"
    }
    SafeFiles.remove(pending)
    throw TargetFailure(failure.message + words, fix: failure.fix)
  }

  /// Tests what lies there, lets nginx take it, and waits until it has.
  private func settle(_ inForce: NginxConfig.InForce) async throws {
    try probe.test()
    try probe.reload()
    try await probe.wait(for: inForce)
  }
}
