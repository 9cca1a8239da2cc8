/// What a policy asks of one environment.
struct EnvironmentShape: Equatable {
  var approvals: String?
  var floor: String?
  var shadowRequired = false
  var digestRequired = false
  var promoteFrom: String?
  var registries: String?
  var weightStep: Int?
  var rollback: String?
  var freeze: String?

  /// The environment's rules in YAML's flow form.
  var yaml: String {
    var parts: [String] = []
    if let approvals { parts.append("approvals: {\(approvals)}") }
    if let floor { parts.append("metrics: {\(floor)}") }
    if shadowRequired { parts.append("shadow_test: required") }
    if digestRequired { parts.append("digest: required") }
    if let promoteFrom { parts.append("promote_from: \(promoteFrom)") }
    if let registries { parts.append("registries: [\(registries)]") }
    if let weightStep { parts.append("max_weight_step: \(weightStep)") }
    if let rollback { parts.append("rollback: {\(rollback)}") }
    if let freeze { parts.append("freeze: [\(freeze)]") }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// Rules that most good pushes can keep, and some that they cannot.
  static func random(_ dice: Dice, isProduction: Bool) -> EnvironmentShape {
    var shape = EnvironmentShape()
    if dice.chance(50) {
      shape.approvals = dice.pick([
        "required: true", "required: true, minimum: 2", "required: true, minimum: 2, approvers: [ml-opsリード]",
        "required: true, approvers: [policy-admins]", "minimum: 3, required: true", "required: false",
      ])
    }
    if dice.chance(35) {
      shape.floor = dice.pick([
        "silhouette_score: \">0.45\"", "silhouette_score: \">=0.4\"", "inference_latency_p99: \"<0.2s\"",
        "silhouette_score: \">0.45\", inference_latency_p99: \"<=100ms\"", "silhouette_score: \">=baseline-0.05\"",
        "silhouette_score: \">0.46\"", "recall: \">0.1\"",
      ])
      if shape.floor?.contains("recall") == true, dice.chance(80) { shape.floor = nil }
    }
    shape.shadowRequired = dice.chance(25)
    shape.digestRequired = isProduction && dice.chance(12)
    if isProduction, dice.chance(30) { shape.promoteFrom = "staging" }
    if dice.chance(20) {
      shape.registries = dice.pick(["\"s3://ml-models/\"", "\"s3://ml-models/company/\"", "\"s3://ml-models/comp\""])
    }
    if isProduction, dice.chance(15) { shape.weightStep = dice.pick([30, 50]) }
    if dice.chance(40) {
      shape.rollback = dice.pick(["approvals: waived", "approvals: waived, depth: 2", "approvals: required"])
    }
    if dice.chance(8) {
      let year = dice.pick(["2020", "2120"])
      shape.freeze = "{from: \"2019-01-01T00:00:00Z\", until: \"\(year)-01-01T00:00:00Z\", reason: year end}"
    }
    return shape
  }
}

/// A policy of the repository or the host, to be written as text.
struct PolicyShape: Equatable {
  var protected: [String]?
  var reserved = false
  var exclude: String?
  var unknownPusher: String?
  var distinct: Bool?
  var environments: [String: EnvironmentShape] = [:]
  var models: [String] = []
  var policyApprovers: [String]? = ["policy-admins"]
  var directoryOfRepository = false

  /// The policy as YAML.
  var yaml: String {
    var text = "apiVersion: mlops/v1\nkind: PromotionPolicy\nmetadata: {name: team}\nspec:\n"
    if directoryOfRepository { text += "  approvers: repository\n" }
    if let protected {
      text += "  protected_refs: [\(protected.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
    }
    if reserved { text += "  reserved_refs: {\"refs/heads/rendered/*\": [eve@example.com, publishers]}\n" }
    var approvals: [String] = []
    if let exclude { approvals.append("exclude: [\(exclude)]") }
    if let unknownPusher { approvals.append("unknown_pusher: \(unknownPusher)") }
    if let distinct { approvals.append("distinct: \(distinct)") }
    if !approvals.isEmpty { text += "  approvals: {\(approvals.joined(separator: ", "))}\n" }
    if !environments.isEmpty {
      text += "  environments:\n"
      for (name, shape) in environments.sorted(by: { $0.key < $1.key }) { text += "    \(name): \(shape.yaml)\n" }
    }
    if !models.isEmpty { text += "  models: {\(models.joined(separator: ", "))}\n" }
    if let policyApprovers { text += "  policy_approvers: [\(policyApprovers.joined(separator: ", "))]\n" }
    return text
  }

  /// The patterns of the refs that it protects.
  var patterns: [String] { protected ?? ["refs/heads/main"] }

  /// A policy that can be used.
  static func random(_ dice: Dice, isHost: Bool) -> PolicyShape {
    var shape = PolicyShape()
    if dice.chance(60) {
      shape.protected =
        dice.pick([
          ["refs/heads/main", "refs/heads/release/*"], ["refs/heads/*"], ["refs/heads/main", "refs/tags/v*"],
          ["refs/heads/main", "refs/heads/release/*", "refs/tags/*"],
        ])
    }
    if isHost, dice.chance(25) { shape.protected = ["refs/heads/release/*"] }
    shape.reserved = dice.chance(30)
    if dice.chance(30) {
      shape.exclude = dice.pick(["author", "author, committer", "author, committer, co-author, pusher"])
    }
    if dice.chance(30) { shape.unknownPusher = dice.pick(["refuse", "warn"]) }
    if dice.chance(20) { shape.distinct = dice.chance(50) }
    if dice.chance(80) {
      shape.environments = [
        "production": .random(dice, isProduction: true), "staging": .random(dice, isProduction: false),
        "dev": EnvironmentShape(),
      ]
    }
    if dice.chance(50) { shape.models.append("lfs_over: \(dice.pick(["1KiB", "2kB", "1MiB"]))") }
    if dice.chance(15) { shape.models.append("publishers: [publishers]") }
    if dice.chance(10) { shape.models.append("immutable: false") }
    if isHost, dice.chance(40) { shape.policyApprovers = nil }
    return shape
  }

  /// Whether a pattern of the policy language matches a ref.
  static func matches(_ pattern: String, _ ref: String) -> Bool {
    guard pattern.hasSuffix("*") else { return pattern == ref }
    return ref.hasPrefix(pattern.dropLast())
  }
}
