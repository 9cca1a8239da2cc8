public import GitObjects
public import YAMLTree

/// Whose policy a finding comes from.
public enum PolicyOrigin: String, Sendable, Hashable {
  /// The default that is compiled in.
  case builtIn = "built-in"
  /// The repository's own, at the tip of `HEAD`'s branch.
  case repository
  /// The host's, `mlops.policy`.
  case host
}

/// Where a finding points.
public struct Place: Sendable, Hashable {
  /// The ref of the push.
  public var ref: [UInt8]?
  /// The commit of the step.
  public var commit: ObjectID?
  /// The path from the root of the tree, or of a file outside of it.
  public var path: [UInt8]?
  /// The line and column in that file.
  public var mark: Mark?

  /// Creates a place.
  public init(ref: [UInt8]? = nil, commit: ObjectID? = nil, path: [UInt8]? = nil, mark: Mark? = nil) {
    self.ref = ref
    self.commit = commit
    self.path = path
    self.mark = mark
  }
}

/// One thing that a push breaks, or that could not be judged.
///
/// Findings are values: they are returned, never thrown.
public struct Finding: Sendable, Hashable {
  /// How much a finding weighs.
  public enum Severity: String, Sendable {
    /// It refuses the push.
    case error
    /// It is said, and refuses nothing.
    case warning
  }

  /// The check that found it.
  public var check: CheckName
  /// How much it weighs.
  public var severity: Severity
  /// The policy that demands it; nil where every policy does.
  public var policy: PolicyOrigin?
  /// Where it points.
  public var place: Place
  /// The field of the manifest, as a dotted path.
  public var field: String?
  /// What is wrong: lower case, no full stop.
  ///
  /// May hold text from the repository; the report escapes it.
  public var message: String
  /// What to do about it.
  public var fix: String?
  /// Further lines of the report, such as the ledger of approvals.
  public var notes: [String]

  /// Creates a finding.
  public init(
    _ check: CheckName, _ place: Place, _ message: String, fix: String? = nil, field: String? = nil,
    severity: Severity = .error, policy: PolicyOrigin? = nil, notes: [String] = []
  ) {
    self.check = check
    self.severity = severity
    self.policy = policy
    self.place = place
    self.field = field
    self.message = message
    self.fix = fix
    self.notes = notes
  }

  /// What makes two findings one for whoever reads the report, whichever commit or policy showed it.
  var identity: [String] {
    let path = Text.show(place.path ?? place.ref ?? [])
    return [check.rawValue, path, place.mark.map { "\($0.offset)" } ?? "", message]
  }
}
