extension CheckName {
  /// What is said about the check; a new case does not compile until it has its file.
  public var info: CheckInfo {
    switch self {
    case .pushMalformed: .pushMalformed
    case .commitMalformed: .commitMalformed
    case .treeMalformed: .treeMalformed
    case .historyDelete: .historyDelete
    case .historyRewrite: .historyRewrite
    case .historyFoxtrot: .historyFoxtrot
    case .historyTag: .historyTag
    case .manifestLocation: .manifestLocation
    case .manifestSyntax: .manifestSyntax
    case .manifestDuplicateKey: .manifestDuplicateKey
    case .manifestUnsupported: .manifestUnsupported
    case .manifestSchema: .manifestSchema
    case .manifestValue: .manifestValue
    case .manifestEndpoint: .manifestEndpoint
    case .routingWeights: .routingWeights
    case .routingVersion: .routingVersion
    case .routingOwner: .routingOwner
    case .routingStep: .routingStep
    case .modelMissing: .modelMissing
    case .modelInvalid: .modelInvalid
    case .modelImmutable: .modelImmutable
    case .modelLFS: .modelLFS
    case .modelPublisher: .modelPublisher
    case .metricMissing: .metricMissing
    case .metricUnit: .metricUnit
    case .metricThreshold: .metricThreshold
    case .metricFloor: .metricFloor
    case .metricShadowTest: .metricShadowTest
    case .approvalMissing: .approvalMissing
    case .approvalSelf: .approvalSelf
    case .approvalUnknown: .approvalUnknown
    case .approvalMalformed: .approvalMalformed
    case .approvalUnsigned: .approvalUnsigned
    case .promotionOrder: .promotionOrder
    case .promotionFreeze: .promotionFreeze
    case .promotionRegistry: .promotionRegistry
    case .policyGuard: .policyGuard
    case .policyInvalid: .policyInvalid
    case .hostInternal: .hostInternal
    case .hostLimit: .hostLimit
    case .hostTimeout: .hostTimeout
    }
  }
}
