import GitObjects

/// Where approvals that are to go lie: here, on the remote, and in what this clone knows of the remote.
struct ApprovalPlaces {
  /// The refs of this clone.
  private(set) var here: [(name: [UInt8], old: ObjectID, new: ObjectID)] = []
  /// The refs of the remote, as far as is known.
  private(set) var there: [String] = []
  /// What this clone knows of those: no fetch comes between, and `--offline` must not see them again.
  private(set) var seen: [(name: [UInt8], old: ObjectID, new: ObjectID)] = []

  /// Whether there is nothing to be deleted.
  var isEmpty: Bool { here.isEmpty && there.isEmpty }

  /// Adds the places of an approval, each once.
  mutating func add(_ approval: StoredApproval, in bench: Workbench) throws {
    let name = ApprovalStore.ref(approval.statement, approval.signature.key)
    if let id = try bench.tip(of: bytes(name)), !here.contains(where: { $0.name == bytes(name) }) {
      here.append((bytes(name), id, .zero))
    }
    let tracked = ApprovalStore(bench: bench).tracking(approval.statement, approval.signature.key)
    if let id = try bench.tip(of: tracked), !there.contains(name) {
      there.append(name)
      seen.append((tracked, id, .zero))
    }
  }
}
