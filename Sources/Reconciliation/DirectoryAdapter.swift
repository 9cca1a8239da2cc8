import Foundation
import ManifestCore

/// Versions side by side in a folder, with a link to the current one: for devices that read models from a disk.
///
/// `<path>/<deployment>/versions/<version>/…`, `<path>/<deployment>/current` → `versions/<version>`, and
/// `<path>/<deployment>/routing.json` for whoever splits requests itself.
package struct DirectoryAdapter: TargetAdapter {
  package let endpoint: Targets.Endpoint
  package let servesVersions = true
  private let root: String
  private let now: Int64
  private let owner: PlaceOwner

  private static let pendingName = ".mlops-pending.json"

  /// An adapter for an endpoint that has a `path`.
  package init(_ endpoint: Targets.Endpoint, now: Int64) {
    self.endpoint = endpoint
    root = endpoint.path ?? ""
    self.now = now
    owner = PlaceOwner(environment: endpoint.environment)
  }

  package var sharedFolder: String? { root }

  private func folder(_ name: String) -> String { root + "/" + name }

  // MARK: Observing

  /// How many names one task looks at: few tasks, and none that all others wait for.
  private static let namesATask = 256

  package func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment] {
    let wanted = Set(desired.map(\.name))
    let names = SafeFiles.names(in: root).filter { !$0.hasPrefix(".") }
    return await withTaskGroup(of: [(String, ObservedDeployment)].self) { group in
      for first in stride(from: 0, to: names.count, by: Self.namesATask) {
        group.addTask {
          names[first..<min(first + Self.namesATask, names.count)].compactMap { name in
            look(at: name, isWanted: wanted.contains(name)).map { (name, $0) }
          }
        }
      }
      var found: [String: ObservedDeployment] = [:]
      for await part in group { for (name, seen) in part { found[name] = seen } }
      return found
    }
  }

  /// What lies in one folder; nil where it is none of ours.
  private func look(at name: String, isWanted: Bool) -> ObservedDeployment? {
    guard SafeFiles.isFolder(folder(name)), isWanted || isOurs(name), !owner.isForeign(folder(name)) else { return nil }
    var seen = ObservedDeployment()
    for version in SafeFiles.names(in: folder(name) + "/versions") where !version.hasPrefix(".") {
      let marker = marker(name, version)
      seen.versions[version] = ObservedVersion(
        identity: marker?.identity(in: "\(folder(name))/versions/\(version)"), isReady: marker?.version == version,
        since: marker?.since ?? 0)
    }
    seen.routes = table(name)
    return seen
  }

  private func marker(_ name: String, _ version: String) -> VersionMarker? {
    .read("\(folder(name))/versions/\(version)")
  }

  /// Whether a folder was made here; what somebody else keeps beside it is none of our business.
  private func isOurs(_ name: String) -> Bool {
    written(name) != nil || SafeFiles.kind(folder(name) + "/" + Self.pendingName) != .nothing
      || SafeFiles.names(in: folder(name) + "/versions").contains {
        $0.hasPrefix(".new-") || $0.hasPrefix(".old-") || marker(name, $0) != nil
      }
  }

  /// Throws where somebody else keeps files of their own in a folder of the deployment's name.
  private func lookForOthers(_ name: String) throws {
    let own: Set<String> = ["versions", "current", "current.new", "routing.json"]
    guard !isOurs(name),
      let other = SafeFiles.names(in: folder(name)).first(where: { !$0.hasPrefix(".") && !own.contains($0) })
    else { return }
    throw TargetFailure(
      "`\(Text.cut(folder(name)))` is a folder of somebody else: `\(Text.cut(other))` lies there",
      fix: "name another `path` in the targets file, or move that folder away")
  }

  /// What stands, if it was brought to its end and the link agrees with it.
  private func table(_ name: String) -> RouteTable? {
    guard Disk.read(folder(name) + "/" + Self.pendingName) == nil, let table = written(name),
      Disk.target(of: folder(name) + "/current") == "versions/" + table.version
    else { return nil }
    return table
  }

  private func written(_ name: String) -> RouteTable? {
    Disk.read(folder(name) + "/routing.json").flatMap { try? JSONDecoder().decode(RouteTable.self, from: Data($0)) }
  }

  // MARK: Changing

  package func deploy(
    _ version: DesiredVersion, of deployment: DesiredDeployment, from source: ModelSource, _ fence: Fence
  ) async throws {
    let name = deployment.name
    try await fence.guarding {
      try lookForOthers(name)
      try owner.claim(folder(name))
      // What a crash has left of an earlier try.
      Disk.clean(folder(name) + "/versions", before: now - 3600)
    }
    let parent = folder(name) + "/versions"
    let fresh = try Disk.newFolder(in: parent, for: version.version)
    do {
      try await source.fetch(version, of: deployment, to: fresh)
      try VersionMarker.write(fresh, version, now: now)
      try await fence.guarding {
        guard let last = table(name), last.leads(to: version.version),
          SafeFiles.isFolder(parent + "/" + version.version)
        else { return try Disk.place(fresh, at: parent + "/" + version.version) }
        try await exchange(fresh, at: parent + "/" + version.version, last, name)
      }
    } catch {
      try? FileManager.default.removeItem(atPath: fresh)
      throw error
    }
  }

  /// Gives a version that requests are led to another content, and the old one back where that is not well.
  private func exchange(_ fresh: String, at path: String, _ last: RouteTable, _ name: String) async throws {
    try Disk.write(Disk.text(last), to: folder(name) + "/" + Self.pendingName)
    let canGoBack = SafeFiles.exchange(fresh, path)
    if canGoBack { try SafeFiles.syncFolder(folder(name) + "/versions") } else { try Disk.place(fresh, at: path) }
    do {
      try await settle()
    } catch let failure as TargetFailure where canGoBack {
      var words = "; it has the content of before again"
      if SafeFiles.exchange(fresh, path) {
        do {
          try await settle()
        } catch let second as TargetFailure {
          words += ", and is not well either: \(second.message)"
        }
      } else {
        words = "; it keeps the new content: \(SafeFiles.lastError)"
      }
      try finish(name)
      throw TargetFailure(failure.message + words, fix: failure.fix)
    }
    try? FileManager.default.removeItem(atPath: fresh)
    try finish(name)
  }

  package func isReady(_ version: String, of deployment: DesiredDeployment) async throws -> Bool {
    marker(deployment.name, version)?.version == version
  }

  package func route(_ deployment: DesiredDeployment, _ fence: Fence) async throws {
    let name = deployment.name
    try await fence.guarding {
      try owner.claim(folder(name))
      let last = pendingBefore(name) ?? table(name)
      // Whoever comes after a crash sees that this was not brought to its end, and what it began from.
      try Disk.write(Disk.text(last), to: folder(name) + "/" + Self.pendingName)
      try lead(name, by: deployment.table)
      do {
        try await settle()
      } catch let failure as TargetFailure {
        try await goBack(name, to: last, failure)
      }
      try finish(name)
    }
  }

  /// What stood before a change that was not brought to its end.
  private func pendingBefore(_ name: String) -> RouteTable? {
    Disk.read(folder(name) + "/" + Self.pendingName).flatMap {
      try? JSONDecoder().decode(RouteTable?.self, from: Data($0))
    }
  }

  private func lead(_ name: String, by table: RouteTable?) throws {
    try Disk.link(folder(name) + "/current", to: table.map { "versions/" + $0.version })
    if let table {
      try Disk.write(Disk.text(table), to: folder(name) + "/routing.json")
      try Disk.share(folder(name) + "/routing.json")
    } else {
      SafeFiles.remove(folder(name) + "/routing.json")
    }
  }

  private func goBack(_ name: String, to last: RouteTable?, _ failure: TargetFailure) async throws {
    try lead(name, by: last)
    var words = last.map { "; `\($0.version)` is current again" } ?? "; nothing is current, as before"
    do {
      if last != nil { try await settle() }
    } catch let second as TargetFailure {
      words += ", and is not well either: \(second.message)"
    }
    try finish(name)
    throw TargetFailure(failure.message + words, fix: failure.fix)
  }

  private func finish(_ name: String) throws {
    SafeFiles.remove(folder(name) + "/" + Self.pendingName)
    try SafeFiles.syncFolder(folder(name))
  }

  private func settle() async throws {
    if !endpoint.reload.isEmpty { _ = try Program.run(endpoint.reload, seconds: endpoint.readySeconds) }
    if let health = endpoint.health {
      try await HealthCheck(health: health, seconds: endpoint.readySeconds).wait()
    }
  }

  package func retire(_ version: String, of name: String, _ fence: Fence) async throws {
    try await fence.guarding {
      Disk.clean(folder(name) + "/versions")
      try Disk.takeAway("\(folder(name))/versions/\(version)")
    }
  }

  package func remove(_ name: String, _ fence: Fence) async throws {
    try await fence.guarding {
      guard !endpoint.reload.isEmpty else { return try Disk.takeAway(folder(name)) }
      // The folder goes last: as long as it is there, whoever serves it has to be told.
      try Disk.write(Disk.text(RouteTable?.none), to: folder(name) + "/" + Self.pendingName)
      try lead(name, by: nil)
      try Disk.takeAway(folder(name) + "/versions")
      _ = try Program.run(endpoint.reload, seconds: endpoint.readySeconds)
      try Disk.takeAway(folder(name))
    }
  }
}
