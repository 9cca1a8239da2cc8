import Foundation
import GitObjects
import TestSizes
import Testing

@testable import ManifestCore

/// The files in which two trees differ are those of `git diff-tree -r -z --no-renames`, and every unsound tree is known.
@Suite struct PathDifferentialTests {
  private static let pairs = TestSize.of(1_000, soak: 20_000)
  private static let names = [
    "a", "a-b", "a.b", "a0", "b", "B", "deployments", "models", "policies", "m\u{f6}del", "mo\u{308}del", "リード", "x y",
    "-",
    "z",
  ]

  /// One file of a random tree.
  private struct File {
    var path: String
    var mode: String
    var text: String
  }

  private func tree(_ random: inout RandomText) -> [File] {
    var files: [String: File] = [:]
    var folders: Set<String> = []
    for _ in 0..<random.below(9) {
      var path = Self.names[random.below(Self.names.count)]
      for _ in 0..<random.below(4) { path += "/" + Self.names[random.below(Self.names.count)] }
      let parts = path.split(separator: "/")
      let parents = (1..<parts.count).map { parts[..<$0].joined(separator: "/") }
      // A path is a file or a folder, not both.
      guard !folders.contains(path), !parents.contains(where: { files[$0] != nil }) else { continue }
      folders.formUnion(parents)
      let mode = ["100644", "100644", "100755", "120000"][random.below(4)]
      files[path] = File(path: path, mode: mode, text: "\(random.below(3))")
    }
    return files.values.sorted { $0.path < $1.path }
  }

  @Test func agreesWithDiffTree() throws {
    let repository = try BareRepository()
    var random = RandomText(seed: 20_261_124)
    var stream = ""
    for number in 0..<2 * Self.pairs {
      let files = tree(&random)
      stream += "commit refs/heads/made\nmark :\(number + 1)\ncommitter a <a@x> 0 +0000\ndata 1\nx\ndeleteall\n"
      for file in files {
        stream += "M \(file.mode) inline \"\(file.path)\"\ndata \(file.text.utf8.count)\n\(file.text)\n"
      }
    }
    try repository.run(
      ["git", "fast-import", "--quiet", "--export-marks=marks"], in: repository.path, input: Data(stream.utf8))
    var commits = [String](repeating: "", count: 2 * Self.pairs)
    for line in (repository.read("marks") ?? "").split(separator: "\n") {
      let words = line.split(separator: " ")
      if let mark = Int(words[0].dropFirst()) { commits[mark - 1] = String(words[1]) }
    }
    try #require(!commits.contains(""))
    let store = ObjectStore(
      repository: try Repository.open(at: repository.path, search: false), budget: Budget(seconds: nil))
    func root(_ commit: String) throws -> ObjectID {
      try store.links(try #require(ObjectID(hex: commit.utf8))).tree
    }
    var asked = ""
    var ours: [[String]] = []
    var changed = 0
    for pair in 0..<Self.pairs {
      let (old, new) = (try root(commits[2 * pair]), try root(commits[2 * pair + 1]))
      asked += "\(old.hex) \(new.hex)\n"
      let changes = try PathChanges(store: store).list(from: old, to: new)
      changed += changes.count
      ours.append(
        changes.map { change in
          let zero = ObjectID.zero.hex
          let words = [mode(change.old), mode(change.new), change.old?.id.hex ?? zero, change.new?.id.hex ?? zero]
          return words.joined(separator: " ") + " " + String(decoding: change.path, as: UTF8.self)
        }.sorted())
    }
    let theirs = try differences(asked, repository)
    #expect(theirs.count == ours.count)
    let wrong = zip(ours, theirs).filter { $0 != $1 }
    #expect(wrong.isEmpty, "\(wrong.count) differ, first \(String(describing: wrong.first))")
    #expect(changed > Self.pairs * 3)
    TestSize.note(
      "changed paths: `git diff-tree -r -z --no-renames`",
      "\(TestSize.shown(Self.pairs)) pairs of trees, \(TestSize.shown(changed)) changes, \(wrong.count) differ")
  }

  private func mode(_ entry: TreeEntry?) -> String {
    entry.map { String(decoding: $0.mode.octal, as: UTF8.self) } ?? "000000"
  }

  /// What git says of each pair of trees.
  private func differences(_ pairs: String, _ repository: BareRepository) throws -> [[String]] {
    try repository.write(pairs, "pairs")
    try repository.run(
      ["sh", "-c", "git diff-tree --stdin -r -z --no-renames < pairs > differences"], in: repository.path)
    let printed = try Data(contentsOf: URL(fileURLWithPath: repository.path + "/differences"))
    // For a pair of trees git prints both names and a line feed, then `:mode mode id id status NUL path NUL` each.
    var found: [[String]] = []
    var rest = printed[...]
    for pair in pairs.split(separator: "\n") {
      let head = Data((pair + "\n").utf8)
      guard rest.starts(with: head) else {
        throw BareRepository.Failure(description: "\(pair) is not what git answers next")
      }
      rest = rest.dropFirst(head.count)
      var changes: [String] = []
      while rest.first == UInt8(ascii: ":") {
        let fields = rest.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        let words = String(decoding: fields[0].dropFirst(), as: UTF8.self).split(separator: " ")
        changes.append(words[..<4].joined(separator: " ") + " " + String(decoding: fields[1], as: UTF8.self))
        rest = fields[2]
      }
      found.append(changes.sorted())
    }
    return found
  }
}
