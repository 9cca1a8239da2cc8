import Testing

/// One way around a gate: what is defended, what defends it, and the test that shows it.
///
/// The table of these is `docs/defences.md`; the cases that carry their test here are run by `AttackTests`.
struct AttackCase: Sendable, CustomTestStringConvertible {
  /// Where in the table a case stands.
  enum Section: String, CaseIterable, Sendable {
    case refs = "Refs and the push itself"
    case history = "History and merges"
    case policy = "People, approvers and policies"
    case trailers = "Approvals in messages"
    case evidence = "Evidence and thresholds"
    case yaml = "YAML"
    case trees = "Trees and paths"
    case routing = "Promotion and routing"
    case host = "The host and its git"
    case output = "Output, audit and secrets"
    case resources = "Resources and time"
    case concurrency = "Concurrency and triggers"
    case relay = "Outbox and relay"
    case reconciler = "Reconciler"
  }

  /// What shows that it is defended.
  enum Proof: Sendable {
    /// A test of another suite, as `Suite.function`.
    case test(String)
    /// A push that this case makes itself.
    case push(@Sendable () throws -> Void)
  }

  /// The number, which stays: `N` and a number for what was found while building the product.
  var id: String
  /// The part of the table.
  var section: Section
  /// What is defended, in the defender's words.
  var title: String
  /// The checks that refuse it, or the setting or verb that sees it.
  var defences: [String]
  /// What shows it.
  var proofs: [Proof]

  var testDescription: String { "\(id): \(title)" }

  /// A case that tests of other suites hold, as `Suite.function`.
  init(_ id: String, _ section: Section, _ title: String, by defences: String, _ tests: String...) {
    self.init(id, section, title, defences, tests.map { .test($0) })
  }

  /// A case with its own test.
  init(
    _ id: String, _ section: Section, _ title: String, by defences: String, run: @escaping @Sendable () throws -> Void
  ) {
    self.init(id, section, title, defences, [.push(run)])
  }

  /// A case of commits that are pushed together, after `mlops-hook check` was asked: one of the checks has to refuse.
  init(
    _ id: String, _ section: Section, _ title: String, by defences: String,
    past: @escaping @Sendable () -> [String: String] = { Fixtures.people() }, _ changes: AttackChange...
  ) {
    self.init(
      id, section, title, defences,
      [
        .push {
          let scene = try Scene(past())
          try AttackPush(scene).refused(changes, by: Self.split(defences))
        }
      ])
  }

  private init(_ id: String, _ section: Section, _ title: String, _ defences: String, _ proofs: [Proof]) {
    self.id = id
    self.section = section
    self.title = title
    self.defences = Self.split(defences)
    self.proofs = proofs
  }

  private static func split(_ defences: String) -> [String] {
    defences.split(separator: ",").map { String($0.drop(while: { $0 == " " })) }
  }

  /// The whole table.
  static let all =
    refs + history + policies + trailers + evidence + yaml + trees + host + operations + newRefs + newMessages
    + newPeople + newContent + newTrees + newHost
}
