import Foundation
import ManifestCore

/// A server of the Open Inference Protocol with the model repository extension: MLServer or Triton.
///
/// Versions lie side by side in its repository. It leads no requests: whoever asks names the version, or asks nginx, which
/// does; the table is noted for that reason alone.
package struct OpenInferenceAdapter: TargetAdapter {
  package let endpoint: Targets.Endpoint
  package let servesVersions = true
  private let repository: ModelRepository
  private let server: OpenInferenceServer
  private let now: Int64

  /// How many versions are asked at once whether they answer.
  private static let width = 8

  /// An adapter for an endpoint that has a `path`, a `url` and a `server`.
  package init(_ endpoint: Targets.Endpoint, now: Int64) {
    self.endpoint = endpoint
    self.now = now
    repository = ModelRepository(
      root: endpoint.path ?? "", isNumbered: endpoint.server == "triton",
      owner: PlaceOwner(environment: endpoint.environment))
    server = OpenInferenceServer(url: endpoint.url ?? "", allowsInsecure: endpoint.allowsInsecure)
  }

  package var sharedFolder: String? { repository.root }

  // MARK: Observing

  package func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment] {
    try await server.look()
    var found: [String: ObservedDeployment] = [:]
    var open: [(name: String, placed: ModelRepository.Placed)] = []
    for name in repository.names() {
      found[name] = ObservedDeployment(routes: repository.isPending(name) ? nil : repository.table(name))
      open += repository.placed(name).map { (name, $0) }
    }
    let server = server
    try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
      func ask(_ index: Int) {
        guard index < open.count else { return }
        let one = open[index]
        group.addTask { (index, try await server.isReady(one.name, version: one.placed.name)) }
      }
      for index in 0..<Self.width { ask(index) }
      var begun = Self.width
      for try await (index, isReady) in group {
        let placed = open[index].placed
        found[open[index].name]?.versions[placed.version] = ObservedVersion(
          identity: placed.marker.identity(in: repository.folder(open[index].name) + "/" + placed.name),
          isReady: isReady, since: placed.marker.since)
        ask(begun)
        begun += 1
      }
    }
    return found
  }

  package func isReady(_ version: String, of deployment: DesiredDeployment) async throws -> Bool {
    guard let placed = find(version, deployment.name) else { return false }
    return try await server.isReady(deployment.name, version: placed.name)
  }

  private func find(_ version: String, _ name: String) -> ModelRepository.Placed? {
    repository.placed(name).first { $0.version == version }
  }

  // MARK: Changing

  package func deploy(
    _ version: DesiredVersion, of deployment: DesiredDeployment, from source: ModelSource, _ fence: Fence
  ) async throws {
    let name = deployment.name
    // Looked at before anything is brought, or written.
    if !repository.isNumbered { _ = try repository.allot(version.version, of: name) }
    try await fence.guarding {
      try repository.owner.claim(repository.folder(name))
      // What a crash has left of an earlier try.
      Disk.clean(repository.folder(name), before: now - 3600)
    }
    if let placed = find(version.version, name),
      placed.marker.identity(in: repository.folder(name) + "/" + placed.name) == version.identity
    {
      // It is whole and does not answer: the server was not told, began anew, or cannot load it.
      return try await fence.guarding {
        try await bringUp(
          PlacedVersion(folder: repository.folder(name), name: placed.name), version.version, name, isNew: false)
      }
    }
    let parent = repository.folder(name)
    let fresh = try Disk.newFolder(in: parent, for: version.version)
    do {
      try await source.fetch(version, of: deployment, to: fresh)
      if !repository.isNumbered {
        try MLServerSettings.prepare(fresh, version, of: deployment, implementation: endpoint.implementation)
      }
      try VersionMarker.write(
        fresh, version, moved: repository.isNumbered ? TritonConfig.fileName : nil, now: now)
      try await fence.guarding {
        let wasPending = repository.isPending(name)
        try repository.begin(name)
        let change = PlacedVersion(folder: parent, name: try repository.allot(version.version, of: name))
        do {
          try change.put(fresh, configuredAs: repository.isNumbered ? name : nil)
        } catch {
          // Nothing has changed that the server would have to be told.
          if !wasPending { try repository.finish(name) }
          throw error
        }
        try await bringUp(change, version.version, name, isNew: true)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: fresh)
      throw error
    }
  }

  /// Lets the server load a version; one that does not answer goes away again, so that what was there goes on.
  private func bringUp(_ change: PlacedVersion, _ version: String, _ name: String, isNew: Bool) async throws {
    do {
      try repository.begin(name)
      try await load(name)
      try await waitUntilReady(change.name, name)
    } catch let failure as TargetFailure {
      // What was whole and could be loaded before stays: it is the server that is not well.
      guard isNew else {
        throw TargetFailure("`\(version)` of `\(name)` does not load any more: \(failure.message)", fix: failure.fix)
      }
      try change.takeBack()
      var words = "; it was taken away again"
      let others = repository.placed(name).map(\.version).sorted()
      do {
        if others.isEmpty {
          try await server.unload(name)
        } else {
          try await load(name)
          words += ", and \(Text.list(others)) \(others.count == 1 ? "goes" : "go") on"
        }
        try repository.finish(name)
      } catch let second as TargetFailure {
        words += ", but the server could not be told: \(second.message)"
      }
      throw TargetFailure("`\(version)` of `\(name)` does not load: \(failure.message)\(words)", fix: failure.fix)
    }
    change.settle()
    try repository.finish(name)
  }

  private func load(_ name: String) async throws {
    guard case .refused(let reason) = try await server.load(name) else { return }
    throw TargetFailure(reason, fix: "look at the server's log, and publish a version that it can load")
  }

  private func waitUntilReady(_ version: String, _ name: String) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(endpoint.readySeconds)
    var pause = 0.02
    while try await !server.isReady(name, version: version) {
      guard clock.now < end else {
        throw TargetFailure(
          "it was not ready within \(endpoint.readySeconds) s",
          fix: "look at the server's log; `ready_seconds` of the target gives it longer")
      }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 2, 1)
    }
  }

  package func route(_ deployment: DesiredDeployment, _ fence: Fence) async throws {
    let name = deployment.name
    try await fence.guarding {
      try repository.owner.claim(repository.folder(name))
      if repository.isPending(name) {
        try await load(name)
        try repository.finish(name)
      }
      try repository.note(deployment.table, of: name)
    }
  }

  package func retire(_ version: String, of name: String, _ fence: Fence) async throws {
    try await fence.guarding {
      Disk.clean(repository.folder(name))
      guard let placed = find(version, name) else { return }
      try repository.begin(name)
      let change = PlacedVersion(folder: repository.folder(name), name: placed.name)
      let aside = try change.moveAside()
      do {
        if isAlone(name) { try await server.unload(name) } else { try await load(name) }
      } catch {
        // The server still has it: what lies there has to say so.
        try Disk.move(aside, to: change.path)
        throw error
      }
      try? FileManager.default.removeItem(atPath: aside)
      try repository.finish(name)
    }
  }

  package func remove(_ name: String, _ fence: Fence) async throws {
    try await fence.guarding {
      guard repository.isShared(name) else {
        try await server.unload(name)
        return try repository.takeAway(name)
      }
      // What somebody else put there stays, and is loaded.
      try repository.begin(name)
      for placed in repository.placed(name) { try Disk.takeAway(repository.folder(name) + "/" + placed.name) }
      try await load(name)
      repository.forget(name)
    }
  }

  /// Whether nothing is left of a deployment that the server could serve.
  private func isAlone(_ name: String) -> Bool { repository.placed(name).isEmpty && !repository.isShared(name) }
}
