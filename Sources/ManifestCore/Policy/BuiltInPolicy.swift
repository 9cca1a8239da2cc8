import YAMLTree

/// The policy that stands in where neither the host nor the repository has one.
enum BuiltInPolicy {
  /// The text of `policies/default/policy.yaml`; a test compares the two byte by byte.
  static let text = """
    # The built-in policy. It stands in wherever neither the host nor the repository has one of its own.
    #
    # It protects HEAD's branch, and asks of a change what the manifests themselves ask: their metrics, their shadow test,
    # and an approval by each of their approvers.
    apiVersion: mlops/v1
    kind: PromotionPolicy
    metadata:
      name: default
    spec:
      history:
        force_push: forbidden
        deletion: forbidden
        foxtrot: forbidden
      approvals:
        trailers: [Approved-by]
        exclude: [author, committer, co-author]
        unknown_pusher: warn
        distinct: true
        proof: trailer
        max_validity: 90d
      models:
        immutable: true
        lfs_over: 1MiB
        publishers: []
    """ + "\n"

  /// The policy that the text says.
  static let policy: Policy = {
    let files = PolicyFiles.read(policy: bytes(text), approvers: nil, origin: .builtIn, headBranch: nil)
    return files.policy ?? Policy()
  }()
}
