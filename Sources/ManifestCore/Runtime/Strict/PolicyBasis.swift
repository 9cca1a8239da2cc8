import GitObjects

/// What decides by which rules a push is judged: `HEAD`'s branch, the policies in its tip, and the host's policy.
///
/// Two judgements with the same basis were made by the same rules.
struct PolicyBasis: Equatable {
  /// A digest, 64 hexadecimal digits.
  let text: String

  /// There was no memory for a digest.
  struct NoDigest: Error {}

  /// The basis that is in force with these refs.
  static func inForce(store: ObjectStore, refs: HostRefs, host: HostPolicyFiles?) throws -> PolicyBasis {
    try PolicyBasis(head: refs.headBranch, policies: folder(in: refs.headTip, store), host: host)
  }

  /// The basis that is in force once `HEAD`'s branch holds another commit.
  static func after(_ tip: ObjectID, store: ObjectStore, refs: HostRefs, host: HostPolicyFiles?) throws -> PolicyBasis {
    try PolicyBasis(head: refs.headBranch, policies: folder(in: tip, store), host: host)
  }

  private init(head: [UInt8]?, policies: TreeEntry?, host: HostPolicyFiles?) throws {
    var all: [UInt8] = []
    // Each part with its length, so that none can pass for another.
    func add(_ part: [UInt8]?) { all += bytes(part.map { "\($0.count) " } ?? "none ") + (part ?? []) + [10] }
    add(head)
    add(policies.map { bytes("\($0.mode.name) \($0.id.hex)") })
    add(host.map { bytes($0.path) })
    add(host?.policy)
    add(host?.approvers)
    add(host?.failure.map { bytes($0) })
    guard let digest = SHA256.hex(all) else { throw NoDigest() }
    text = digest
  }

  private static func folder(in tip: ObjectID?, _ store: ObjectStore) throws -> TreeEntry? {
    guard let tip, !tip.isZero else { return nil }
    return try store.tree(store.links(tip).tree).entry(named: Snapshot.policiesRoot)
  }
}
