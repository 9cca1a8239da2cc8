import GitObjects

/// What git says should run in one environment, at one commit.
package struct DesiredState: Sendable {
  /// The environment.
  package var environment: String
  /// The commit that was read.
  package var commit: ObjectID
  /// The deployments that could be read, by name.
  package var deployments: [DesiredDeployment]
  /// The deployments that stand there and cannot be read, with why: what ran of them goes on.
  package var unreadable: [(name: String, reason: String)]
}

/// One deployment as git says it should run.
package struct DesiredDeployment: Sendable, Equatable {
  /// How a version is chosen for a request.
  package struct Splitting: Sendable, Equatable {
    /// `weight`, `header` or `cookie`.
    package var method: String
    /// The header or the cookie whose value names a route.
    package var key: String?
  }

  /// One route of its routing.
  package struct Route: Sendable, Equatable {
    /// The route's name, where it has one.
    package var name: String?
    /// The version that it leads to.
    package var version: String
    /// Its share of the requests, in percent.
    package var weight: Int
  }

  /// When the distance of what comes in from what a model was trained on becomes too large.
  package struct DriftRule: Sendable, Equatable {
    /// How often it is measured, in hours.
    package var intervalHours: Double
    /// Above it somebody is told.
    package var alert: Double
    /// Above it the version is rolled back.
    package var rollback: Double
    /// How many requests are compared.
    package var window: Int
  }

  /// `metadata.name`.
  package var name: String
  /// `metadata.namespace`.
  package var namespace: String?
  /// The manifest's path.
  package var path: String
  /// `spec.model.registry`.
  package var registry: String
  /// `spec.model.name`.
  package var model: String
  /// `spec.model.version`: what takes the requests that no route takes.
  package var version: String
  /// `spec.model.digest`.
  package var digest: String?
  /// `spec.serving.replicas`.
  package var replicas: Int
  /// `spec.serving.resources`, in the order of the manifest.
  package var resources: [Pair]
  /// `spec.serving.inference_endpoint`.
  package var endpoint: String
  /// The routes; empty without a routing: then its version gets every request.
  package var routes: [Route]
  /// How a route is chosen.
  package var splitting: Splitting?
  /// `spec.drift_config`.
  package var drift: DriftRule?
  /// Every version that has to be there, its own first.
  package var versions: [DesiredVersion]
  /// `metadata.annotations`, in the order of the manifest.
  package var annotations: [Pair] = []

  /// A name with a value.
  package struct Pair: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The value.
    package var value: String
  }
}

/// One version of a model, with where its files are.
package struct DesiredVersion: Sendable, Equatable {
  /// The version.
  package var version: String
  /// The tree of its folder below `models/`; nil where there is none.
  package var folder: ObjectID?
  /// The digest that its manifest names: only of a deployment's own version.
  package var digest: String?
  /// Where its files come from that git does not hold; nil where git lists them all.
  package var source: String?
  /// The files that its evidence lists.
  package var artifacts: [Artifact]

  /// A file of a version.
  package struct Artifact: Sendable, Equatable {
    /// Its path below the version's folder.
    package var path: String
    /// The SHA-256 of its content, in lower-case hexadecimal digits.
    package var sha256: String
    /// Its size, in bytes.
    package var size: Int64
  }
}
