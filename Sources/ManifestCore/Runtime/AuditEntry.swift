import YAMLTree

/// One line of the audit log as it was read, be it one of those from before lines had digests.
struct AuditEntry {
  /// One ref of a record.
  struct Update {
    var ref: String
    var old: String
    var new: String
    var isProtected: Bool
  }

  private static let limits = TextLimits(
    maximumBytes: 8 << 20, maximumDepth: 8, maximumNodes: 400_000, allowsEscapes: true)

  let node: Node

  /// Reads a line; nil where it is not one JSON object.
  init?(_ line: ArraySlice<UInt8>) {
    let (node, problems) = line.withUnsafeBytes { JSONReader.read($0, limits: Self.limits) }
    guard let node, problems.isEmpty, node.mapping != nil else { return nil }
    self.node = node
  }

  /// A field that holds a text, or another plain value.
  func text(_ key: String) -> String? { node[key]?.scalar?.text }

  private func isTrue(_ key: String) -> Bool { text(key) == "true" }

  /// The digest of the line before; nil in a line that is older than the chain.
  var previous: String? { text("previous") }
  /// The place of the file in the log, which the first line of each file has.
  var file: Int? { text("file").flatMap { Int($0) } }
  /// What kind of record it is: `judged`, `moved` or `repaired`.
  var type: String { text("type") ?? "judged" }
  /// When it was written.
  var time: String { text("time") ?? "" }
  /// How much was judged.
  var scope: String { text("scope") ?? "" }
  /// Whether the gate had nothing against it.
  var isAccepted: Bool { text("verdict") == "accepted" }
  /// Whether git was told to take the push.
  var isTaken: Bool { isTrue("taken") }

  /// The refs of the record.
  var updates: [Update] {
    (node["updates"]?.sequence ?? []).compactMap { update in
      guard let ref = update["ref"]?.scalar?.text, let old = update["old"]?.scalar?.text,
        let new = update["new"]?.scalar?.text
      else { return nil }
      return Update(ref: ref, old: old, new: new, isProtected: update["protected"]?.scalar?.text == "true")
    }
  }

  /// Who broke the glass, and why; nil where nobody did.
  var brokenGlass: (who: String, reason: String)? {
    guard let glass = node["breakGlass"], glass["granted"]?.scalar?.text == "true" else { return nil }
    return (glass["who"]?.scalar?.text ?? "unknown", glass["reason"]?.scalar?.text ?? "")
  }

  /// When it was, and what it moved.
  var heading: String { "\(time) " + updates.map { "\($0.ref) \($0.new)" }.joined(separator: ", ") }
}
