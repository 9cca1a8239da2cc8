/// The policy and the directory that `mlops-hook init` writes for the people that it is told.
struct InitPolicy {
  /// Somebody who approves.
  struct Approver {
    var email: String
    var name: String?
    /// The SSH public key, type and body.
    var key: String?
  }

  /// The role that approves promotions to production.
  static let approverRole = "model-approvers"
  /// The role that guards `policies/`.
  static let adminRole = "policy-admins"

  /// The branch that is protected.
  var branch: String
  var approvers: [Approver]
  /// The repository's identity in signed approvals; nil: approvals are trailers.
  var signedAs: String?

  /// `policies/policy.yaml`.
  var policy: String {
    let identity = signedAs.map { "  repository: \(Self.scalar($0)) # its identity in signed approvals\n" } ?? ""
    let proof =
      signedAs == nil
      ? "    proof: trailer # a written claim; `signed` asks for a signature by the approver's SSH key\n"
      : "    proof: signed # a signature by a key that stands in approvers.yaml\n    max_validity: 90d\n"
    return """
      # What a promotion needs. The policy that judges a push is the one before it: a push cannot loosen its own.
      apiVersion: mlops/v1
      kind: PromotionPolicy
      metadata:
        name: promotions
      spec:
      \(identity)  protected_refs: [\(Self.scalar("refs/heads/" + branch))]
        approvals:
          exclude: [author, committer, co-author] # nobody approves their own change
      \(proof)  environments: # a manifest in another one is refused
          staging: {}
          production:
            approvals: {required: true, minimum: 1, approvers: [\(Self.approverRole)]}
            shadow_test: required
            promote_from: staging # what comes here must stand in staging
            rollback: {approvals: waived, depth: 1} # the way back to the version before needs nobody
        models: {immutable: true, lfs_over: 1MiB}
        policy_approvers: [\(Self.adminRole)] # who approves a change of these two files

      """
  }

  /// `policies/approvers.yaml`.
  var directory: String {
    let members = approvers.map { Self.scalar($0.email) }.joined(separator: ", ")
    var text = """
      # Who fills which role. Nobody approves their own change, so each role needs two people at least.
      apiVersion: mlops/v1
      kind: Approvers
      metadata:
        name: approvers
      spec:
        roles:
          \(Self.approverRole): [\(members)]
          \(Self.adminRole): [\(members)]

      """
    let known = approvers.filter { $0.name != nil || $0.key != nil }
    if !known.isEmpty { text += "  people:\n" }
    for person in known {
      text += "    \(Self.scalar(person.email)):\n"
      if let name = person.name { text += "      name: \(JSONValue.string(name).text)\n" }
      if let key = person.key { text += "      keys: [\(JSONValue.string(key).text)]\n" }
    }
    return text
  }

  /// What is wrong with the two files in the gate's eyes, if anything.
  var problem: Refused.Reason? {
    let read = PolicyFiles.read(
      policy: bytes(policy), approvers: bytes(directory), origin: .repository, headBranch: bytes("refs/heads/" + branch)
    )
    return read.problems.first.map {
      Refused.Reason($0.problem.message, fix: $0.problem.fix ?? "name other people")
    }
  }

  /// A text as YAML has it: plain where every reader takes it for text, in quotes otherwise.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "@._/+-".utf8.contains($0) }
      && text.utf8.first?.isLetter == true
      && (text.utf8.contains(UInt8(ascii: "@")) || text.utf8.contains(UInt8(ascii: "/")))
    return isPlain ? text : JSONValue.string(text).text
  }
}
