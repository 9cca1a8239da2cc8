import YAMLTree

/// A PromotionPolicy as it was read.
struct Policy: Sendable {
  /// How approvals are read and counted.
  struct ApprovalRules: Sendable {
    /// Who may not approve.
    enum Exclusion: String, CaseIterable, Sendable {
      case author
      case committer
      case coAuthor = "co-author"
      case pusher
    }

    var trailers = ["Approved-by"]
    var exclude: Set<Exclusion> = [.author, .committer, .coAuthor]
    var refusesUnknownPusher = false
    var distinct = true
    var signed = false
    var maximumValidity: Int64 = 90 * 86_400

    /// Whether an approval by somebody can count at all: where it must be signed, only with a key.
    func canCount(_ person: Directory.Person) -> Bool { !signed || person.publicKeys.contains(where: \.isSupported) }
  }

  /// What one environment asks.
  struct Environment: Sendable {
    /// A time in which nothing may change.
    struct Freeze: Sendable {
      var from: Int64
      var until: Int64
      var reason: String
    }

    /// Whether approval is required; nil where the policy does not say.
    var approvalRequired: Bool?
    var minimum: Int?
    var approvers: [String] = []
    var metrics: [PromotionCriteria.MetricRule] = []
    var shadowTestRequired = false
    var digestRequired = false
    var promoteFrom: String?
    var registries: [RegistryURI] = []
    /// The registries as they were written.
    var registryTexts: [String] = []
    var maximumWeightStep: Int?
    var rollbackWaivesApprovals = false
    var rollbackDepth = 1
    var freezes: [Freeze] = []
  }

  /// What is asked of published models.
  struct Models: Sendable {
    var immutable = true
    var lfsOver: Int64 = 1 << 20
    var publishers: [String] = []
  }

  /// Who may override refusals in an emergency, and on which refs.
  struct BreakGlassRule: Sendable {
    var roles: [String]
    var refs: [RefPattern]
  }

  var repository: String?
  /// Whether a host's policy looks up its roles in the repository's directory.
  var approversFromRepository = false
  /// Nil where the policy does not say: `HEAD`'s branch.
  var protectedRefs: [RefPattern]?
  var reservedRefs: [(pattern: RefPattern, pushers: [String])] = []
  var approvals = ApprovalRules()
  var environments: [String: Environment] = [:]
  var models = Models()
  var policyApprovers: [String] = []
  /// Nil where the policy names no break-glass: then nothing is overridden.
  var breakGlass: BreakGlassRule?
  /// Where findings about the whole policy point.
  var mark: Mark = .start
}

/// A pattern for full names of refs: `*` matches any bytes, `/` too.
struct RefPattern: Sendable {
  /// The text between the stars.
  private let parts: [[UInt8]]
  let text: String

  init(_ text: String) {
    self.text = text
    parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  /// Whether the pattern matches a name.
  ///
  /// Linear in the name for each part.
  func matches(_ name: [UInt8]) -> Bool {
    guard let first = parts.first, let last = parts.last, name.starts(with: first) else { return false }
    if parts.count == 1 { return name.count == first.count }
    var position = first.count
    for part in parts.dropFirst().dropLast() {
      guard let found = RefPattern.find(part, in: name, from: position) else { return false }
      position = found + part.count
    }
    return name.count - position >= last.count && name.suffix(last.count).elementsEqual(last)
  }

  private static func find(_ part: [UInt8], in name: [UInt8], from start: Int) -> Int? {
    guard name.count - start >= part.count else { return nil }
    for index in start...(name.count - part.count) where name[index...].starts(with: part) { return index }
    return nil
  }
}
