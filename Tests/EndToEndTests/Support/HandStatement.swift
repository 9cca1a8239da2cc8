import Foundation

/// What an approver signs, written from the contract's §3.1.1 with git's own plumbing: a second pair of eyes.
struct HandStatement {
  var repository = WorkflowScene.repository
  var ref = "refs/heads/main"
  /// `<path> <old blob> <new blob> <since commit>`, sorted.
  var changes: [String]
  /// `<path> <tree>`, sorted.
  var evidence: [String]
  var expires = HandStatement.inTwoWeeks

  /// A time that is a good expiry.
  static var inTwoWeeks: String { time(in: 14 * 86_400) }

  /// The time in some seconds as RFC 3339.
  static func time(in seconds: Double) -> String {
    let format = ISO8601DateFormatter()
    return format.string(from: Date().addingTimeInterval(seconds))
  }

  /// The text that is signed.
  var text: String {
    var text = "mlops approval v1\nrepository: \(repository)\nref: \(ref)\n"
    for change in changes { text += "change: \(change)\n" }
    for item in evidence { text += "evidence: \(item)\n" }
    return text + "expires: \(expires)\n"
  }

  /// Looks at the step from a commit to another one, in any repository that holds both.
  init(_ sandbox: GitSandbox, in folder: String, from parent: String, to commit: String) throws {
    func git(_ arguments: String...) throws -> String {
      try sandbox.git(["-c", "core.quotePath=false"] + arguments, in: folder)
    }
    let zeros = String(repeating: "0", count: 40)
    changes = []
    var folders: Set<String> = []
    let raw = try git(
      "diff-tree", "-r", "--no-renames", "--full-index", parent, commit, "--", "deployments", "policies")
    for line in raw.split(separator: "\n") {
      let halves = line.split(separator: "\t", maxSplits: 1)
      let words = halves[0].split(separator: " ")
      let path = String(halves[1])
      let since = try git("log", "-1", "--first-parent", "--full-history", "--format=%H", parent, "--", path)
      changes.append("\(path) \(words[2]) \(words[3]) \(since.isEmpty ? zeros : since)")
      let parts = path.split(separator: "/").map(String.init)
      guard words[3] != zeros, parts.count == 3, parts[0] == "deployments" else { continue }
      // The deployment that owns the path, and everything that it and its routings name.
      let files = try git("ls-tree", "--name-only", "\(commit):deployments/\(parts[1])").split(separator: "\n")
      let stems = files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
      func text(_ stem: String) throws -> String { try git("show", "\(commit):deployments/\(parts[1])/\(stem).yaml") }
      let stem = String(parts[2].dropLast(5))
      let owners = try stems.filter { name in
        guard stem == name || stem.hasPrefix(name + "-") else { return false }
        return try text(name).contains("kind: ModelDeployment")
      }
      guard let owner = owners.max(by: { $0.count < $1.count }) else { continue }
      var versions: [String] = []
      for other in stems where other == owner || other.hasPrefix(owner + "-") {
        for line in try text(other).split(whereSeparator: \.isNewline) {
          let words = line.split(separator: " ").map(String.init)
          for (key, value) in zip(words, words.dropFirst()) where key == "version:" || key == "model_version:" {
            versions.append(value.trimmingCharacters(in: CharacterSet(charactersIn: "\"'")))
          }
        }
      }
      folders.formUnion(versions.map { "models/segmentation/\($0)" })
    }
    changes.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    evidence = try folders.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { version in
      let tree = try git("ls-tree", "-d", "--format=%(objectname)", commit, version)
      return "\(version) \(tree.isEmpty ? zeros : tree)"
    }
  }
}
