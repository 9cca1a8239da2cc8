import ManifestCore

/// What has to be done so that what runs is what git says: a value, made before anything is touched.
package struct ReconcilePlan: Sendable, Equatable {
  /// One thing to do.
  package struct Action: Sendable, Equatable, CustomStringConvertible {
    /// What is done, in the order in which it is done for one deployment.
    package enum Kind: String, Sendable, CaseIterable {
      /// A version is put beside what runs.
      case deploy
      /// It is waited until the version can answer.
      case await
      /// Requests are led to it.
      case route
      /// An old version is taken away.
      case retire
      /// The deployment is taken away.
      case remove
    }

    package var kind: Kind
    package var endpoint: String
    package var deployment: String
    package var version: String?
    /// Why, for whoever reads the plan.
    package var reason: String

    /// The action in a line.
    package var description: String {
      "\(kind.rawValue): \([deployment, version].compactMap { $0 }.joined(separator: " ")) at \(endpoint)"
    }
  }

  /// What is not done now.
  package struct Held: Sendable, Equatable {
    package var deployment: String
    package var reason: String
    /// Whether it waits for a person, and not for the time to pass.
    package var isFailure: Bool
  }

  package var environment: String
  package var commit: String
  /// The actions of each deployment, in order; a failure ends those of its deployment alone.
  package var deployments: [(name: String, actions: [Action])]
  package var held: [Held]
  /// What brings back what held deployments were at last, while what is new does not run.
  package var kept: [(deployment: DesiredDeployment, actions: [Action])] = []

  package init(
    environment: String, commit: String, deployments: [(name: String, actions: [Action])], held: [Held]
  ) {
    self.environment = environment
    self.commit = commit
    self.deployments = deployments
    self.held = held
  }

  /// Whether nothing is to be done, and nothing is held back.
  package var isEmpty: Bool { deployments.isEmpty && held.isEmpty }

  /// All actions, in order.
  package var actions: [Action] { kept.flatMap(\.actions) + deployments.flatMap(\.actions) }

  package static func == (left: ReconcilePlan, right: ReconcilePlan) -> Bool {
    left.environment == right.environment && left.commit == right.commit && left.actions == right.actions
      && left.held == right.held
  }

  /// The plan for people.
  package var lines: [String] {
    var lines = ["plan: \(environment) at \(commit.prefix(10))"]
    for action in actions { lines.append("\(action) (\(action.reason))") }
    for one in held { lines.append("held: \(one.deployment): \(one.reason)") }
    if isEmpty { lines.append("nothing to do: what runs is what git says") }
    return lines.map { Text.escape($0) }
  }

  /// The plan for programs.
  package var json: JSONValue {
    .object([
      ("schema", .number(1)), ("environment", .string(environment)), ("commit", .string(commit)),
      (
        "actions",
        .array(
          actions.map { action in
            .object([
              ("action", .string(action.kind.rawValue)), ("deployment", .string(action.deployment)),
              ("version", action.version.map { .string($0) } ?? .null), ("endpoint", .string(action.endpoint)),
              ("reason", .string(action.reason)),
            ])
          })
      ),
      (
        "held",
        .array(
          held.map {
            .object([
              ("deployment", .string($0.deployment)), ("reason", .string($0.reason)), ("failed", .bool($0.isFailure)),
            ])
          })
      ),
    ])
  }
}
