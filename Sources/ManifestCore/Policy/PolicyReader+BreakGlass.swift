import YAMLTree

extension PolicyReader {
  /// Reads `spec.break_glass`: who may override refusals in an emergency, and on which of the refs that are protected.
  func readBreakGlass(_ spec: FieldReader, _ policy: inout Policy) {
    guard spec.pair("break_glass") != nil, let fields = spec.mapping("break_glass", known: ["roles", "refs"]) else {
      return
    }
    let roles = fields.strings("roles") ?? []
    let refs = fields.strings("refs") ?? []
    for key in ["roles", "refs"] {
      guard let pair = fields.pair(key), pair.value.sequence?.isEmpty == true else { continue }
      fields.report(
        .policyInvalid, pair.keyMark, key, "`\(fields.field(key))` is empty",
        fix: key == "roles" ? "name the roles that may break the glass, or remove `break_glass`" : "name protected refs"
      )
    }
    let patterns = refs.compactMap { text in
      pattern(text, field: fields.field("refs")).map { Located(value: $0, mark: text.mark) }
    }
    if let protected = policy.protectedRefs {
      for pattern in patterns where !protected.contains(where: { $0.covers(pattern.value) }) {
        fields.report(
          .policyInvalid, pattern.mark, "refs", "`\(Text.cut(pattern.value.text))` is not protected by this policy",
          fix: "name refs that `spec.protected_refs` covers")
      }
    }
    policy.breakGlass = .init(roles: roles.map(\.value), refs: patterns.map(\.value))
  }
}

extension RefPattern {
  /// Whether the pattern matches every name that another one matches.
  ///
  /// A star of the other stands for any bytes, and only a star matches it.
  func covers(_ other: RefPattern) -> Bool { matches(Array(other.text.utf8)) }
}
