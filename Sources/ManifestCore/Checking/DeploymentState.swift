import GitObjects
import YAMLTree

/// One routing with the file it stands in.
struct RoutingState {
  var path: [UInt8]
  var blob: ObjectID
  /// Which of the file's routings it is.
  var index: Int
  var routing: ModelRouting
  var file: ManifestFile
}

/// What stands for one deployment in one state of the repository.
struct DeploymentState {
  /// One version that a deployment names.
  struct VersionUse {
    var version: Located<String>
    /// The percentage of requests that it gets.
    var share: Int
    /// The file that names it.
    var path: [UInt8]
    /// Whether a route names it, and `spec.model` does not.
    var isRoute: Bool
  }

  var environment: [UInt8]
  var name: [UInt8]
  var blob: ObjectID
  var file: ManifestFile
  var deployment: ModelDeployment?
  var routings: [RoutingState]

  /// The path of the deployment's own file.
  var path: [UInt8] { Snapshot.path(environment, name) }

  /// The environment's name as text.
  var environmentName: String { String(decoding: environment, as: UTF8.self) }

  /// Whether all of it could be read.
  var isReadable: Bool {
    deployment != nil && file.isReadable && routings.allSatisfy { $0.file.isReadable }
  }

  /// Whether its own words require approval; what cannot be read counts as requiring it.
  var requiresApproval: Bool {
    guard let criteria = deployment?.criteria, let required = criteria.approvalRequired else { return true }
    return required.value
  }

  /// The roles that it names.
  var approvers: [String] { deployment?.criteria?.approvers.map(\.value) ?? [] }

  /// Every version that it names and that gets requests or is its own, each once.
  var versions: [VersionUse] {
    var uses: [VersionUse] = []
    if let own = deployment?.model.version {
      let share = routings.isEmpty ? 100 : share(of: own.value)
      uses.append(VersionUse(version: own, share: share, path: path, isRoute: false))
    }
    for state in routings {
      for route in state.routing.routes
      where route.weight > 0 && !uses.contains(where: { $0.version.value == route.version.value }) {
        uses.append(
          VersionUse(version: route.version, share: share(of: route.version.value), path: state.path, isRoute: true))
      }
    }
    return uses
  }

  /// The percentage of requests that the routes give to a version.
  private func share(of version: String) -> Int {
    routings.reduce(0) { $0 + $1.routing.routes.reduce(0) { $1.version.value == version ? $0 + $1.weight : $0 } }
  }

  /// The place of a mark in its own file.
  func place(_ step: StepPlace, _ mark: Mark?) -> Place {
    Place(ref: step.ref, commit: step.commit, path: path, mark: mark)
  }
}

/// The ref and the commit that findings of one step carry.
struct StepPlace {
  var ref: [UInt8]
  var commit: ObjectID?

  func at(_ path: [UInt8], _ mark: Mark? = nil) -> Place { Place(ref: ref, commit: commit, path: path, mark: mark) }
}
