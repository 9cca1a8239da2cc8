import GitObjects

/// A commit whose message may approve a change, with those who may not approve there because they wrote it.
struct ApprovalSource {
  /// Someone who had a part in a change.
  struct Writer {
    /// The name and the address, without what cannot be seen: an odd character must not hide who it is.
    var name: [UInt8]
    var email: [UInt8]
    var part: Policy.ApprovalRules.Exclusion
    var commit: ObjectID

    init(name: [UInt8], email: [UInt8], part: Policy.ApprovalRules.Exclusion, commit: ObjectID) {
      self.name = Text.visible(name)
      self.email = Text.visible(email).filter { $0 > 0x20 }
      self.part = part
      self.commit = commit
    }
  }

  var commit: Commit
  var writers: [Writer]

  /// Everybody who had a part in a commit.
  static func writers(of commit: Commit) -> [Writer] {
    var writers = [
      Writer(name: commit.author.name, email: commit.author.email, part: .author, commit: commit.id),
      Writer(name: commit.committer.name, email: commit.committer.email, part: .committer, commit: commit.id),
    ]
    // Every commit without one line of it is spared the parser.
    if MessageTrailers.mayHaveCoAuthors(commit.message) {
      writers += MessageTrailers.parse(commit.message).coAuthors().map { person in
        // An odd character must not hide who it is.
        let seen = person.problem == nil ? person : PersonIdentity(Text.visible(person.text))
        return Writer(name: seen.name ?? seen.text, email: seen.email ?? seen.text, part: .coAuthor, commit: commit.id)
      }
    }
    return writers
  }
}

extension MessageTrailers {
  /// Whether a message holds the letters of a co-author's key at all.
  static func mayHaveCoAuthors(_ message: [UInt8]) -> Bool {
    let key = bytes("co-authored-by")
    guard message.count >= key.count else { return false }
    for start in 0...(message.count - key.count) where message[start] | 0x20 == key[0] {
      if zip(message[start...], key).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { return true }
    }
    return false
  }
}

extension LineJudge {
  /// The most commits of one merge whose messages are read for approvals of one path, the newest first.
  static let maximumCarriers = 100

  /// The commits whose messages may approve what a step makes of one path.
  ///
  /// A step's own message, and where the step is a merge those of the commits brought in that made this very blob, or
  /// hold it, change nothing and follow such a commit. `folders` gives the version folders, which must be the same there.
  func approvalSources(for path: [UInt8], folders: (Snapshot) throws -> [ObjectID?], _ judged: CommittedChange) throws
    -> [ApprovalSource]
  {
    let own = ApprovalSource.writers(of: judged.commit)
    guard judged.broughtIn.isMerge else { return [ApprovalSource(commit: judged.commit, writers: own)] }
    let final = try entry(at: path, in: judged.after.root)
    let members = try judged.broughtIn.members()
    var changing: [ObjectID: Commit] = [:]
    var carriers: Set<ObjectID> = []
    var holders: Set<ObjectID> = []
    for (id, member) in members {
      let entry = try entry(at: path, in: member.links.tree)
      if try self.entry(at: path, in: member.parentTree) != entry {
        changing[id] = try context.store.commit(id)
        if entry == final { carriers.insert(id) }
      } else if member.links.tree == member.parentTree, entry == final {
        holders.insert(id)
      }
    }
    let isMade = try carriers.contains { try !isOnMainline($0, judged) }
    let allWriters = changing.values.flatMap { ApprovalSource.writers(of: $0) }
    var sources = [ApprovalSource(commit: judged.commit, writers: allWriters + (isMade ? [] : own))]
    let followers = holders.filter { follows($0, carriers, members) }
    // What `BroughtIn` found leans on claimed dates; an approval may not.
    if !carriers.isEmpty { try mainline.add(judged.change.step.parent) }
    let candidates = carriers.union(followers).filter { !mainline.contains($0) }.compactMap { members[$0] }
    let newest = candidates.sorted { ($0.links.claimedTime, $0.id) > ($1.links.claimedTime, $1.id) }
    let finalFolders = newest.isEmpty ? [] : try folders(judged.after)
    for id in newest.prefix(Self.maximumCarriers).map(\.id) {
      guard let member = members[id] else { continue }
      guard try folders(context.snapshot(member.links.tree)) == finalFolders else { continue }
      let history = try judged.broughtIn.history(of: id)
      let writers = changing.filter { history.contains($0.key) }.values.flatMap { ApprovalSource.writers(of: $0) }
      sources.append(ApprovalSource(commit: try changing[id] ?? context.store.commit(id), writers: writers))
    }
    return sources
  }

  /// Whether a commit can be reached from the first parent of a step.
  private func isOnMainline(_ id: ObjectID, _ judged: CommittedChange) throws -> Bool {
    try mainline.add(judged.change.step.parent)
    return mainline.contains(id)
  }

  /// Whether a carrier lies on the first-parent line behind a commit, among what was brought in.
  private func follows(_ id: ObjectID, _ carriers: Set<ObjectID>, _ members: [ObjectID: BroughtIn.Member]) -> Bool {
    var next = members[id]?.links.parents.first
    while let current = next, let member = members[current] {
      if carriers.contains(current) { return true }
      next = member.links.parents.first
    }
    return false
  }

  /// The entry at a path; nil where there is none.
  func entry(at path: [UInt8], in root: ObjectID) throws -> TreeEntry? { try context.entry(at: path, in: root) }
}

extension JudgeContext {
  /// The entry at a path; nil where there is none.
  func entry(at path: [UInt8], in root: ObjectID) throws -> TreeEntry? { try store.entry(at: path, in: root) }
}

extension ObjectStore {
  /// The entry at a path; nil where there is none.
  func entry(at path: [UInt8], in root: ObjectID) throws -> TreeEntry? {
    let names = path.split(separator: UInt8(ascii: "/")).map(Array.init)
    var tree = try tree(root)
    for name in names.dropLast() {
      guard let entry = tree.entry(named: name), entry.mode == .folder else { return nil }
      tree = try self.tree(entry.id)
    }
    return names.last.flatMap { tree.entry(named: $0) }
  }
}

extension CommitIdentity {
  /// Whether every reader sees the same name and address: plain UTF-8, and no blanks in the address.
  var isPlain: Bool {
    [name, email].allSatisfy { text in
      if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return true }
      return String(validating: text, as: UTF8.self)?.unicodeScalars.allSatisfy { !Text.isHarmful($0) } ?? false
    } && !email.isEmpty && !email.contains(0x20)
  }
}
