import Foundation

/// What a verb of the past answered.
struct PastAsked {
  /// The exit status.
  var status: Int32
  /// The JSON object; empty where there was none.
  var object: [String: Any]
  /// Everything that it printed.
  var transcript: String

  /// Asks for JSON in a folder.
  init(_ sandbox: GitSandbox, _ arguments: [String], in folder: String) throws {
    let output = try sandbox.mlops(arguments + ["--format", "json"], in: folder)
    status = output.status
    transcript = output.out + output.err
    object = (try? JSONSerialization.jsonObject(with: Data(output.standardOutput))) as? [String: Any] ?? [:]
  }

  /// The objects of a list.
  func list(_ key: String) -> [[String: Any]] { object[key] as? [[String: Any]] ?? [] }

  /// The entries of a history as `operation commit`, with the commits' names from `known` where they have one.
  func operations(_ known: [String: String] = [:]) -> [String] {
    list("history").map { entry in
      let commit = entry["commit"] as? String ?? ""
      return "\(entry["operation"] ?? "") \(known[commit] ?? commit)"
    }
  }
}

extension [String: Any] {
  /// The version of `from` or `to`.
  func version(_ key: String) -> String? { (self[key] as? [String: Any])?["version"] as? String }

  /// The objects of a list.
  func list(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }

  /// Who approved, with the proof.
  var approvers: Set<String> {
    Set(list("approved_by").map { "\($0["who"] ?? "") \($0["proof"] ?? "")" })
  }
}

extension Scene {
  /// Moves the host's `main` to the clone's without the gate, and lets the clone know.
  func land() throws {
    try sandbox.git(["fetch", "--quiet", clone.path, "+refs/heads/main:refs/heads/main"])
    try clone.git("update-ref", "refs/remotes/origin/main", try clone.tip())
  }
}
