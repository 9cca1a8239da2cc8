import ManifestCore

/// A place where deployments run, or where requests are led to them: what the loop observes and changes.
///
/// Every change is idempotent: the loop repeats it after a crash at any step.
package protocol TargetAdapter: Sendable {
  /// The place as the targets file names it.
  var endpoint: Targets.Endpoint { get }
  /// Whether versions run here; false where requests are only led to them.
  var servesVersions: Bool { get }
  /// The folder that whoever writes to the place shares: there lies its lease; nil: the state's own.
  var sharedFolder: String? { get }

  /// What runs here now, by the deployment's name.
  ///
  /// - Parameter desired: What should run, for places that can only be asked by name.
  func observe(_ desired: [DesiredDeployment]) async throws -> [String: ObservedDeployment]

  /// Puts a version beside what runs; nothing leads to it yet.
  func deploy(_ version: DesiredVersion, of deployment: DesiredDeployment, from source: ModelSource, _ fence: Fence)
    async throws

  /// Whether a version that was put there can answer.
  func isReady(_ version: String, of deployment: DesiredDeployment) async throws -> Bool

  /// Leads requests as the deployment says; on failure leads them as before and throws.
  func route(_ deployment: DesiredDeployment, _ fence: Fence) async throws

  /// Takes a version away that nothing leads to.
  func retire(_ version: String, of name: String, _ fence: Fence) async throws

  /// Takes a deployment away.
  func remove(_ name: String, _ fence: Fence) async throws
}

/// What runs of one deployment.
package struct ObservedDeployment: Sendable, Equatable {
  /// The versions that are there.
  package var versions: [String: ObservedVersion] = [:]
  /// How requests are led; nil where that is not known, or was left half done.
  package var routes: RouteTable?
  /// The settings that were told last; nil where the place does not tell, or knows none.
  package var settings: String?

  /// Nothing.
  package init(versions: [String: ObservedVersion] = [:], routes: RouteTable? = nil) {
    self.versions = versions
    self.routes = routes
  }
}

/// One version that is there.
package struct ObservedVersion: Sendable, Equatable {
  /// What was put there; nil where the place does not tell.
  package var identity: String?
  /// Whether it can answer.
  package var isReady: Bool
  /// When it was put there, in seconds since 1970; 0 where that is not known.
  package var since: Int64 = 0

  /// A version.
  package init(identity: String?, isReady: Bool, since: Int64 = 0) {
    self.identity = identity
    self.isReady = isReady
    self.since = since
  }
}

/// How requests of one deployment are led to its versions.
package struct RouteTable: Sendable, Equatable, Codable {
  /// One route.
  package struct Route: Sendable, Equatable, Codable {
    /// Its name, where it has one.
    package var name: String?
    /// The version.
    package var version: String
    /// Its share, in percent.
    package var weight: Int
  }

  /// The deployment's own version.
  package var version: String
  /// The routes; empty: its own version gets all.
  package var routes: [Route]
  /// `weight`, `header` or `cookie`.
  package var method: String?
  /// The name of the header or the cookie.
  package var key: String?

  /// Whether requests are led to a version.
  func leads(to version: String) -> Bool {
    self.version == version || routes.contains { $0.version == version && $0.weight > 0 }
  }
}

extension DesiredDeployment {
  /// How its requests are to be led.
  package var table: RouteTable {
    RouteTable(
      version: version, routes: routes.map { .init(name: $0.name, version: $0.version, weight: $0.weight) },
      method: splitting?.method, key: splitting?.key)
  }

  /// What a place that is told more than versions and routes is told, in one word.
  package var settings: String {
    let pairs = resources.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    return "replicas=\(replicas),\(pairs),\(namespace ?? ""),\(endpoint)"
  }
}

extension DesiredVersion {
  /// What tells one content of a version from another.
  package var identity: String { "\(folder?.hex ?? "-") \(digest ?? "-")" + (source.map { " " + $0 } ?? "") }
}

/// Why something could not be observed or changed at a place.
package struct TargetFailure: Error, CustomStringConvertible {
  /// What is wrong.
  package var message: String
  /// What to do.
  package var fix: String

  /// A failure.
  package init(_ message: String, fix: String) {
    self.message = message
    self.fix = fix
  }

  /// The words.
  package var description: String { message }
}
