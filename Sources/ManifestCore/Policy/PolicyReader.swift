import YAMLTree

/// Reads a document of kind PromotionPolicy.
///
/// Every key is known and checked; none is passed over.
struct PolicyReader {
  /// Where a policy comes from decides what it must and may say.
  let origin: PolicyOrigin
  let sink: ProblemSink

  /// The header that both kinds of policy files share; nil where the document is of another kind.
  static func header(_ node: Node, kind: String, sink: ProblemSink) -> FieldReader? {
    guard let document = FieldReader(node, path: "", known: ["apiVersion", "kind", "metadata", "spec"], sink: sink)
    else {
      return nil
    }
    _ = document.word("apiVersion", of: ["mlops/v1"])
    let found = document.word("kind", of: [kind])
    _ = document.mapping("metadata", known: ["name", "labels", "annotations"])?.string("name")
    return found == nil ? nil : document
  }

  /// Whether a text is plausibly one e-mail address.
  static func isEmail(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254 else { return false }
    let forbidden: [UInt8] = [0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: "*")]
    return !text.utf8.contains(where: forbidden.contains) && !text.unicodeScalars.contains { Text.isHarmful($0) }
  }

  func read(_ node: Node) -> Policy {
    var policy = Policy()
    let known = [
      "repository", "approvers", "protected_refs", "reserved_refs", "history", "approvals", "environments", "models",
      "policy_approvers", "break_glass", "waivers",
    ]
    guard let spec = PolicyReader.header(node, kind: "PromotionPolicy", sink: sink)?.mapping("spec", known: known)
    else {
      return policy
    }
    policy.mark = node.mark
    policy.repository = spec.string("repository", required: false, checked(RepositoryName.problem(in:)))?.value
    readApproversSource(spec, &policy)
    if spec.pair("protected_refs") != nil { policy.protectedRefs = patterns(spec, "protected_refs") }
    readReserved(spec, &policy)
    readHistory(spec)
    readApprovals(spec, &policy)
    if policy.approvals.signed, policy.repository == nil, spec.pair("repository") == nil {
      spec.report(
        .policyInvalid, spec.pair("approvals")?.value["proof"]?.mark ?? node.mark, "repository",
        "`proof: signed` needs `spec.repository`, so that an approval is good for one repository alone",
        fix: "add `repository: <team>/<name>`, a name that no other repository of the same approvers has")
    }
    readEnvironments(spec, &policy)
    readModels(spec, &policy)
    policy.policyApprovers = (spec.strings("policy_approvers", required: origin == .repository) ?? []).map(\.value)
    if origin == .repository, let pair = spec.pair("policy_approvers"), pair.value.sequence?.isEmpty == true {
      spec.report(
        .policyInvalid, pair.keyMark, "policy_approvers", "`spec.policy_approvers` is empty",
        fix: "name the roles that guard `policies/`")
    }
    readBreakGlass(spec, &policy)
    if let pair = spec.pair("waivers") {
      spec.report(
        .policyInvalid, pair.keyMark, "waivers", "`spec.waivers` is reserved and not supported yet", fix: "remove it")
    }
    return policy
  }

  private func readApproversSource(_ spec: FieldReader, _ policy: inout Policy) {
    guard let pair = spec.pair("approvers") else { return }
    guard origin == .host else {
      return spec.report(
        .policyInvalid, pair.keyMark, "approvers", "`spec.approvers` is for a host's policy only", fix: "remove it")
    }
    policy.approversFromRepository = spec.word("approvers", of: ["repository"]) != nil
  }

  private func patterns(_ spec: FieldReader, _ key: String) -> [RefPattern] {
    (spec.strings(key) ?? []).compactMap { text in
      pattern(text, field: spec.field(key))
    }
  }

  func pattern(_ text: Located<String>, field: String) -> RefPattern? {
    guard text.value.utf8.starts(with: "refs/".utf8), text.value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      sink.report(
        .policyInvalid, text.mark, field: field, "`\(Text.cut(text.value))` is not the full name of a ref",
        fix: "write it as in `refs/heads/main` or `\"refs/heads/release/*\"`")
      return nil
    }
    guard text.value.utf8.filter({ $0 == UInt8(ascii: "*") }).count <= 8 else {
      sink.report(
        .policyInvalid, text.mark, field: field, "`\(Text.cut(text.value))` has more than 8 stars", fix: "use fewer")
      return nil
    }
    return RefPattern(text.value)
  }

  private func readReserved(_ spec: FieldReader, _ policy: inout Policy) {
    guard spec.pair("reserved_refs") != nil, let map = spec.mapping("reserved_refs", known: []) else { return }
    for pair in map.allPairs {
      let key = Located(value: pair.key, mark: pair.keyMark)
      guard let pattern = pattern(key, field: map.field(Text.cut(pair.key))), let pushers = map.strings(pair.key) else {
        continue
      }
      policy.reservedRefs.append((pattern, pushers.map(\.value)))
    }
  }

  private func readHistory(_ spec: FieldReader) {
    guard spec.pair("history") != nil else { return }
    let keys = ["force_push", "deletion", "foxtrot"]
    guard let history = spec.mapping("history", known: keys) else { return }
    for key in keys { _ = history.word(key, required: false, of: ["forbidden"]) }
  }

  private func readApprovals(_ spec: FieldReader, _ policy: inout Policy) {
    let known = ["trailers", "exclude", "unknown_pusher", "distinct", "proof", "max_validity"]
    guard spec.pair("approvals") != nil, let fields = spec.mapping("approvals", known: known) else { return }
    if let trailers = fields.strings("trailers", required: false) {
      for trailer in trailers where !Self.isTrailerKey(trailer.value) {
        fields.report(
          .policyInvalid, trailer.mark, "trailers", "`\(Text.cut(trailer.value))` is not a trailer's key",
          fix: "use letters, digits and `-`")
      }
      if trailers.isEmpty {
        fields.report(
          .policyInvalid, fields.node.mark, "trailers", "`spec.approvals.trailers` is empty",
          fix: "name at least one, such as `Approved-by`")
      }
      policy.approvals.trailers = trailers.map(\.value).filter(Self.isTrailerKey)
    }
    if let exclude = fields.list("exclude", required: false) {
      let words = Policy.ApprovalRules.Exclusion.allCases.map(\.rawValue)
      policy.approvals.exclude = []
      for (index, item) in exclude.enumerated() {
        let field = "\(fields.field("exclude"))[\(index)]"
        guard let word = FieldReader.string(item, field: field, sink: sink) else { continue }
        if let exclusion = Policy.ApprovalRules.Exclusion(rawValue: word.value) {
          policy.approvals.exclude.insert(exclusion)
        } else {
          sink.report(
            .policyInvalid, word.mark, field: field,
            "`\(field)` is `\(Text.cut(word.value))`, not \(Text.list(words, "or"))",
            fix: "write \(Text.list(words, "or"))")
        }
      }
    }
    policy.approvals.refusesUnknownPusher =
      fields.word("unknown_pusher", required: false, of: ["warn", "refuse"])?.value == "refuse"
    policy.approvals.distinct = fields.bool("distinct", required: false)?.value ?? true
    policy.approvals.signed = fields.word("proof", required: false, of: ["trailer", "signed"])?.value == "signed"
    if let span = fields.string("max_validity", required: false, { try TimeSpan($0).seconds }) {
      policy.approvals.maximumValidity = span.value
    }
  }

  private static func isTrailerKey(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) && $0 > 0x40 || $0 == UInt8(ascii: "-")
      }
  }

  private func readModels(_ spec: FieldReader, _ policy: inout Policy) {
    guard spec.pair("models") != nil,
      let fields = spec.mapping("models", known: ["immutable", "lfs_over", "publishers"])
    else { return }
    policy.models.immutable = fields.bool("immutable", required: false)?.value ?? true
    if let pair = fields.pair("lfs_over") {
      if let scalar = pair.value.scalar, case .int = scalar.type, let size = Int64(scalar.text), size >= 0 {
        policy.models.lfsOver = size
      } else if let size = fields.string("lfs_over", { try ByteSize($0).bytes }) {
        policy.models.lfsOver = size.value
      }
    }
    policy.models.publishers = (fields.strings("publishers", required: false) ?? []).map(\.value)
  }
}

/// The identity of a repository in signed approvals.
enum RepositoryName {
  /// Why a text cannot be one, or nil: it stands on a line of what is signed.
  static func problem(in text: String) -> ValueProblem? {
    let isSound =
      !text.isEmpty && text.utf8.count <= 255 && !text.utf8.contains(0x20)
      && !text.unicodeScalars.contains { Text.isHarmful($0) }
    return isSound
      ? nil
      : ValueProblem(
        "\(ValueProblem.quoted(text.utf8)) cannot be the name of a repository",
        fix: "write it as in `ml-platform/models`",
        at: 0)
  }
}
