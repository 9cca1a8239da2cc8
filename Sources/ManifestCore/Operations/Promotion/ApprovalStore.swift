import GitObjects

/// One signed approval as its ref holds it.
struct StoredApproval {
  /// The ref in this clone.
  var ref: [UInt8]
  var statement: ApprovalStatement
  /// Who says to have approved, as a trailer's value.
  var approver: String
  var signature: SSHSignature

  /// The content of the blob: what was signed, who signed, and the signature.
  static func blob(_ statement: ApprovalStatement, approver: String, _ signature: SSHSignature) -> [UInt8] {
    statement.text + bytes("\napproved-by: \(approver)\n\n") + signature.armored
  }
}

/// Signed approvals between signing and promotion: `refs/mlops-approvals/<statement digest>/<key fingerprint>`.
///
/// What they hold proves itself; where they lie proves nothing.
struct ApprovalStore {
  /// The folder of the refs that this clone makes, and of those on the remote.
  static let folder = "refs/mlops-approvals/"
  /// The largest approval that is read, in bytes.
  private static let maximumBytes = 64 << 10
  /// The most approvals that are read.
  private static let maximumCount = 20_000

  /// The folder of the remote's approvals in a clone.
  static func tracking(_ remote: String) -> String { "refs/mlops-remote/\(remote)/approvals/" }

  let bench: Workbench

  /// The name of an approval's ref.
  static func ref(_ statement: ApprovalStatement, _ key: SSHPublicKey) -> String {
    folder + statement.digest + "/" + key.hexFingerprint
  }

  /// Every approval that this clone or the remote holds for some paths of a ref.
  func approvals(of statement: ApprovalStatement) throws -> [StoredApproval] {
    let paths = Set(statement.changes.map(\.path))
    return try bench.storedApprovals().filter { approval in
      approval.statement.ref == statement.ref && approval.statement.changes.contains { paths.contains($0.path) }
    }
  }

  /// The ref by which this clone knows an approval of the remote.
  func tracking(_ statement: ApprovalStatement, _ key: SSHPublicKey) -> [UInt8] {
    bytes(Self.tracking(bench.remote) + Self.ref(statement, key).dropFirst(Self.folder.utf8.count))
  }

  /// Whether the remote has an approval too, as far as is known; where there is no remote, this is where all is.
  func isSent(_ approval: StoredApproval) throws -> Bool {
    try bench.remote.isEmpty || bench.tip(of: tracking(approval.statement, approval.signature.key)) != nil
  }

  /// Whether there are more approvals than are read.
  var isCut: Bool { get throws { try folders.contains { try names(in: $0).count > Self.maximumCount } } }

  private var folders: [String] { [Self.folder] + (bench.remote.isEmpty ? [] : [Self.tracking(bench.remote)]) }

  private func names(in folder: String) throws -> [(name: [UInt8], value: Repository.Reference)] {
    try bench.check.repository.references(below: folder)
  }

  /// Every approval that this clone or the remote holds, each once; what cannot be read, or does not lie where it belongs,
  /// is passed over.
  func all() throws -> [StoredApproval] {
    var found: [StoredApproval] = []
    var known: Set<[UInt8]> = []
    for folder in folders {
      for (name, value) in try names(in: folder).prefix(Self.maximumCount) {
        guard case .direct(let id) = value, let approval = try? read(id, name) else { continue }
        let place = Self.ref(approval.statement, approval.signature.key).utf8.dropFirst(Self.folder.utf8.count)
        guard name.dropFirst(folder.utf8.count).elementsEqual(place), known.insert(Array(place)).inserted else {
          continue
        }
        found.append(approval)
      }
    }
    return found
  }

  private func read(_ id: ObjectID, _ name: [UInt8]) throws -> StoredApproval? {
    let content = try bench.store.blob(id, maximum: Self.maximumBytes).copy
    let lines = content.split(separator: 10, omittingEmptySubsequences: false)
    guard let end = lines.firstIndex(where: { $0.isEmpty }), let signature = SSHSignature(armored: content),
      let statement = ApprovalStatement(lines: lines[..<end].map(Array.init)),
      let approver = lines[end...].lazy.compactMap({ ApprovalStatement.value(of: Array($0), "approved-by") }).first,
      let text = String(validating: approver, as: UTF8.self)
    else { return nil }
    return StoredApproval(ref: name, statement: statement, approver: text, signature: signature)
  }
}

extension ApprovalStatement {
  /// The value of a line with a key; nil where it has another one.
  static func value(of line: [UInt8], _ key: String) -> [UInt8]? {
    line.starts(with: bytes(key + ": ")) ? Array(line.dropFirst(key.utf8.count + 2)) : nil
  }

  /// Reads the lines of a statement; nil where they are not exactly what `text` writes.
  init?(lines: [[UInt8]]) {
    guard lines.count >= 4, lines[0] == bytes("mlops approval v1"),
      let repository = Self.value(of: lines[1], "repository"), let ref = Self.value(of: lines[2], "ref"),
      let expires = Self.value(of: lines[lines.count - 1], "expires")
    else { return nil }
    self.init(
      repository: String(decoding: repository, as: UTF8.self), ref: ref, changes: [], evidence: [],
      expires: String(decoding: expires, as: UTF8.self))
    for line in lines[3..<(lines.count - 1)] {
      if let value = Self.value(of: line, "change") {
        let words = value.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count >= 4, let old = ObjectID(hex: words[words.count - 3]),
          let new = ObjectID(hex: words[words.count - 2]), let since = ObjectID(hex: words[words.count - 1])
        else { return nil }
        changes.append(Change(path: Self.path(words.dropLast(3)), old: old, new: new, since: since))
      } else if let value = Self.value(of: line, "evidence") {
        let words = value.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count >= 2, let tree = ObjectID(hex: words[words.count - 1]) else { return nil }
        evidence.append(Evidence(path: Self.path(words.dropLast(1)), tree: tree))
      } else {
        return nil
      }
    }
    guard text == Array(lines.joined(separator: [10])) + [10] else { return nil }
  }

  private static func path(_ words: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
    Array(words.joined(separator: [0x20]))
  }
}
