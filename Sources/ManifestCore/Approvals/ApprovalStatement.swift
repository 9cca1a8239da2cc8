import GitObjects

/// What an approver signs: one change to one ref of one repository, the evidence it leans on, and until when.
///
/// Format: the contract, section 3.1.1.
struct ApprovalStatement: Sendable, Hashable {
  /// One path of the change.
  struct Change: Sendable, Hashable {
    var path: [UInt8]
    /// The blobs before and after; zero for none.
    var old: ObjectID
    var new: ObjectID
    /// The first-parent commit that last changed the path; zero where none ever did.
    var since: ObjectID
  }

  /// One version folder that the new manifests name.
  struct Evidence: Sendable, Hashable {
    var path: [UInt8]
    /// Its tree; zero for none.
    var tree: ObjectID
  }

  /// What signatures of approvals are for: a signature of a commit is none.
  static let namespace = "mlops-approval"

  var repository: String
  var ref: [UInt8]
  /// Sorted by path.
  var changes: [Change]
  /// Sorted by path.
  var evidence: [Evidence]
  /// As it is written: RFC 3339.
  var expires: String

  /// The text that is signed.
  var text: [UInt8] {
    var lines = [bytes("mlops approval v1"), bytes("repository: \(repository)"), bytes("ref: ") + Self.quoted(ref)]
    for change in changes {
      lines.append(bytes("change: ") + Self.quoted(change.path) + bytes(" \(change.old) \(change.new) \(change.since)"))
    }
    for item in evidence { lines.append(bytes("evidence: ") + Self.quoted(item.path) + bytes(" \(item.tree)")) }
    lines.append(bytes("expires: \(expires)"))
    return Array(lines.joined(separator: [10])) + [10]
  }

  /// The digest of the text, which names the statement among approvals.
  var digest: String { SHA256.hex(text) ?? "" }

  /// A path as a line may hold it: one with control characters, quotes or backslashes is quoted as git quotes paths.
  private static func quoted(_ path: [UInt8]) -> [UInt8] {
    let isPlain = path.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain { return path }
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in path {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x20..<0x7f, 0x80...: text.append(byte)
      default: text += [UInt8(ascii: "\\")] + [byte >> 6, byte >> 3 & 7, byte & 7].map { $0 + UInt8(ascii: "0") }
      }
    }
    return text + [UInt8(ascii: "\"")]
  }

  /// Whether another statement says the same, until whenever.
  func isSame(as other: ApprovalStatement) -> Bool {
    repository == other.repository && ref == other.ref && changes == other.changes && evidence == other.evidence
  }

  /// The fields in which another statement differs, in words; none where the two are one.
  func differences(from other: ApprovalStatement) -> [String] {
    var words: [String] = []
    if repository != other.repository { words.append("the repository was `\(Text.cut(repository))`") }
    if ref != other.ref { words.append("the ref was `\(Text.show(ref))`") }
    let now = Dictionary(other.changes.map { ($0.path, $0) }) { first, _ in first }
    for change in changes {
      let path = "`\(Text.show(change.path))`"
      guard let other = now[change.path] else {
        words.append("\(path) was changed, and is not now")
        continue
      }
      if change.new != other.new { words.append("\(path) was to become \(change.new.short), not \(other.new.short)") }
      if change.old != other.old {
        words.append("\(path) was \(change.old.short), and is \(other.old.short) now")
      } else if change.since != other.since {
        words.append("\(path) was changed since, by \(other.since.short)")
      }
    }
    let then = Set(changes.map(\.path))
    for change in other.changes where !then.contains(change.path) {
      words.append("`\(Text.show(change.path))` was not changed, and is now")
    }
    if evidence != other.evidence {
      let now = Dictionary(other.evidence.map { ($0.path, $0.tree) }) { first, _ in first }
      for item in evidence where now[item.path] != item.tree { words.append("`\(Text.show(item.path))` was other") }
      let then = Set(evidence.map(\.path))
      for item in other.evidence where !then.contains(item.path) {
        words.append("`\(Text.show(item.path))` was not named, and is now")
      }
    }
    if expires != other.expires { words.append("the expiry was \(Text.cut(expires))") }
    return words
  }
}
