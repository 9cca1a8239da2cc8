/// The name of every check, as the report shows it.
///
/// A name is never reused for something else.
public enum CheckName: String, Sendable, CaseIterable, Comparable {
  case pushMalformed = "push/malformed"
  case commitMalformed = "commit/malformed"
  case treeMalformed = "tree/malformed"
  case historyDelete = "history/delete"
  case historyRewrite = "history/rewrite"
  case historyFoxtrot = "history/foxtrot"
  case historyTag = "history/tag"
  case manifestLocation = "manifest/location"
  case manifestSyntax = "manifest/syntax"
  case manifestDuplicateKey = "manifest/duplicate-key"
  case manifestUnsupported = "manifest/unsupported"
  case manifestSchema = "manifest/schema"
  case manifestValue = "manifest/value"
  case manifestEndpoint = "manifest/endpoint"
  case routingWeights = "routing/weights"
  case routingVersion = "routing/version"
  case routingOwner = "routing/owner"
  case routingStep = "routing/step"
  case modelMissing = "model/missing"
  case modelInvalid = "model/invalid"
  case modelImmutable = "model/immutable"
  case modelLFS = "model/lfs"
  case modelPublisher = "model/publisher"
  case metricMissing = "metric/missing"
  case metricUnit = "metric/unit"
  case metricThreshold = "metric/threshold"
  case metricFloor = "metric/floor"
  case metricShadowTest = "metric/shadow-test"
  case approvalMissing = "approval/missing"
  case approvalSelf = "approval/self"
  case approvalUnknown = "approval/unknown"
  case approvalMalformed = "approval/malformed"
  case approvalUnsigned = "approval/unsigned"
  case promotionOrder = "promotion/order"
  case promotionFreeze = "promotion/freeze"
  case promotionRegistry = "promotion/registry"
  case policyGuard = "policy/guard"
  case policyInvalid = "policy/invalid"
  case hostInternal = "host/internal"
  case hostLimit = "host/limit"
  case hostTimeout = "host/timeout"

  /// Orders names by the alphabet.
  public static func < (left: CheckName, right: CheckName) -> Bool { left.rawValue < right.rawValue }

  /// The check whose name is nearest to a misspelt one.
  public static func nearest(to name: String) -> CheckName? {
    Suggestion.nearest(to: name, among: allCases.map(\.rawValue)).flatMap { CheckName(rawValue: $0) }
  }

  /// The folder that the check's file and page stand in.
  public var family: String { String(rawValue.prefix { $0 != "/" }) }
}
