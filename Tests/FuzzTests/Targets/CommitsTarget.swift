@testable import GitObjects
@testable import ManifestCore

/// Commit objects.
enum CommitsTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let (links, commit) = input.withUnsafeBytes { (CommitParser.links($0), CommitParser.commit(.zero, $0)) }
    try promise((links == nil) == (commit == nil), "a commit has links and no content, or the other way round")
    guard let links, let commit else { return }
    try promise(
      commit.tree == links.tree && commit.parents == links.parents && commit.claimedTime == links.claimedTime,
      "a commit is read in two ways")
    try promise(links.claimedTime >= 0, "a commit of the time \(links.claimedTime)")
    try promise(commit.message.count <= Commit.maximumMessage, "a message of \(commit.message.count) bytes")
    for writer in ApprovalSource.writers(of: commit) {
      try promise(writer.email.allSatisfy { $0 > 0x20 }, "an address with blanks")
    }
    if commit.anomalies.isEmpty { try checkSound(commit, input) }
  }

  /// A commit that nobody disagrees about is the header that git writes, and then its message.
  private static func checkSound(_ commit: Commit, _ input: [UInt8]) throws(BrokenPromise) {
    guard let end = input.indices.first(where: { $0 + 1 < input.count && input[$0] == 10 && input[$0 + 1] == 10 })
    else {
      throw BrokenPromise(description: "a sound commit without an end of its header")
    }
    try promise(Array(input[(end + 2)...]) == commit.message, "the message is not what follows the header")
    try promise(!input.contains(0) && String(validating: commit.message, as: UTF8.self) != nil, "an odd message")
    try promise(
      commit.parents.count <= Commit.maximumParents && Set(commit.parents).count == commit.parents.count,
      "\(commit.parents.count) parents")
    let lines = input[..<end].split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
    let links = ["tree \(commit.tree)"] + commit.parents.map { "parent \($0)" }
    try promise(lines.count >= links.count + 2, "a sound commit of \(lines.count) lines")
    try promise(zip(lines, links).allSatisfy { $0 == bytes($1) }, "the links are not those of the header")
    let author = lines[links.count]
    let committer = lines[links.count + 1]
    try check(author, bytes("author "), commit.author)
    try check(committer, bytes("committer "), commit.committer)
    let rest = lines.dropFirst(links.count + 2)
    for key in ["tree ", "parent ", "author ", "committer ", "encoding "] {
      try promise(!rest.contains { $0.starts(with: key.utf8) }, "a second `\(key)` in a sound commit")
    }
    try promise(rest.filter { $0.starts(with: "gpgsig".utf8) }.count <= 1, "two signatures in a sound commit")
  }

  private static func check(_ line: [UInt8], _ key: [UInt8], _ who: CommitIdentity) throws(BrokenPromise) {
    try promise(line.starts(with: key), "no `\(Text.show(key))` where it belongs")
    for byte in [UInt8(ascii: "<"), UInt8(ascii: ">"), 10] {
      try promise(!who.name.contains(byte) && !who.email.contains(byte), "brackets in a name or an address")
    }
    let parts = line.dropFirst(key.count).split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false)
    try promise(parts.count == 2, "\(parts.count - 1) addresses in a sound commit")
    try promise(parts[1].starts(with: who.email + [UInt8(ascii: ">")]), "another address than the line's")
    let isSpace = { (byte: UInt8) in byte == 0x20 }
    let name = Array(parts[0].drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    try promise(name == who.name, "another name than the line's")
  }
}
