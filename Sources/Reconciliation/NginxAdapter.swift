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
  /// The last text that came to its end.
  private var good: String { (sharedFolder ?? "") + "/good.conf" }

  // MARK: Observing

  package func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment] {
    guard let text = read() else { return [:] }
    // What cannot be read was not written here: all of it is written anew.
    guard let known = try ours(NginxConfig(reading: text)) else { return [:] }
    let wanted = try? current(known).text(endpoint).text
    let isOurs = SafeFiles.kind(pending) == .nothing && wanted.map { Array($0.utf8) } == text
    // Where nginx does not answer, it is not known what is in force.
    var isInForce = false
    if isOurs, let written = known.written { isInForce = try await probe.has(written) }
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
      let last = try await interrupted(text) ?? text
      var fresh = try known(text)
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
      try Disk.write(new.text, to: good)
      SafeFiles.remove(pending)
    }
  }

  /// What a text was made from; where it cannot be read any more, or is gone, what the last good one was.
  ///
  /// So a deployment that is not changed now keeps its place.
  private func known(_ text: [UInt8]?) throws -> NginxConfig {
    if let known = try ours(text.flatMap { NginxConfig(reading: $0) }) { return known }
    let last = Disk.read(good, maximum: 64 << 20).flatMap { NginxConfig(reading: $0) }
    return last.flatMap { isOurs($0) ? $0 : nil } ?? NginxConfig()
  }

  private func isOurs(_ known: NginxConfig) -> Bool {
    endpoint.environment.isEmpty || known.environment ?? endpoint.environment == endpoint.environment
  }

  /// Throws where another environment's deployments stand in the file.
  private func ours(_ known: NginxConfig?) throws -> NginxConfig? {
    guard let known, !isOurs(known), !known.entries.isEmpty else { return known }
    throw TargetFailure(
      "`\(Text.cut(config))` holds the deployments of the environment `\(Text.cut(known.environment ?? ""))`",
      fix: "name a `config` and a `listen` of its own for each environment; if that one is gone, remove the file")
  }

  /// What stood before a change that was not brought to its end; empty: nothing did.
  private func interrupted(_ text: [UInt8]?) async throws -> [UInt8]? {
    guard SafeFiles.kind(pending) != .nothing else { return nil }
    // What ended just before the note of it was removed did come to its end.
    if let text, await hasEnded(text) { return text }
    return Disk.read(pending, maximum: 64 << 20)
  }

  private func hasEnded(_ text: [UInt8]) async -> Bool {
    if Disk.read(good, maximum: 64 << 20) == text { return true }
    guard endpoint.health == nil, let written = NginxConfig(reading: text)?.written else { return false }
    return (try? await probe.revision(at: written.listen)) == written.revision
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
