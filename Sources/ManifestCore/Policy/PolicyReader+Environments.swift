import YAMLTree

extension PolicyReader {
  private static let keys = [
    "approvals", "metrics", "shadow_test", "digest", "promote_from", "registries", "max_weight_step", "rollback",
    "freeze",
  ]

  /// Reads `spec.environments`.
  func readEnvironments(_ spec: FieldReader, _ policy: inout Policy) {
    guard spec.pair("environments") != nil, let map = spec.mapping("environments", known: []) else { return }
    for pair in map.allPairs {
      let field = map.field(Text.cut(pair.key))
      if let problem = DNSLabel.problem(in: pair.key) {
        sink.report(.policyInvalid, pair.keyMark, field: field, "`\(field)`: \(problem.message)", fix: problem.fix)
        continue
      }
      guard let fields = FieldReader(pair.value, path: field, known: Self.keys, sink: sink) else { continue }
      policy.environments[pair.key] = readEnvironment(fields)
    }
    // `promote_from` may name an environment that stands below it in the file.
    for pair in map.allPairs {
      guard let from = policy.environments[pair.key]?.promoteFrom, policy.environments[from] == nil || from == pair.key
      else { continue }
      sink.report(
        .policyInvalid, pair.value["promote_from"]?.mark ?? pair.keyMark, field: "\(map.field(pair.key)).promote_from",
        "`promote_from: \(Text.cut(from))` is not another environment of this policy",
        fix: "add `\(Text.cut(from)): {}` to `spec.environments`, or name one that is there")
    }
  }

  private func readEnvironment(_ fields: FieldReader) -> Policy.Environment {
    var environment = Policy.Environment()
    if fields.pair("approvals") != nil,
      let approvals = fields.mapping("approvals", known: ["required", "minimum", "approvers"])
    {
      environment.approvalRequired = approvals.bool("required", required: false)?.value
      environment.minimum = approvals.integer("minimum", required: false, in: 0...1000)?.value
      environment.approvers = (approvals.strings("approvers", required: false) ?? []).map(\.value)
    }
    environment.metrics = fields.thresholds("metrics", required: false)
    environment.shadowTestRequired =
      fields.word("shadow_test", required: false, of: ["required", "optional"])?.value == "required"
    environment.digestRequired =
      fields.word("digest", required: false, of: ["required", "optional"])?.value == "required"
    environment.promoteFrom = fields.string("promote_from", required: false)?.value
    readRegistries(fields, &environment)
    environment.maximumWeightStep = fields.integer("max_weight_step", required: false, in: 1...100)?.value
    if fields.pair("rollback") != nil, let rollback = fields.mapping("rollback", known: ["approvals", "depth"]) {
      environment.rollbackWaivesApprovals =
        rollback.word("approvals", required: false, of: ["waived", "required"])?.value == "waived"
      environment.rollbackDepth = rollback.integer("depth", required: false, in: 1...100)?.value ?? 1
    }
    readFreezes(fields, &environment)
    return environment
  }

  private func readRegistries(_ fields: FieldReader, _ environment: inout Policy.Environment) {
    for (index, text) in (fields.strings("registries", required: false) ?? []).enumerated() {
      let field = "\(fields.field("registries"))[\(index)]"
      if let uri = FieldReader.parsed(text, field: field, sink: sink, { try RegistryURI($0) }) {
        environment.registries.append(uri.value)
        environment.registryTexts.append(text.value)
      }
    }
  }

  private func readFreezes(_ fields: FieldReader, _ environment: inout Policy.Environment) {
    for (index, item) in (fields.list("freeze", required: false) ?? []).enumerated() {
      let path = "\(fields.field("freeze"))[\(index)]"
      guard let freeze = FieldReader(item, path: path, known: ["from", "until", "reason"], sink: sink) else { continue }
      let from = freeze.string("from") { try Timestamp($0).seconds }
      let until = freeze.string("until") { try Timestamp($0).seconds }
      let reason = freeze.string("reason", required: false)?.value ?? ""
      guard let from, let until else { continue }
      if until.value <= from.value {
        freeze.report(.policyInvalid, until.mark, "until", "`\(path).until` is not after `from`", fix: "swap the two")
      }
      environment.freezes.append(.init(from: from.value, until: until.value, reason: reason))
    }
  }
}
